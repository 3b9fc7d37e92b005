"""Whoever steals a user's access key is, or becomes, administrator."""

from collections.abc import Iterable

from iamscout.access.credentials import LONG_TERM_KEY
from iamscout.access.escalation import Path
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import ref_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, named
from iamscout.policy.formula import ALWAYS, NEVER, Formula, assume, simplify
from iamscout.snapshot.account import Account, User


def check(user: User, account: Account, estate: Estate) -> Iterable[Hit]:
    """Only users with an active key; what a key cannot do (MFA) does not count."""
    row = account.report_by_user.get(user.name)
    if row is None or not any(key.active for key in row.access_keys):
        return
    admin = estate.admins.by_principal.get(user.arn)
    if admin is not None and _by_key(admin.requires) == ALWAYS:
        yield Hit(
            f"User {user.name} is administrator, and an active access key of it needs nothing else",
            tuple(ref_evidence(estate, ref) for ref in admin.by),
            severity="critical",
        )
        return
    ways = [path for path in estate.escalation.paths_of.get(user.arn, ()) if _open(path) != NEVER]
    if not ways:
        return
    path = min(ways, key=lambda each: (_open(each) != ALWAYS or not each.is_certain, len(each.steps)))
    certain = path.is_certain
    yield Hit(
        f"An access key of {user.name} {'reaches' if certain else 'may reach'} administrator in "
        f"{count(len(path.steps), 'step')}, as {'itself' if path.goal == user.arn else named(path.goal)}",
        tuple(ref_evidence(estate, ref) for ref in path.steps[0].by),
        severity="high" if certain else "medium",
        confidence="certain" if certain else "possible",
    )


def _open(path: Path) -> Formula:
    return _by_key(path.steps[0].requires)


def _by_key(formula: Formula) -> Formula:
    return simplify(assume(formula, LONG_TERM_KEY))


_KEY = {"user": "alice", "access_key_1_active": "true"}
_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}

RULE = Rule(
    title="A stolen access key reaches administrator",
    severity="high",
    applies_to="user",
    needs=("iam:GetAccountAuthorizationDetails", "iam:GetCredentialReport"),
    rationale=(
        "Access keys leak: from repositories, build logs and laptops. A key carries no MFA, so whatever its "
        "user may do without MFA, whoever has the key can do from anywhere. Here that leads to every action "
        "on every resource, at once or by roles it can assume and permissions that escalate."
    ),
    remediation=(
        "Delete the key, or take the permissions from the user and put them in a role whose trust policy "
        "asks for MFA.\n\n"
        '"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}'
    ),
    references=(
        iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),
        iam_guide("Security best practices in IAM", "best-practices"),
    ),
    examples=(
        rejected(
            "the key of an administrator",
            user={"UserName": "alice", "attached": ["AdministratorAccess"]},
            credential_report=[_KEY],
        ),
        rejected(
            "the key of a user who writes policies",
            user={
                "UserName": "alice",
                "inline": {"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "*"},
            },
            credential_report=[_KEY],
        ),
        accepted(
            "an administrator with MFA only",
            user={
                "UserName": "alice",
                "inline": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": _MFA},
            },
            credential_report=[_KEY],
        ),
        accepted(
            "an administrator without an active key",
            user={"UserName": "alice", "attached": ["AdministratorAccess"]},
            credential_report=[{"user": "alice"}],
        ),
    ),
    check=check,
)
