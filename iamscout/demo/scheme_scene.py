"""The two authorization schemes of the deck "IAM Roles Beyond EC2 Instances", side by side in production.

Traditional: GroupA, GroupB and GroupC hold the permissions themselves, at any time and all together.
Role-based: GroupAA, GroupBB and GroupCC hold nothing but the right to assume one role each, which holds the
same permissions and asks for an MFA within the last minute.
"""

from iamscout.demo.blueprint import Group, Key, Policy, Role, Scene, User
from iamscout.demo.documents import allow, document, trust
from iamscout.demo.world import PRODUCTION, aws_managed, policy_arn, role_arn, root_of

MFA_WITHIN_A_MINUTE = document(
    trust(
        {"AWS": root_of(PRODUCTION)},
        condition={
            "Bool": {"aws:MultiFactorAuthPresent": "true"},
            "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
        },
    )
)
"""The trust policy of the deck, as its last screenshot shows it."""

_TRADITIONAL = (
    ("GroupA", "IAMFullAccess"),
    ("GroupB", "AmazonEC2ReadOnlyAccess"),
    ("GroupC", "AmazonS3ReadOnlyAccess"),
)

_ROLE_BASED = (
    ("GroupAA", "RoleAA-IAMFullAccess", "IAMFullAccess", 6),
    ("GroupBB", "RoleBB-EC2ReadOnly", "AmazonEC2ReadOnlyAccess", 21),
    ("GroupCC", "RoleCC-S3ReadOnly", "AmazonS3ReadOnlyAccess", 0),
)
"""Group, its role, the permissions of the role, and the days since the role was last used."""


def scheme_scene() -> Scene:
    """The deck's six groups with their members and the three roles."""
    return Scene(
        users=_users(),
        groups=(
            *(Group(name=name, age_days=1480, managed=(aws_managed(it),)) for name, it in _TRADITIONAL),
            *(
                Group(name=name, age_days=820, managed=(policy_arn(PRODUCTION, f"Assume{role}"),))
                for name, role, _, _ in _ROLE_BASED
            ),
        ),
        roles=tuple(
            Role(
                name=role,
                description=f"What members of {group} do, one role at a time",
                trust=MFA_WITHIN_A_MINUTE,
                managed=(aws_managed(permissions),),
                age_days=820,
                used_days_ago=used_days_ago,
            )
            for group, role, permissions, used_days_ago in _ROLE_BASED
        ),
        policies=tuple(
            Policy(
                name=f"Assume{role}",
                description=f"Lets {group} assume {role} and nothing else",
                versions=(document(allow("sts:AssumeRole", role_arn(PRODUCTION, role))),),
                age_days=820,
            )
            for group, role, _, _ in _ROLE_BASED
        ),
    )


def _users() -> tuple[User, ...]:
    return (
        User(
            name="alice",
            age_days=1480,
            groups=("GroupA", "GroupB", "GroupC"),
            password_age_days=58,
            signed_in_days_ago=1,
            mfa=True,
            keys=(Key(age_days=412, used_days_ago=2, service="iam"),),
        ),
        User(
            name="bob",
            age_days=1322,
            groups=("GroupB",),
            password_age_days=71,
            signed_in_days_ago=12,
            mfa=True,
        ),
        User(
            name="carol",
            age_days=1210,
            groups=("GroupC",),
            keys=(Key(age_days=36, used_days_ago=0, service="s3"),),
        ),
        User(
            name="dave",
            age_days=818,
            groups=("GroupAA", "GroupBB", "GroupCC"),
            password_age_days=40,
            signed_in_days_ago=0,
            mfa=True,
            keys=(Key(age_days=62, used_days_ago=0),),
        ),
        User(
            name="erin",
            age_days=790,
            groups=("GroupBB",),
            password_age_days=22,
            signed_in_days_ago=3,
            mfa=True,
        ),
        User(
            name="frank",
            age_days=603,
            groups=("GroupCC",),
            mfa=True,
            keys=(Key(age_days=29, used_days_ago=0),),
        ),
    )
