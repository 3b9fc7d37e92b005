"""The root user's MFA is an app."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.keys import root_has_no_password
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account whose root user has a virtual device; AWS lists only those."""
    if root_has_no_password(account):
        return
    for device in account.mfa_devices or ():
        if device.kind == "virtual" and device.user_arn == account.root_arn:
            yield Hit(f"The MFA of the root user of {account.label} is a virtual device")
            return


RULE = Rule(
    title="Root user without hardware MFA",
    severity="low",
    applies_to="account",
    needs=("iam:ListVirtualMFADevices",),
    rationale=(
        "The secret of a virtual device lies in a phone, in its backups, and maybe in a screenshot of the "
        "code. For the one user that may do everything, something that cannot be copied is worth its price."
    ),
    remediation=(
        "Register passkeys or security keys for root, keep them apart, and remove the virtual device."
    ),
    references=(
        iam_guide("Multi-factor authentication for AWS account root user", "enable-mfa-for-root"),
        iam_guide("Root user best practices for your AWS account", "root-user-best-practices"),
    ),
    frameworks=cis("1.6", "1.5", "2.5", "2.6") | fsbp("IAM.6"),
    also_known_as={
        "prowler": ("iam_root_hardware_mfa_enabled",),
        "scoutsuite": ("iam-root-account-no-hardware-mfa",),
    },
    examples=(
        rejected(
            "an app",
            virtual_mfa_devices=[
                {
                    "SerialNumber": "arn:aws:iam::111122223333:mfa/root-account-mfa-device",
                    "User": {"Arn": "arn:aws:iam::111122223333:root"},
                    "EnableDate": "2024-02-01T00:00:00Z",
                }
            ],
        ),
        accepted("no virtual device of root", virtual_mfa_devices=[]),
        accepted(
            "a user's app",
            user={"UserName": "alice"},
            virtual_mfa_devices=[
                {
                    "SerialNumber": "arn:aws:iam::111122223333:mfa/alice",
                    "User": {"Arn": "arn:aws:iam::111122223333:user/alice", "UserName": "alice"},
                    "EnableDate": "2024-02-01T00:00:00Z",
                }
            ],
        ),
    ),
    check=check,
)
