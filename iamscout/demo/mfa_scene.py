"""Every idiom by which a role can ask for MFA, on either half, those that hold beside those that do not.

All of them are roles for people of the production account; the groups below carry the identity half by a list
of roles, by a wildcard and by policy variables.
"""

from iamscout.demo.blueprint import Group, Key, Policy, Role, Scene, User
from iamscout.demo.documents import MFA_PRESENT, Document, allow, deny, distrust, document, trust
from iamscout.demo.world import PRODUCTION, aws_managed, policy_arn, role_arn, root_of

_OWN_ACCOUNT = {"AWS": root_of(PRODUCTION)}

SELF_SERVICE = document(
    allow(
        [
            "iam:ChangePassword",
            "iam:CreateAccessKey",
            "iam:DeleteAccessKey",
            "iam:ListAccessKeys",
            "iam:EnableMFADevice",
            "iam:ListMFADevices",
            "iam:ResyncMFADevice",
        ],
        "arn:aws:iam::*:user/${aws:username}",
        sid="OwnCredentials",
    ),
    allow("iam:CreateVirtualMFADevice", "arn:aws:iam::*:mfa/${aws:username}", sid="OwnMfaDevice"),
)
"""Own password, keys and MFA device only: it changes nothing about the model of a group."""


def mfa_scene() -> Scene:
    """Seven roles that ask for MFA in seven ways, two roles by variable, their groups and users."""
    return Scene(
        users=_users(), groups=_groups(), roles=(*_roles(), *_roles_by_variable()), policies=_policies()
    )


def _roles() -> tuple[Role, ...]:
    return (
        Role(
            name="database-operator",
            description="Restarts and snapshots databases",
            # Looks like MFA, but long-term keys carry no such key, and IfExists lets an absent key pass.
            trust=document(
                trust(_OWN_ACCOUNT, condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}})
            ),
            managed=(aws_managed("AmazonRDSFullAccess"),),
            age_days=690,
            used_days_ago=4,
        ),
        Role(
            name="network-operator",
            description="Route tables, peering and session access to the bastion",
            trust=_refused_without_mfa("Bool"),
            managed=(aws_managed("AmazonVPCFullAccess"),),
            inline=(("bastion-session", document(allow(["ssm:StartSession", "ssm:SendCommand"]))),),
            age_days=655,
            used_days_ago=19,
        ),
        Role(
            name="key-custodian",
            description="Administers keys, never without MFA",
            trust=_refused_without_mfa("BoolIfExists"),
            managed=(aws_managed("AWSKeyManagementServicePowerUser"),),
            age_days=640,
            used_days_ago=33,
        ),
        Role(
            name="support-billing",
            description="Answers questions about invoices",
            # An age alone does require MFA: the key is absent without one.
            trust=document(
                trust(_OWN_ACCOUNT, condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}})
            ),
            managed=(aws_managed("job-function/Billing"),),
            age_days=510,
            used_days_ago=8,
        ),
        Role(
            name="support-engineer",
            description="Looks into the production systems during a shift",
            trust=document(
                trust(
                    _OWN_ACCOUNT,
                    condition={
                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                        "NumericLessThan": {"aws:MultiFactorAuthAge": "43200"},
                    },
                )
            ),
            managed=(aws_managed("job-function/ViewOnlyAccess"),),
            max_session_seconds=43200,
            age_days=505,
            used_days_ago=0,
        ),
        Role(
            name="developer",
            description="Everyday work, kept within the developer boundary",
            trust=document(trust(_OWN_ACCOUNT, condition=MFA_PRESENT)),
            managed=(aws_managed("PowerUserAccess"), aws_managed("IAMFullAccess")),
            boundary=policy_arn(PRODUCTION, "developer-boundary"),
            max_session_seconds=28800,
            age_days=480,
            used_days_ago=0,
        ),
        Role(
            name="deploy-frontend",
            description="Publishes the web site from a laptop",
            # The account by its twelve digits, and no MFA at all.
            trust=document(trust({"AWS": PRODUCTION})),
            inline=(
                (
                    "publish",
                    document(
                        allow(["s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::example-www/*"),
                        allow("iam:UpdateAssumeRolePolicy", role_arn(PRODUCTION, "jenkins")),
                    ),
                ),
            ),
            age_days=930,
            used_days_ago=1,
        ),
    )


