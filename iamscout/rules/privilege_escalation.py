"""A user or role can make itself administrator, or gain what it was not given."""

from collections.abc import Iterable

from iamscout.access.escalation import Escalation
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import ref_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Confidence, Hit, Severity
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account


def check(account: Account, _account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per principal, judged by its best way."""
    found = estate.escalation.by_principal
    for arn in sorted(found):
        if estate.directory.by_arn[arn].account == account.id:
            best: dict[str, Escalation] = {}
            for each in found[arn]:
                known = best.get(each.method.id)
                if known is None or _rank(each) < _rank(known):
                    best[each.method.id] = each
            yield _hit(estate, arn, sorted(best.values(), key=_rank))


def _rank(each: Escalation) -> tuple[bool, bool, str]:
    return each.gains != "admin", not each.is_certain, each.method.id


def _hit(estate: Estate, arn: str, ways: list[Escalation]) -> Hit:
    first = ways[0]
    severity, confidence = _grave(first)
    name = arn.rpartition(":")[2]
    gain = "become administrator" if first.gains == "admin" else "gain more than it was given"
    certainty = "can" if first.is_certain else "can, under conditions,"
    target = first.targets.first(1)[0].rpartition(":")[2]
    others = f", and by {count(len(ways) - 1, 'other method')}" if len(ways) > 1 else ""
    note = listed([f"needs {fact}" for fact in first.facts]) if first.facts else ""
    return Hit(
        f"{name} {certainty} {gain}: it can {first.method.title} ({target}){others}",
        tuple(ref_evidence(estate, ref, note) for ref in first.by),
        resource=arn,
        severity=severity,
        confidence=confidence,
    )


def _grave(first: Escalation) -> tuple[Severity, Confidence]:
    if first.gains == "admin":
        return ("high", "certain") if first.is_certain else ("medium", "possible")
    return ("medium", "likely") if first.is_certain else ("low", "possible")


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
        "control policies, and for targets that exist and are worth it."
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
    ),
    check=check,
)
