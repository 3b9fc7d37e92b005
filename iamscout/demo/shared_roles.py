"""Roles that every account of the organization has: those that AWS makes, and the one for auditors."""

from datetime import UTC, datetime

from iamscout.demo.blueprint import Role, SamlProvider
from iamscout.demo.documents import document, service_trust, trust
from iamscout.demo.world import MANAGEMENT, REGION, SECURITY, aws_managed, role_arn, root_of

CONSOLE_AUDIENCE = "https://signin.aws.amazon.com/saml"
AUDIT_ROLE = "security-audit"
ACCESS_ROLE = "OrganizationAccountAccessRole"

_IDENTITY_CENTER = "AWSSSO_0123456789abcdef_DO_NOT_DELETE"

_LINKED_POLICIES = {
    "autoscaling.amazonaws.com": "AutoScalingServiceRolePolicy",
    "guardduty.amazonaws.com": "AmazonGuardDutyServiceRolePolicy",
    "organizations.amazonaws.com": "AWSOrganizationsServiceTrustPolicy",
    "sso.amazonaws.com": "AWSSSOServiceRolePolicy",
    "support.amazonaws.com": "AWSSupportServiceRolePolicy",
    "trustedadvisor.amazonaws.com": "AWSTrustedAdvisorServiceRolePolicy",
}
"""Host name of a service and the AWS managed policy of its service-linked role."""


def audit_role() -> Role:
    """The read-only role of the auditors in each account; the demo itself is captured with it."""
    return Role(
        name=AUDIT_ROLE,
        description="Read-only audit from the security account",
        trust=document(trust({"AWS": role_arn(SECURITY, "auditor")})),
        managed=(aws_managed("SecurityAudit"),),
        age_days=720,
        used_days_ago=0,
    )


def access_role(*, age_days: int, used_days_ago: int) -> Role:
    """The role that AWS Organizations makes in an account it creates ("Accessing member accounts")."""
    return Role(
        name=ACCESS_ROLE,
        trust=document(trust({"AWS": root_of(MANAGEMENT)})),
        managed=(aws_managed("AdministratorAccess"),),
        made_with_account=True,
        age_days=age_days,
        used_days_ago=used_days_ago,
    )


def service_linked_role(name: str, host: str, *, age_days: int) -> Role:
    """A service-linked role as its service makes it ("Using service-linked roles")."""
    return Role(
        name=name,
        path=f"/aws-service-role/{host}/",
        trust=service_trust(host),
        managed=(aws_managed(f"aws-service-role/{_LINKED_POLICIES[host]}"),),
        age_days=age_days,
        used_days_ago=3,
    )


def identity_center_provider() -> SamlProvider:
    """The SAML provider that IAM Identity Center keeps in every account, under the same name."""
    return SamlProvider(
        name=_IDENTITY_CENTER,
        issuer="https://portal.sso.eu-west-1.amazonaws.com/saml/assertion/EXAMPLE",
        age_days=600,
        valid_until=datetime(2035, 1, 1, tzinfo=UTC),
    )


def identity_center_role(
    account: str, permission_set: str, managed: str, *, used_days_ago: int | None
) -> Role:
    """The role that IAM Identity Center makes for a permission set with one AWS managed policy."""
    return Role(
        name=f"AWSReservedSSO_{permission_set}_0123456789abcdef",
        path=f"/aws-reserved/sso.amazonaws.com/{REGION}/",
        trust=document(
            trust(
                {"Federated": f"arn:aws:iam::{account}:saml-provider/{_IDENTITY_CENTER}"},
                action=["sts:AssumeRoleWithSAML", "sts:TagSession"],
                condition={"StringEquals": {"SAML:aud": CONSOLE_AUDIENCE}},
            )
        ),
        managed=(managed,),
        max_session_seconds=43200,
        age_days=600,
        used_days_ago=used_days_ago,
    )
