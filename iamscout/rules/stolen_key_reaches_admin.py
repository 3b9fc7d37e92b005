"""A user's access key alone is enough to become administrator in one step."""

from collections.abc import Iterable, Iterator

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.keys import active_keys
from iamscout.analysis.power import power_of
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Role


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user with an active key that alone gets into an administrator role."""
    with_keys = {row.arn for row in account.credential_report or () if active_keys(row) and not row.is_root}
    reached: dict[str, set[str]] = {}
    for role in _administrators(estate):
        for entry in estate.access.by_role.get(role.arn, ()):
            results = entry.verdict.credentials
            if results is not None and results.long_term_key == "allow":
                for arn in with_keys.intersection(each.value for each in entry.principals):
                    reached.setdefault(arn, set()).add(role.name)
    for arn, names in sorted(reached.items()):
        user = account.users_by_arn[arn]
        if power_of(account, user) != "administrator":
            yield Hit(
                f"whoever steals an access key of {user.name} is administrator by {listed(sorted(names))}",
                resource=arn,
                resource_type="user",
            )


def _administrators(estate: Estate) -> Iterator[Role]:
    for account in estate.accounts:
        for role in account.roles:
            if power_of(account, role) == "administrator":
                yield role


RULE = Rule(
    title="Stolen access key reaches administrator",
    severity="high",
    applies_to="account",
    needs=("iam:GetAccountAuthorizationDetails", "iam:GetCredentialReport"),
    rationale=(
        "Access keys end up in repositories, images and logs. This one needs nothing else, no MFA and no "
        "second secret, to assume a role that may do everything."
    ),
    remediation=(
        "Ask for MFA in the trust policy of the role, which no access key has.\n\n"
        '"Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}'
    ),
    references=(
        iam_guide("Secure API access with MFA", "id_credentials_mfa_configure-api-require"),
        iam_guide("Manage access keys for IAM users", "id_credentials_access-keys"),
    ),
    examples=(
        rejected(
            "a key, a group, a role",
            role={
                "RoleName": "administration",
                "attached": ["AdministratorAccess"],
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                },
            },
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
            credential_report=[{"user": "alice", "access_key_1_active": "true"}],
        ),
        accepted(
            "the role asks for MFA",
            role={
                "RoleName": "administration",
                "attached": ["AdministratorAccess"],
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                },
            },
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
            credential_report=[{"user": "alice", "access_key_1_active": "true"}],
        ),
        accepted(
            "the user has no active key",
            role={
                "RoleName": "administration",
                "attached": ["AdministratorAccess"],
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                },
            },
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
            credential_report=[{"user": "alice", "password_enabled": "true", "access_key_1_active": "false"}],
        ),
        accepted(
            "the role may read only",
            role={
                "RoleName": "audit",
                "attached": ["SecurityAudit"],
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                },
            },
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
            credential_report=[{"user": "alice", "access_key_1_active": "true"}],
        ),
    ),
    check=check,
)
