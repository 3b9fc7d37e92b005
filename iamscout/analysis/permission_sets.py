"""What permission sets of IAM Identity Center amount to."""

from __future__ import annotations

from iamscout.access.identity import PolicyUse
from iamscout.analysis.power import is_administrator
from iamscout.snapshot.identity_center import PermissionSet


def is_administrators(permission_set: PermissionSet) -> bool:
    """Whether one of its policies alone makes administrators, and no boundary takes that back.

    Policies of the accounts that it refers to by name are not looked up.
    """
    if permission_set.boundary is not None:
        return False
    if any(arn.endswith(":policy/AdministratorAccess") for arn in permission_set.attached_policy_arns):
        return True
    inline = permission_set.inline_policy
    return inline is not None and is_administrator(
        PolicyUse("inline", permission_set.arn, "inline policy", inline)
    )
