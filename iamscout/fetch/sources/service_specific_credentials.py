"""Service-specific credentials of all users in one listing: CodeCommit, Keyspaces, API keys of Bedrock.

`AllUsers` makes one listing of what otherwise takes a call per user ("ListServiceSpecificCredentials").
"""

from __future__ import annotations

from iamscout.fetch.api import Api
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.spec import SourceSpec

_OPERATION = "iam:ListServiceSpecificCredentials"
_NOT_OFFERED = ("ValidationError", "NotSupportedService", "ServiceNotSupportedException")
"""An endpoint that does not know `AllUsers` misses the name of a user; one without such services says so."""


def _collect(api: Api) -> object:
    try:
        return api.listing(_OPERATION, "ServiceSpecificCredentials", AllUsers=True)
    except RefusalError as refusal:
        if refusal.code not in _NOT_OFFERED:
            raise
        # No permission and no second try would change it: not a gap of this run, but not an empty list.
        api.status = "skipped"
        api.reason = f"not offered here: AWS does not list them for all users ({refusal.code})"
        return None


SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=_collect,
    note="passwords and API keys for single services",
)
