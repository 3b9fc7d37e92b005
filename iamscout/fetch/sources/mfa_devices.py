"""The MFA devices of each user, hardware and passkeys too: one call per user, so only with `--deep`."""

from iamscout.fetch.api import Api
from iamscout.fetch.spec import SourceSpec, one_per

_LISTING = "iam:ListUsers"
_OPERATION = "iam:ListMFADevices"


def _collect(api: Api) -> object:
    return api.each(_OPERATION, "UserName", [user["UserName"] for user in api.answer(_LISTING)["Users"]])


SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=_collect,
    needs=(_LISTING,),
    switch="deep",
    expected_calls=one_per("Users"),
    note="hardware MFA devices and passkeys, one call per user",
)
