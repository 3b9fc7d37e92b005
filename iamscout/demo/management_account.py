"""The management account: old, few people, and a root user that still has an access key."""

from iamscout.demo.blueprint import Account, Group, Key, Policy, Role, Root, Scene, User
from iamscout.demo.documents import MFA_PRESENT, allow, document, service_trust, trust
from iamscout.demo.shared_roles import (
    audit_role,
    identity_center_provider,
    identity_center_role,
    service_linked_role,
)
from iamscout.demo.world import MANAGEMENT, aws_managed, policy_arn, role_arn, root_of


def management_account() -> Account:
    """The account with its alias, without a password policy, and with the root user nobody looked after."""
    return Account(
        account_id=MANAGEMENT,
        name="management",
        alias="example-management",
        scene=Scene(
            users=_users(),
            groups=_groups(),
            roles=_roles(),
            policies=_policies(),
            saml_providers=(identity_center_provider(),),
        ),
        root=Root(
            age_days=3650,
            mfa="none",
            signed_in_days_ago=17,
            key=Key(age_days=3644, used_days_ago=35, service="billingconsole", region="us-east-1"),
        ),
    )


def _groups() -> tuple[Group, ...]:
    return (
        Group(name="Finance", age_days=1500, managed=(policy_arn(MANAGEMENT, "AssumeBillingViewer"),)),
        Group(name="AccountAdmins", age_days=1460, managed=(policy_arn(MANAGEMENT, "AssumeAccountFactory"),)),
    )


def _policies() -> tuple[Policy, ...]:
    return (
        Policy(
            name="AssumeBillingViewer",
            description="MFA on the identity half: the role itself asks for none",
            versions=(
                document(
                    allow("sts:AssumeRole", role_arn(MANAGEMENT, "billing-viewer"), condition=MFA_PRESENT)
                ),
            ),
            age_days=1500,
        ),
        Policy(
            name="AssumeAccountFactory",
            versions=(document(allow("sts:AssumeRole", role_arn(MANAGEMENT, "account-factory"))),),
            age_days=1460,
        ),
    )


def _users() -> tuple[User, ...]:
    return (
        User(
            name="wendy",
            age_days=1490,
            groups=("Finance",),
            password_age_days=80,
            signed_in_days_ago=5,
            mfa=True,
        ),
        User(
            name="yolanda",
            age_days=1455,
            groups=("AccountAdmins",),
            password_age_days=44,
            signed_in_days_ago=9,
            mfa=True,
        ),
    )


def _roles() -> tuple[Role, ...]:
    return (
        Role(
            name="billing-viewer",
            description="Invoices and cost reports",
            trust=document(trust({"AWS": root_of(MANAGEMENT)})),
            managed=(aws_managed("AWSBillingReadOnlyAccess"),),
            age_days=1500,
            used_days_ago=5,
        ),
        Role(
            name="account-factory",
            description="Administrator of every member account, by the role that Organizations made there",
            trust=document(
                trust(
                    {"AWS": root_of(MANAGEMENT)},
                    condition={
                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                        "NumericLessThan": {"aws:MultiFactorAuthAge": "600"},
                    },
                )
            ),
            inline=(
                (
                    "accounts",
                    document(
                        allow(["organizations:CreateAccount", "organizations:MoveAccount"]),
                        allow("sts:AssumeRole", "arn:aws:iam::*:role/OrganizationAccountAccessRole"),
                    ),
                ),
            ),
            age_days=1460,
            used_days_ago=210,
        ),
        Role(
            name="config-aggregator",
            trust=service_trust("config.amazonaws.com", {"StringEquals": {"aws:SourceAccount": MANAGEMENT}}),
            path="/service-role/",
            managed=(aws_managed("service-role/AWSConfigRoleForOrganizations"),),
            age_days=720,
            used_days_ago=0,
        ),
        audit_role(),
        identity_center_role(
            MANAGEMENT, "AdministratorAccess", aws_managed("AdministratorAccess"), used_days_ago=61
        ),
        service_linked_role("AWSServiceRoleForOrganizations", "organizations.amazonaws.com", age_days=1490),
        service_linked_role("AWSServiceRoleForSSO", "sso.amazonaws.com", age_days=600),
    )
