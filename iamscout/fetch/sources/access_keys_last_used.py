"""When, where and for which service each access key was last used: one call per key, only with `--deep`.

The answer is by key id. Root's keys are not among them: only root can list them; the credential report tells
their last use.
"""

from iamscout.fetch.api import Api
from iamscout.fetch.spec import SourceSpec, one_per

_LISTING = "iam:ListAccessKeys"
_OPERATION = "iam:GetAccessKeyLastUsed"


def _collect(api: Api) -> object:
    listed = [key for each in api.answer(_LISTING).values() for key in each.get("AccessKeyMetadata", ())]
    return api.each(_OPERATION, "AccessKeyId", [key["AccessKeyId"] for key in listed if "AccessKeyId" in key])


SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=_collect,
    needs=(_LISTING,),
    switch="deep",
    # Nothing counts the keys beforehand: one per user is what most accounts have.
    expected_calls=one_per("Users"),
    note="each access key's last use, one call per key",
)
