"""IAM Identity Center: permission sets, and who has them in which account.

Source: the `identity_center` source, which puts the answers of the IAM Identity Center API together under
their own names. A permission set becomes a role `AWSReservedSSO_NAME_…` in every account that it is
provisioned to.
"""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Raw, Struct, field

from iamscout.policy.document import PolicyDocument
from iamscout.snapshot.answers import Answers
from iamscout.snapshot.documents import read_document
from iamscout.snapshot.shapes import Shape, Time

SOURCE = "identity_center"
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


class CustomerManagedPolicyReference(Struct, frozen=True, order=True):
    """A policy by name and path, looked up in each account that the permission set is provisioned to."""

    path: str
    name: str


class AccountAssignment(Struct, frozen=True, order=True):
    """A user or group of the identity store, by id, that has a permission set in an account."""

    account: str
    principal_type: str
    """USER or GROUP."""
    principal_id: str


class PermissionSet(Struct, frozen=True):
    """A permission set with its policies and assignments; what AWS refused to tell is empty or None.

    The source's status is not ok then, and a gap names the operation.
    """

    arn: str
    name: str
    description: str
    created: datetime | None
    session_duration_seconds: int | None
    inline_policy: PolicyDocument | None
    attached_policy_arns: tuple[str, ...]
    customer_managed_policies: tuple[CustomerManagedPolicyReference, ...]
    boundary: str | CustomerManagedPolicyReference | None
    """The ARN of AWS's policy, or the reference to a customer's."""
    accounts: tuple[str, ...]
    """`AccountIds` that it is provisioned to."""
    assignments: tuple[AccountAssignment, ...]

    @property
    def role_prefix(self) -> str:
        """What the names of its roles begin with ("Referencing permission sets in resource policies")."""
        return f"AWSReservedSSO_{self.name}_"


class IdentityCenterInstance(Struct, frozen=True):
    """`InstanceMetadata` with its permission sets, sorted by ARN."""

    arn: str
    name: str
    identity_store_id: str
    owner_account: str
    status: str
    permission_sets: tuple[PermissionSet, ...]


class IdentityCenter(Struct, frozen=True):
    """The instances of the region that was asked, sorted by ARN."""

    region: str
    instances: tuple[IdentityCenterInstance, ...]

    @property
    def permission_sets(self) -> tuple[PermissionSet, ...]:
        """Those of all instances."""
        return tuple(each for instance in self.instances for each in instance.permission_sets)


def identity_center(answers: Answers) -> IdentityCenter | None:
    """The `identity_center` source; None where it was not told."""
    told = answers.read(SOURCE, _IdentityCenterShape)
    if told is None:
        return None
    made = [
        IdentityCenterInstance(
            arn=shape.instance_arn,
            name=shape.name,
            identity_store_id=shape.identity_store_id,
            owner_account=shape.owner_account_id,
            status=shape.status,
            permission_sets=tuple(
                sorted(
                    (_permission_set(answers, each) for each in shape.permission_sets),
                    key=lambda each: each.arn,
                )
            ),
        )
        for shape in told.instances
    ]
    return IdentityCenter(told.region, tuple(sorted(made, key=lambda instance: instance.arn)))


class _PolicyShape(Shape):
    """`AttachedManagedPolicy` (name and ARN)."""

    arn: str = ""


class _ReferenceShape(Shape):
    """`CustomerManagedPolicyReference`; the path is / where AWS leaves it out."""

    name: str = ""
    path: str = "/"


class _BoundaryShape(Shape):
    """`PermissionsBoundary`: one of both."""

    managed_policy_arn: str = ""
    customer_managed_policy_reference: _ReferenceShape | None = None


class _AssignmentShape(Shape):
    """`AccountAssignment`."""

    account_id: str = ""
    principal_type: str = ""
    principal_id: str = ""


class _PermissionSetShape(Shape):
    """`PermissionSet` with the answers of the other operations about it."""

    permission_set_arn: str = ""
    name: str = ""
    description: str = ""
    created_date: Time = None
    session_duration: str = ""
    inline_policy: Raw = Raw()
    attached_managed_policies: list[_PolicyShape] = field(default_factory=list)
    customer_managed_policy_references: list[_ReferenceShape] = field(default_factory=list)
    permissions_boundary: _BoundaryShape | None = None
    account_ids: list[str] = field(default_factory=list)
    account_assignments: list[_AssignmentShape] = field(default_factory=list)


class _InstanceShape(Shape):
    """`InstanceMetadata`."""

    instance_arn: str = ""
    name: str = ""
    identity_store_id: str = ""
    owner_account_id: str = ""
    status: str = ""
    permission_sets: list[_PermissionSetShape] = field(default_factory=list)


class _IdentityCenterShape(Shape):
    """The source as `fetch` puts it together."""

    region: str = ""
    instances: list[_InstanceShape] = field(default_factory=list)


def _permission_set(answers: Answers, shape: _PermissionSetShape) -> PermissionSet:
    arn = shape.permission_set_arn
    inline = bytes(shape.inline_policy)
    return PermissionSet(
        arn=arn,
        name=shape.name,
        description=shape.description,
        created=answers.remarks.time(shape.created_date, arn, "CreatedDate"),
        session_duration_seconds=_seconds(answers, shape),
        # A permission set without one has an empty text.
        inline_policy=None if inline in (b"", b'""', b"null") else read_document(shape.inline_policy),
        attached_policy_arns=tuple(sorted(each.arn for each in shape.attached_managed_policies)),
        customer_managed_policies=tuple(
            sorted(_reference(each) for each in shape.customer_managed_policy_references)
        ),
        boundary=_boundary(shape.permissions_boundary),
        accounts=tuple(sorted(shape.account_ids)),
        assignments=tuple(
            sorted(
                AccountAssignment(each.account_id, each.principal_type, each.principal_id)
                for each in shape.account_assignments
            )
        ),
    )


def _seconds(answers: Answers, shape: _PermissionSetShape) -> int | None:
    """`SessionDuration` (ISO 8601, such as PT1H30M) in seconds; None where it is not told."""
    if not shape.session_duration:
        return None
    found = _DURATION.fullmatch(shape.session_duration)
    if found is None or not any(found.groups()):
        answers.remarks.odd(shape.permission_set_arn, "SessionDuration", shape.session_duration[:80])
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3_600 + minutes * 60 + seconds


def _reference(shape: _ReferenceShape) -> CustomerManagedPolicyReference:
    return CustomerManagedPolicyReference(shape.path, shape.name)


def _boundary(shape: _BoundaryShape | None) -> str | CustomerManagedPolicyReference | None:
    if shape is None:
        return None
    reference = shape.customer_managed_policy_reference
    return _reference(reference) if reference else shape.managed_policy_arn or None
