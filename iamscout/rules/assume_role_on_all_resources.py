"""A policy allows assuming any role, so that only trust policies decide."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.access.trust import ASSUME_ROLE
from iamscout.analysis.documents import (
    allows,
    covers_action,
    covers_resource,
    holders,
    in_force,
    is_aws_managed,
    only_bounds,
    policy_name,
)
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import is_administrator
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.policy.document import Statement
from iamscout.snapshot.account import Account


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per policy; any role of any account is graver than any role of one account."""
    anywhere = f"arn:{account.partition}:iam::000000000000:role/q9-probe"
    here = f"arn:{account.partition}:iam::{account.id}:role/q9-probe"
    wide = [
        s for s in allows(use) if covers_action(s, ASSUME_ROLE) and covers_resource(s, here) and _is_free(s)
    ]
    if not wide or is_administrator(use) or only_bounds(use, account, estate):
        return
    if is_aws_managed(use) and not holders(use, account, estate):
        return
    everywhere = any(covers_resource(statement, anywhere) for statement in wide)
    yield Hit(
        f"Policy {policy_name(use)} allows assuming any role of {'any' if everywhere else 'the'} account",
        tuple(
            use_evidence(use, statement, "Resource" if statement.resources else "NotResource")
            for statement in wide
        ),
        severity=in_force(use, account, estate, "medium" if everywhere else "low"),
    )


def _is_free(statement: Statement) -> bool:
    """Whether no condition narrows which role it may be; MFA and the like do not."""
    return not any(
        condition.key.lower().startswith(("aws:resource", "iam:resourcetag/"))
        for condition in statement.conditions
    )


RULE = Rule(
    title="Policy allows assuming any role",
    severity="medium",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "With sts:AssumeRole on every resource one of the two keys to every role that trusts the account is "
        "given away: each trust policy decides alone, also in accounts that trust this one, also for roles "
        "made tomorrow. The group no longer says which role its members work in."
    ),
    remediation=(
        "Name the role, or the few roles, that the group is for.\n\n"
        '{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/audit"}'
    ),
    references=(
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
        iam_guide("Security best practices in IAM", "best-practices"),
    ),
    also_known_as={
        "prowler": ("iam_no_custom_policy_permissive_role_assumption",),
    },
    examples=(
        rejected("on a star", policy={"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}),
        rejected(
            "in any case of letters", policy={"Effect": "Allow", "Action": "STS:assumerole", "Resource": "*"}
        ),
        rejected(
            "every role of every account",
            group={"inline": {"Effect": "Allow", "Action": "sts:*", "Resource": "arn:aws:iam::*:role/*"}},
        ),
        rejected(
            "every role of the account, with MFA",
            policy={
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": "arn:aws:iam::111122223333:role/*",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        accepted(
            "one role",
            policy={
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": "arn:aws:iam::111122223333:role/audit",
            },
        ),
        accepted(
            "roles of one path",
            policy={
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": "arn:aws:iam::111122223333:role/team/*",
            },
        ),
        accepted(
            "roles with a tag",
            policy={
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
            },
        ),
        accepted("a Deny", policy={"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"}),
        accepted(
            "a boundary grants nothing",
            role={"boundary": "arn:aws:iam::111122223333:policy/limits"},
            policies=[
                {
                    "PolicyName": "limits",
                    "AttachmentCount": 0,
                    "PermissionsBoundaryUsageCount": 1,
                    "PolicyDocument": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"},
                }
            ],
        ),
    ),
    check=check,
)
