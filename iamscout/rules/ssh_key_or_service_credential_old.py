"""A user's SSH key, or its password or API key for one service, is old or never ends."""

from collections.abc import Iterable
from datetime import datetime

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per active credential; where only one kind was told, only that is judged."""
    limit = estate.settings.access_key_max_age_days
    for what, identifier, owner, made, ends in _active(account):
        age = age_days(made, account)
        if age is None or age <= limit:
            continue
        name = owner.rpartition("/")[2]
        yield Hit(
            f"{what} of user {name} is {age:,} days old"
            + (f" and ends on {ends:%Y-%m-%d}" if ends else "; the limit is " + f"{limit:,} days"),
            resource=owner,
            resource_type="user",
            locator=identifier,
            severity="info" if ends else None,
        )


def _active(account: Account) -> Iterable[tuple[str, str, str, datetime | None, datetime | None]]:
    """What it is, its id, whose, when it was made and when it ends."""
    for key in account.ssh_public_keys or ():
        if key.active:
            yield "SSH key for CodeCommit", key.id, key.user_arn, key.uploaded, None
    for each in account.service_specific_credentials or ():
        if each.active and (each.expiration is None or each.expiration > account.captured_at):
            what = f"Credential for {each.service.removesuffix('.amazonaws.com')}"
            yield what, each.id, each.user_arn, each.created, each.expiration


_SSH = "iam:ListSSHPublicKeys"
_SERVICE = "iam:ListServiceSpecificCredentials"
_OLD, _NEW = "2025-01-01T00:00:00Z", "2026-10-01T00:00:00Z"


def _ssh(uploaded: str, status: str = "Active") -> dict[str, object]:
    key = {"UserName": "alice", "SSHPublicKeyId": "APKAEXAMPLE", "Status": status, "UploadDate": uploaded}
    return {_SSH: {"alice": {"SSHPublicKeys": [key]}}}


def _service(created: str, **more: str) -> dict[str, object]:
    credential = {
        "UserName": "alice",
        "ServiceSpecificCredentialId": "ACCAEXAMPLE",
        "ServiceName": "bedrock.amazonaws.com",
        "Status": "Active",
        "CreateDate": created,
        **more,
    }
    return {_SERVICE: {"ServiceSpecificCredentials": [credential]}}


RULE = Rule(
    title="SSH key or service credential is old",
    severity="low",
    applies_to="account",
    needs=("iam:GetAccountAuthorizationDetails",),
    needs_any=(_SSH, _SERVICE),
    rationale=(
        "SSH keys for CodeCommit, passwords for Keyspaces and API keys for Bedrock are long-term credentials "
        "like access keys, ask for no MFA, and stand in no credential report. Nobody rotates what nobody "
        "sees."
    ),
    remediation=(
        "Replace it, or use temporary credentials of a role and delete it.\n\n"
        "aws iam delete-ssh-public-key --user-name USER --ssh-public-key-id ID\n"
        "aws iam delete-service-specific-credential --user-name USER --service-specific-credential-id ID"
    ),
    references=(
        iam_guide("Service-specific credentials for IAM users", "id_credentials_service-specific-creds"),
        iam_guide("IAM credentials for CodeCommit", "id_credentials_ssh-keys"),
    ),
    examples=(
        rejected("an SSH key of last year", user={}, sources=_ssh(_OLD)),
        rejected("an API key that never ends", user={}, sources=_service(_OLD)),
        accepted("an SSH key of last month", user={}, sources=_ssh(_NEW)),
        accepted("an inactive SSH key", user={}, sources=_ssh(_OLD, "Inactive")),
        accepted(
            "an API key that has ended",
            user={},
            sources=_service(_OLD, ExpirationDate="2026-01-01T00:00:00Z"),
        ),
    ),
    check=check,
)