def _roles_by_variable() -> tuple[Role, ...]:
    return (
        Role(
            name="personal-olivia",
            description="Scratch space of one person, granted by ${aws:username}",
            trust=document(trust(_OWN_ACCOUNT, condition=MFA_PRESENT)),
            inline=(("scratch", document(allow("s3:*", "arn:aws:s3:::example-scratch/olivia/*"))),),
            age_days=300,
            used_days_ago=15,
        ),
        Role(
            name="team-payments",
            description="Work of the payments team, granted by the caller's tag",
            trust=document(
                trust(
                    _OWN_ACCOUNT,
                    condition={
                        "StringEquals": {"aws:PrincipalTag/team": "payments"},
                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                        "NumericLessThan": {"aws:MultiFactorAuthAge": "900"},
                    },
                )
            ),
            managed=(aws_managed("AmazonDynamoDBReadOnlyAccess"),),
            tags=(("team", "payments"),),
            age_days=280,
            used_days_ago=2,
        ),
    )


def _refused_without_mfa(operator: str) -> Document:
    """Open to the account but for a Deny "without MFA", which stops long-term keys only with IfExists."""
    return document(
        trust(_OWN_ACCOUNT, sid="PeopleOfThisAccount"),
        distrust(
            {"AWS": "*"},
            condition={operator: {"aws:MultiFactorAuthPresent": "false"}},
            sid="NotWithoutMfa",
        ),
    )


def _groups() -> tuple[Group, ...]:
    return (
        Group(
            name="Operators",
            age_days=690,
            managed=(policy_arn(PRODUCTION, "AssumeOperatorRoles"), policy_arn(PRODUCTION, "SelfService")),
        ),
        Group(name="Support", age_days=510, managed=(policy_arn(PRODUCTION, "AssumeSupportRoles"),)),
        Group(name="ProjectTeams", age_days=300, managed=(policy_arn(PRODUCTION, "AssumeOwnRoles"),)),
        Group(name="Developers", age_days=480, managed=(policy_arn(PRODUCTION, "AssumeDeveloperWithMfa"),)),
    )


def _policies() -> tuple[Policy, ...]:
    return (
        Policy(
            name="AssumeOperatorRoles",
            description="Three roles by name",
            versions=(
                document(
                    allow(
                        "sts:AssumeRole",
                        [
                            role_arn(PRODUCTION, "database-operator"),
                            role_arn(PRODUCTION, "network-operator"),
                            role_arn(PRODUCTION, "key-custodian"),
                        ],
                    )
                ),
            ),
            age_days=690,
        ),
        Policy(
            name="AssumeSupportRoles",
            description="Every support role by wildcard, the billing one only from the office",
            versions=(
                document(
                    allow("sts:AssumeRole", role_arn(PRODUCTION, "support-*")),
                    # An explicit Deny that matters: away from the office it undoes the wildcard.
                    deny(
                        "sts:AssumeRole",
                        role_arn(PRODUCTION, "support-billing"),
                        condition={"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]}},
                    ),
                ),
            ),
            age_days=510,
        ),
        Policy(
            name="AssumeOwnRoles",
            description="The role of one's own name and of one's own team",
            versions=(
                document(
                    allow(
                        "sts:AssumeRole",
                        [
                            role_arn(PRODUCTION, "personal-${aws:username}"),
                            role_arn(PRODUCTION, "team-${aws:PrincipalTag/team}"),
                        ],
                    )
                ),
            ),
            age_days=300,
        ),
        Policy(
            name="AssumeDeveloperWithMfa",
            description="The identity half asks for MFA as well",
            versions=(
                document(allow("sts:AssumeRole", role_arn(PRODUCTION, "developer"), condition=MFA_PRESENT)),
            ),
            age_days=480,
        ),
        Policy(
            name="SelfService", description="Own credentials only", versions=(SELF_SERVICE,), age_days=690
        ),
        Policy(
            name="developer-boundary",
            description="What a developer may ever do: no identities, no organization",
            versions=(
                document(
                    allow("*", sid="Everything"),
                    deny(["iam:*", "organizations:*", "account:*"], sid="ButIdentities"),
                    allow(["iam:Get*", "iam:List*"], sid="NoEffectBesideTheDeny"),
                ),
            ),
            age_days=480,
        ),
    )


def _users() -> tuple[User, ...]:
    return (
        User(
            name="grace",
            age_days=688,
            groups=("Operators",),
            password_age_days=31,
            signed_in_days_ago=0,
            mfa=True,
            keys=(Key(age_days=80, used_days_ago=4),),
        ),
        User(
            name="ivan",
            age_days=505,
            groups=("Support",),
            password_age_days=64,
            signed_in_days_ago=2,
            mfa=True,
        ),
        User(
            name="olivia",
            age_days=299,
            groups=("ProjectTeams", "Developers"),
            tags=(("team", "payments"),),
            password_age_days=17,
            signed_in_days_ago=0,
            mfa=True,
        ),
    )
