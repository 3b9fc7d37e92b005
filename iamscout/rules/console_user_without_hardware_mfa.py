"""Somebody powerful signs in with MFA that lives in software."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.people import console_users
from iamscout.analysis.power import POWER_WORDS
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, User


def check(user: User, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per console user who may change permissions and whose devices are all virtual."""
    devices = [device for device in account.mfa_devices or () if device.user_arn == user.arn]
    if not devices or any(device.kind != "virtual" for device in devices):
        return
    power = estate.power_of(account, user)
    if power in ("administrator", "privileged") and user.arn in (console_users(account) or ()):
        yield Hit(f"User {user.name}{POWER_WORDS[power]} signs in with a virtual MFA device")


RULE = Rule(
    title="Powerful console user without hardware MFA",
    severity="low",
    applies_to="user",
    needs=("iam:GetAccountAuthorizationDetails", "iam:GetCredentialReport", "iam:ListVirtualMFADevices"),
    rationale=(
        "Codes of an app can be typed into a forged page and used there at once. Passkeys and security keys "
        "answer only the real one, which is worth it where a sign-in may change permissions."
    ),
    remediation="Register a security key or passkey for the user, and remove the virtual device.",
    references=(
        iam_guide("AWS Multi-factor authentication in IAM", "id_credentials_mfa"),
        iam_guide(
            "Assign a passkey or security key in the AWS Management Console", "id_credentials_mfa_enable_fido"
        ),
    ),
    also_known_as={"prowler": ("iam_user_hardware_mfa_enabled",)},
    examples=(
        rejected(
            "an administrator with an app",
            user={"attached": ["AdministratorAccess"]},
            credential_report=[{"user": "alice", "password_enabled": "true", "mfa_active": "true"}],
            virtual_mfa_devices=[
                {
                    "SerialNumber": "arn:aws:iam::111122223333:mfa/alice",
                    "User": {"Arn": "arn:aws:iam::111122223333:user/alice", "UserName": "alice"},
                    "EnableDate": "2024-02-01T00:00:00Z",
                }
            ],
        ),
        accepted(
            "somebody who may only read",
            user={"attached": ["SecurityAudit"]},
            credential_report=[{"user": "alice", "password_enabled": "true", "mfa_active": "true"}],
            virtual_mfa_devices=[
                {
                    "SerialNumber": "arn:aws:iam::111122223333:mfa/alice",
                    "User": {"Arn": "arn:aws:iam::111122223333:user/alice", "UserName": "alice"},
                    "EnableDate": "2024-02-01T00:00:00Z",
                }
            ],
        ),
        accepted(
            "an administrator without a virtual device",
            user={"attached": ["AdministratorAccess"]},
            credential_report=[{"user": "alice", "password_enabled": "true", "mfa_active": "true"}],
            virtual_mfa_devices=[],
        ),
    ),
    check=check,
)
