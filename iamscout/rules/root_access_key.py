"""The root user has access keys."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.keys import active_keys, root_row
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account; active keys by the credential report, keys at all by the account summary."""
    row = root_row(account)
    active = len(active_keys(row)) if row else 0
    present = (account.summary or {}).get("AccountAccessKeysPresent", 0)
    if active:
        yield Hit(f"The root user of {account.label} has {count(active, 'active access key')}")
    elif present:
        state = "which are not active" if row else "which may be active"
        yield Hit(
            f"The root user of {account.label} has access keys, {state}", severity="high" if row else None
        )


RULE = Rule(
    title="Root user has an access key",
    severity="critical",
    applies_to="account",
    needs=(),
    needs_any=("iam:GetCredentialReport", "iam:GetAccountSummary"),
    rationale=(
        "An access key of the root user may do everything in the account, cannot be limited by any policy "
        "of it, and needs no MFA. No task needs one."
    ),
    remediation=(
        "Sign in as root and delete the keys under Security credentials; in an organization, remove root "
        "credentials of member accounts centrally.\n\n"
        "aws sts assume-root --target-principal 111122223333 --task-policy-arn "
        "arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials"
    ),
    references=(
        iam_guide("Root user best practices for your AWS account", "root-user-best-practices"),
        iam_guide(
            "Centrally manage root access for member accounts", "id_root-user#id_root-user-access-management"
        ),
    ),
    frameworks=cis("1.4", "1.3", "2.3", "2.4") | fsbp("IAM.4"),
    also_known_as={
        "prowler": ("iam_no_root_access_key",),
        "scoutsuite": ("iam-root-account-with-active-keys",),
    },
    examples=(
        rejected(
            "an active key by the credential report",
            credential_report=[{"user": "<root_account>", "access_key_1_active": "true"}],
        ),
        rejected("a key by the account summary", summary={"AccountAccessKeysPresent": 1}),
        accepted(
            "no key by either",
            credential_report=[{"user": "<root_account>"}],
            summary={"AccountAccessKeysPresent": 0},
        ),
        accepted(
            "somebody else's key",
            credential_report=[{"user": "<root_account>"}, {"user": "build", "access_key_1_active": "true"}],
        ),
    ),
    check=check,
)
