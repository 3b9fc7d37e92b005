"""A user or role can make itself administrator, or gain what it was not given."""

from collections.abc import Iterable

from iamscout.access.escalation import Escalation
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import ref_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Confidence, Hit, Severity
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed, named
from iamscout.policy.formula import NEVER, Atom, Formula, Test, all_of, any_of, negate, simplify
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.snapshot.account import Account


def check(account: Account, _account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per principal, judged by its best way."""
    found = estate.escalation.by_principal
    for arn in sorted(found):
        if estate.directory.by_arn[arn].account == account.id:
            best: dict[str, Escalation] = {}
            guard = _guard(estate, arn)
            for each in found[arn]:
                if not _goes_round(each, guard):
                    continue
                known = best.get(each.method.id)
                if known is None or _rank(each) < _rank(known):
                    best[each.method.id] = each
            if best:
                yield _hit(estate, arn, sorted(best.values(), key=_rank), guarded=guard is not None)


def _guard(estate: Estate, arn: str) -> Formula | None:
    """What an administrator under conditions must show of itself (MFA, its network); None for others.

    Other conditions, as on the region or on whose resource it is, limit what an administrator does everywhere
    and not who may be one.
    """
    admin = estate.admins.by_principal.get(arn)
    if admin is None:
        return None
    return any_of(
        *(
            Formula((tuple(atom for atom in each if _is_of_session(atom)),))
            for each in admin.requires.alternatives
        )
    )


def _is_of_session(atom: Atom) -> bool:
    return isinstance(atom, Test) and atom.condition.key.lower() in _OF_SESSION


def _goes_round(each: Escalation, guard: Formula | None) -> bool:
    """Whether an escalation is open where the principal is not administrator anyway."""
    return guard is None or simplify(all_of(each.requires, negate(guard))) != NEVER


def _rank(each: Escalation) -> tuple[bool, bool, int, str]:
    return each.gains != "admin", not each.is_certain, len(each.actions), each.method.id


def _hit(estate: Estate, arn: str, ways: list[Escalation], *, guarded: bool) -> Hit:
    first = ways[0]
    severity, confidence = _grave(first)
    if guarded:
        severity = min("medium", severity, key=("info", "low", "medium", "high").index)
    gain = "become administrator" if first.gains == "admin" else "gain more than it was given"
    if guarded:
        gain = f"{gain} without what its administrator's permissions ask for"
    if not first.is_certain and not guarded:
        gain = f"{gain} by its own permissions"  # roles that it may assume anyway may lead there for certain
    certainty = "can" if first.is_certain else "can, under conditions,"
    where = _where(first, arn)
    others = f", and by {count(len(ways) - 1, 'other method')}" if len(ways) > 1 else ""
    note = listed([f"needs {fact}" for fact in first.facts]) if first.facts else ""
    who = named(arn)
    return Hit(
        f"{who[0].upper()}{who[1:]} {certainty} {gain}: it can {first.method.title}{where}{others}",
        tuple(ref_evidence(estate, ref, note) for ref in first.by),
        resource=arn,
        severity=severity,
        confidence=confidence,
    )


def _where(first: Escalation, arn: str) -> str:
    """What the first way uses, in brackets; what it makes itself has no name yet."""
    target = first.targets.first(1)[0]
    if target == arn:
        return " (itself)"
    if target.endswith("/*"):
        return ""
    others = len(first.targets) - 1
    return f" ({named(target)} and {others:,} more)" if others else f" ({named(target)})"


def _grave(first: Escalation) -> tuple[Severity, Confidence]:
    if first.gains == "admin":
        return ("high", "certain") if first.is_certain else ("medium", "possible")
    return ("medium", "likely") if first.is_certain else ("low", "possible")


_OF_SESSION = frozenset(
    {
        MFA_PRESENT,
        MFA_AGE,
        "aws:sourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:tokenissuetime",
        "aws:sourceidentity",
        "sts:sourceidentity",
    }
)
"""Keys that tell a session from one made with a stolen credential."""
_BOSS = {"RoleName": "boss", "attached": ["AdministratorAccess"]}

RULE = Rule(
    title="A principal can escalate its privileges",
    severity="high",
    applies_to="account",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Some permissions are worth more than they say: whoever may write policies, make credentials for "
        "others, change whom a role trusts, or hand a role to something it controls, can do what that role "
        "or user may do. Judged over all policies of the principal together, with denies, boundary and "
        "control policies, and for targets that exist and are worth it. Roles that it may assume anyway are "
        "not counted here: the paths to administrator tell those, too."
    ),
    remediation=(
        "Name the roles, users and policies in Resource, limit iam:PassRole by iam:PassedToService, and give "
        "what remains to a role for administrators of IAM that asks for MFA. A permissions boundary limits "
        "what can be gained.\n\n"
        '"Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}'
    ),
    references=(
        iam_guide("Grant a user permissions to pass a role to an AWS service", "id_roles_use_passrole"),
        iam_guide("Permissions boundaries for IAM entities", "access_policies_boundaries"),
    ),
    also_known_as={"prowler": ("iam_policy_allows_privilege_escalation",)},
    examples=(
        rejected(
            "writing one's own policies",
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "iam:PutUserPolicy",
                    "Resource": "arn:aws:iam::*:user/${aws:username}",
                }
            },
        ),
        rejected(
            "an administrator's role that can be made to trust anybody",
            user={"inline": {"Effect": "Allow", "Action": ["iam:UpdateAssumeRolePolicy"], "Resource": "*"}},
            role=_BOSS,
        ),
        accepted(
            "keys and passwords of one's own",
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": ["iam:CreateAccessKey", "iam:UpdateLoginProfile"],
                    "Resource": "arn:aws:iam::*:user/${aws:username}",
                }
            },
        ),
        accepted(
            "the right to pass a role without a service to pass it to",
            user={"inline": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}},
            role=_BOSS,
        ),
        accepted("an administrator gains nothing", user={"attached": ["AdministratorAccess"]}),
        accepted(
            "whoever is administrator only with MFA, and needs MFA for every way to become one",
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                }
            },
            role=_BOSS,
        ),
        accepted(
            "an administrator in two regions only",
            user={
                "inline": [
                    {"Effect": "Allow", "Action": "*", "Resource": "*"},
                    {
                        "Effect": "Deny",
                        "NotAction": "iam:*",
                        "Resource": "*",
                        "Condition": {
                            "StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-north-1"]}
                        },
                    },
                ]
            },
            role=_BOSS,
        ),
        rejected(
            "whoever is administrator only with MFA, and may write policies without",
            user={
                "inline": [
                    {
                        "Effect": "Allow",
                        "Action": "*",
                        "Resource": "*",
                        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                    },
                    {"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "*"},
                ]
            },
        ),
    ),
    check=check,
)
