"""The security account: auditors and responders who work in the other accounts by role, mostly well kept."""

from datetime import UTC, datetime

from iamscout.demo.blueprint import (
    Account,
    Group,
    Key,
    Policy,
    Role,
    Root,
    SamlProvider,
    Scene,
    User,
    put_together,
)
from iamscout.demo.documents import MFA_PRESENT, allow, document, service_trust, trust
from iamscout.demo.shared_roles import (
    access_role,
    audit_role,
    identity_center_provider,
    identity_center_role,
    service_linked_role,
)
from iamscout.demo.world import (
    PRODUCTION,
    SECURITY,
    VENDOR,
    aws_managed,
    policy_arn,
    role_arn,
    root_of,
    user_arn,
)


def security_account() -> Account:
    """The account with its alias, password policy and root user."""
    people = Scene(users=_users(), groups=_groups(), policies=_policies())
    return Account(
        account_id=SECURITY,
        name="security",
        alias="example-security",
        scene=put_together((people, Scene(roles=_roles()), _from_outside(), _made_by_aws())),
        root=Root(age_days=1200, mfa="hardware"),
        password_policy={
            "MinimumPasswordLength": 16,
            "RequireNumbers": True,
            "RequireSymbols": True,
            "RequireLowercaseCharacters": True,
            "RequireUppercaseCharacters": True,
            "AllowUsersToChangePassword": True,
            "PasswordReusePrevention": 24,
        },
    )


def _groups() -> tuple[Group, ...]:
    return (
        Group(name="Auditors", age_days=720, managed=(policy_arn(SECURITY, "AssumeAuditor"),)),
        Group(name="Responders", age_days=540, managed=(policy_arn(SECURITY, "AssumeIncidentResponse"),)),
    )


def _policies() -> tuple[Policy, ...]:
    return (
        Policy(
            name="AssumeAuditor",
            versions=(document(allow("sts:AssumeRole", role_arn(SECURITY, "auditor"))),),
            age_days=720,
        ),
        Policy(
            name="AssumeIncidentResponse",
            versions=(
                document(
                    allow(
                        "sts:AssumeRole",
                        [role_arn(PRODUCTION, "incident-response"), role_arn(SECURITY, "responder-on-call")],
                    )
                ),
            ),
            age_days=540,
        ),
    )


def _users() -> tuple[User, ...]:
    return (
        User(
            name="sybil",
            age_days=715,
            groups=("Auditors",),
            password_age_days=26,
            signed_in_days_ago=0,
            mfa=True,
        ),
        User(
            name="trent",
            age_days=538,
            groups=("Auditors", "Responders"),
            password_age_days=33,
            signed_in_days_ago=2,
            mfa=True,
            keys=(Key(age_days=33, used_days_ago=2),),
        ),
        User(
            name="victor",
            age_days=530,
            groups=("Responders",),
            password_age_days=19,
            signed_in_days_ago=27,
            security_key=True,
        ),
        User(
            name="siem-export",
            age_days=390,
            inline=(("send", document(allow("firehose:PutRecordBatch"))),),
            keys=(Key(age_days=71, used_days_ago=0, service="firehose"),),
        ),
    )


def _roles() -> tuple[Role, ...]:
    return (
        Role(
            name="auditor",
            description="First step of every audit; leads to security-audit in each account",
            trust=document(
                trust(
                    {"AWS": root_of(SECURITY)},
                    condition={
                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                        "NumericLessThan": {"aws:MultiFactorAuthAge": "900"},
                    },
                )
            ),
            inline=(
                (
                    "audit-everywhere",
                    document(
                        allow("sts:AssumeRole", "arn:aws:iam::*:role/security-audit"),
                        # A session of a role carries no MFA, so this hop can never succeed.
                        allow("sts:AssumeRole", role_arn(PRODUCTION, "incident-response")),
                    ),
                ),
            ),
            age_days=720,
            used_days_ago=0,
        ),
        Role(
            name="responder-on-call",
            description="Named by production's on-call-access, and never granted it",
            trust=document(trust({"AWS": root_of(SECURITY)}, condition=MFA_PRESENT)),
            managed=(aws_managed("AmazonGuardDutyReadOnlyAccess"),),
            age_days=400,
            used_days_ago=40,
        ),
        Role(
            name="break-glass",
            description="For one named person with a fresh MFA",
            trust=document(
                trust(
                    {"AWS": user_arn(SECURITY, "victor")},
                    condition={
                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                        "NumericLessThan": {"aws:MultiFactorAuthAge": "300"},
                    },
                )
            ),
            managed=(aws_managed("AdministratorAccess"),),
            age_days=530,
        ),
        Role(
            name="siem-forwarder",
            trust=service_trust("lambda.amazonaws.com"),
            managed=(aws_managed("service-role/AWSLambdaBasicExecutionRole"),),
            age_days=390,
            used_days_ago=0,
        ),
        audit_role(),
    )


def _from_outside() -> Scene:
    terraform = "app.terraform.io"
    return Scene(
        saml_providers=(
            # Its metadata has run out, and no role trusts it any more.
            SamlProvider(
                name="former-idp",
                issuer="https://old-idp.example.com/saml",
                age_days=1190,
                valid_until=datetime(2025, 6, 30, tzinfo=UTC),
            ),
        ),
        roles=(
            Role(
                name="former-auditor",
                description="Outside auditors; kept out by the resource control policy",
                trust=document(
                    trust(
                        {"AWS": root_of(VENDOR)},
                        condition={"StringEquals": {"sts:ExternalId": "example-audit-2024"}},
                    )
                ),
                managed=(aws_managed("SecurityAudit"),),
                age_days=880,
                used_days_ago=640,
            ),
            Role(
                name="terraform-cloud",
                description="Well scoped, but the provider it trusts is gone",
                trust=document(
                    trust(
                        {"Federated": f"arn:aws:iam::{SECURITY}:oidc-provider/{terraform}"},
                        action="sts:AssumeRoleWithWebIdentity",
                        condition={
                            "StringEquals": {f"{terraform}:aud": "aws.workload.identity"},
                            "StringLike": {
                                f"{terraform}:sub": "organization:example-corp:project:security:workspace:*"
                            },
                        },
                    )
                ),
                managed=(aws_managed("SecurityAudit"),),
                age_days=470,
                used_days_ago=310,
            ),
        ),
    )


def _made_by_aws() -> Scene:
    viewers = aws_managed("job-function/ViewOnlyAccess")
    return Scene(
        saml_providers=(identity_center_provider(),),
        roles=(
            identity_center_role(SECURITY, "ViewOnly", viewers, used_days_ago=14),
            service_linked_role("AWSServiceRoleForAmazonGuardDuty", "guardduty.amazonaws.com", age_days=710),
            service_linked_role(
                "AWSServiceRoleForOrganizations", "organizations.amazonaws.com", age_days=1198
            ),
            access_role(age_days=1200, used_days_ago=1197),
        ),
    )
