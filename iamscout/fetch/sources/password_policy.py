"""The account's password policy; an account without one is an answer, not a gap."""

from iamscout.fetch.api import Api
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.spec import SourceSpec

_OPERATION = "iam:GetAccountPasswordPolicy"


def _collect(api: Api) -> object:
    """NoSuchEntity means that IAM's defaults hold ("Set an account password policy for IAM users")."""
    try:
        return api.call(_OPERATION)
    except RefusalError as refusal:
        if refusal.is_gone:
            return {"PasswordPolicy": None}
        raise


SOURCE = SourceSpec(
    name=_OPERATION, operations=(_OPERATION,), collect=_collect, note="what passwords must look like"
)
