"""IAM Identity Center in the session's region: permission sets, their policies, and who has them where.

Asked from the management account or a delegated administrator; a member sees its own instance alone. The
answers about one permission set are put together under AWS's own names: `Instances` of ListInstances, each
with `PermissionSets`, each with what the other calls tell of it. What AWS refused is left out and a gap.
Source: IAM Identity Center API Reference.
"""

from __future__ import annotations

from typing import Any

from iamscout.fetch.api import Api
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.spec import SourceSpec, in_region

_INSTANCES = "sso:ListInstances"
_SETS = "sso:ListPermissionSets"
_SET = "sso:DescribePermissionSet"
_INLINE = "sso:GetInlinePolicyForPermissionSet"
_ATTACHED = "sso:ListManagedPoliciesInPermissionSet"
_REFERENCES = "sso:ListCustomerManagedPolicyReferencesInPermissionSet"
_BOUNDARY = "sso:GetPermissionsBoundaryForPermissionSet"
_ACCOUNTS = "sso:ListAccountsForProvisionedPermissionSet"
_ASSIGNMENTS = "sso:ListAccountAssignments"


def _collect(api: Api) -> object:
    instances = api.listing(_INSTANCES, "Instances")["Instances"]
    return {
        "Region": api.region,
        "Instances": [{**each, **_permission_sets(api, each.get("InstanceArn"))} for each in instances],
    }


def _permission_sets(api: Api, instance: str | None) -> dict[str, Any]:
    if not instance:
        return {}
    listed = _listed(api, _SETS, "PermissionSets", InstanceArn=instance)
    return {name: [_permission_set(api, instance, arn) for arn in arns] for name, arns in listed.items()}


def _permission_set(api: Api, instance: str, arn: str) -> dict[str, Any]:
    """All that is told of one permission set."""
    asked = {"InstanceArn": instance, "PermissionSetArn": arn}
    found = {"PermissionSetArn": arn, **_told(api, _SET, asked).get("PermissionSet", {})}
    found |= _told(api, _INLINE, asked)
    found |= _listed(api, _ATTACHED, "AttachedManagedPolicies", **asked)
    found |= _listed(api, _REFERENCES, "CustomerManagedPolicyReferences", **asked)
    # A permission set without a boundary is answered with ResourceNotFoundException.
    found |= _told(api, _BOUNDARY, asked, none={"PermissionsBoundary": None})
    accounts = _listed(api, _ACCOUNTS, "AccountIds", **asked)
    found |= accounts
    if accounts:
        found["AccountAssignments"] = [
            each
            for account in accounts["AccountIds"]
            for each in _listed(api, _ASSIGNMENTS, "AccountAssignments", **asked, AccountId=account).get(
                "AccountAssignments", ()
            )
        ]
    return found


def _told(
    api: Api, operation: str, asked: dict[str, str], none: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The answer to a call about a permission set; empty where it is refused, `none` where there is none."""
    try:
        return api.call(operation, **asked)
    except RefusalError as refusal:
        if refusal.is_gone and none is not None:
            return none
        _miss(api, refusal, asked["PermissionSetArn"])
        return {}


def _listed(api: Api, operation: str, key: str, **asked: str) -> dict[str, list[Any]]:
    """A listing under its key; empty where it is refused."""
    resource = asked.get("PermissionSetArn") or asked["InstanceArn"]
    try:
        return api.listing(operation, key, resource=resource, **asked)
    except RefusalError as refusal:
        _miss(api, refusal, resource)
        return {}


def _miss(api: Api, refusal: RefusalError, resource: str) -> None:
    if refusal.is_gone:
        api.gone(refusal, resource)
    else:
        api.miss(refusal, resource)


SOURCE = SourceSpec(
    name="identity_center",
    operations=(_INSTANCES, _SETS, _SET, _INLINE, _ATTACHED, _REFERENCES, _BOUNDARY, _ACCOUNTS, _ASSIGNMENTS),
    collect=in_region(_collect),
    switch="identity_center",
    # Nothing counts permission sets beforehand: this is an instance with one, in one account.
    expected_calls=lambda _: 9,
    note="permission sets of IAM Identity Center, their policies and assignments",
)
