"""The organization: its units, its accounts, and the service and resource control policies on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from iamscout.demo.documents import Document, deny, distrust, document
from iamscout.demo.shared_roles import ACCESS_ROLE
from iamscout.demo.world import ORGANIZATION_ID, PRODUCTION, SECURITY, role_arn

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_organizations import OrganizationsClient

_PolicyType = Literal["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]


class Guardrail(Struct, frozen=True):
    """A control policy that stands on one unit of the organization, beside AWS's "allow everything"."""

    unit: str
    name: str
    kind: _PolicyType
    description: str
    content: Document


UNITS = (("Security", "Root"), ("Workloads", "Root"), ("Production", "Workloads"))
"""Organizational units and their parents, parents first."""

MEMBERS = (("production", PRODUCTION, "Production"), ("security", SECURITY, "Security"))
"""Member accounts: name, id (which `backdate` sees to), unit. In this order they are created."""


def guardrails() -> tuple[Guardrail, ...]:
    """Three service control policies from the root down, and one resource control policy."""
    return (
        Guardrail(
            unit="Root",
            name="stay-a-member",
            kind="SERVICE_CONTROL_POLICY",
            description="Nobody leaves the organization; no root users",
            content=document(
                deny("organizations:LeaveOrganization", sid="NoLeaving"),
                deny(
                    "*",
                    condition={"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
                    sid="NoRootUser",
                ),
            ),
        ),
        Guardrail(
            unit="Workloads",
            name="stay-in-the-organization",
            kind="SERVICE_CONTROL_POLICY",
            description="No roles of accounts outside: stops the hop of upload-to-vendor",
            content=document(
                deny(
                    "sts:AssumeRole",
                    condition={"StringNotEquals": {"aws:ResourceOrgID": ORGANIZATION_ID}},
                    sid="OnlyOurOwnRoles",
                )
            ),
        ),
        Guardrail(
            unit="Production",
            name="protect-the-trail",
            kind="SERVICE_CONTROL_POLICY",
            description="The audit trail is changed by nobody but the administrator role",
            content=document(
                deny(
                    ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"],
                    condition={
                        "ArnNotEquals": {"aws:PrincipalArn": role_arn(PRODUCTION, "production-admin")}
                    },
                    sid="KeepTheTrail",
                )
            ),
        ),
        Guardrail(
            unit="Security",
            name="no-strangers",
            kind="RESOURCE_CONTROL_POLICY",
            description="Roles of this unit are for the organization: keeps out whom former-auditor trusts",
            content=document(
                {
                    **distrust(
                        "*",
                        condition={
                            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION_ID},
                            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                        },
                        sid="OnlyOurOwnPeople",
                    ),
                    "Resource": "*",
                }
            ),
        ),
    )


def build_organization(organizations: OrganizationsClient, iam: IAMClient) -> None:
    """Create the organization from its management account, whose two clients these are."""
    organizations.create_organization(FeatureSet="ALL")
    # The embedded AWS makes this role in the management account too, where AWS makes none.
    iam.delete_role(RoleName=ACCESS_ROLE)
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = _create_units(organizations, root)
    for name, account_id, unit in MEMBERS:
        organizations.create_account(AccountName=name, Email=f"aws-{name}@example.com")
        organizations.move_account(AccountId=account_id, SourceParentId=root, DestinationParentId=units[unit])
    _put_up_guardrails(organizations, units)
    organizations.enable_aws_service_access(ServicePrincipal="guardduty.amazonaws.com")
    organizations.register_delegated_administrator(
        AccountId=SECURITY, ServicePrincipal="guardduty.amazonaws.com"
    )


def _create_units(organizations: OrganizationsClient, root: str) -> dict[str, str]:
    ids = {"Root": root}
    for name, parent in UNITS:
        made = organizations.create_organizational_unit(ParentId=ids[parent], Name=name)
        ids[name] = made["OrganizationalUnit"]["Id"]
    return ids


def _put_up_guardrails(organizations: OrganizationsClient, units: dict[str, str]) -> None:
    kinds: tuple[_PolicyType, ...] = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    for kind in kinds:
        organizations.enable_policy_type(RootId=units["Root"], PolicyType=kind)
    for guardrail in guardrails():
        made = organizations.create_policy(
            Name=guardrail.name,
            Type=guardrail.kind,
            Description=guardrail.description,
            Content=json.dumps(guardrail.content),
        )
        organizations.attach_policy(
            PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=units[guardrail.unit]
        )
