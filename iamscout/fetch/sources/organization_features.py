"""Central root access of the organization: whether members' root credentials can be removed, and used.

Asked from the management account or a delegated administrator. Where trusted access or the features of an
organization are not switched on, nothing is enabled, which is an answer ("ListOrganizationsFeatures",
"Centrally manage root access for member accounts").
"""

from __future__ import annotations

from iamscout.fetch.api import Api
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.spec import SourceSpec, in_organization

_OPERATION = "iam:ListOrganizationsFeatures"
_NOTHING_ENABLED = {
    "ServiceAccessNotEnabledException": "IAM has no trusted access to the organization",
    "OrganizationNotInAllFeaturesModeException": "the organization has not all features enabled",
}
_NOT_THE_ONE = "AccountNotManagementOrDelegatedAdministratorException"


def _collect(api: Api) -> object:
    try:
        return api.call(_OPERATION)
    except RefusalError as refusal:
        if refusal.code in _NOTHING_ENABLED:
            api.reason = _NOTHING_ENABLED[refusal.code]
            return {"EnabledFeatures": []}
        if refusal.code == _NOT_THE_ONE:
            raise RefusalError(_OPERATION, refusal.code, refusal.message, "denied") from refusal
        raise


SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=in_organization(_collect),
    switch="organization",
    note="whether root access of member accounts is managed centrally",
)
