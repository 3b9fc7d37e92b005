"""A policy allows every action on every resource, in whatever spelling."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse
from iamscout.analysis.documents import allows, held_by, holders, is_aws_managed, only_bounds, policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit, Severity
from iamscout.analysis.frameworks import cis, fsbp
from iamscout.analysis.power import covers_everything, is_administrator
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.policy.words import describe_condition
from iamscout.snapshot.account import Account, Group, Role, User


def check(use: PolicyUse, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per policy: graver where it is home-made and in use, milder for AWS's own."""
    found = [s for s in allows(use) if covers_everything(s)]
    if not found and not is_administrator(use):
        return
    having = holders(use, account, estate)
    if only_bounds(use, account, estate):
        return
    if is_aws_managed(use) and having and all(_is_guarded(each, account, estate) for each in having):
        return
    under = [] if is_administrator(use) else [describe_condition(c) for s in found for c in s.conditions]
    yield Hit(
        f"Policy {policy_name(use)} allows every action on every resource"
        + (f", given that {' and '.join(under)}" if under else "")
        + (f": held by {held_by(having)}" if use.kind == "managed" and having else ""),
        tuple(
            use_evidence(use, statement, "Action" if statement.actions else "NotAction")
            for statement in found
        )
        or (use_evidence(use),),
        severity=_severity(use, having, conditional=bool(under)),
    )


def _severity(use: PolicyUse, having: tuple[User | Group | Role, ...], *, conditional: bool) -> Severity:
    if not having:
        return "low"
    if is_aws_managed(use):
        return "medium"
    return "medium" if conditional else "high"


def _is_guarded(holder: User | Group | Role, account: Account, estate: Estate) -> bool:
    """Whether a holder is a role for people alone, all of whom must show MFA, or one that AWS keeps."""
    if not isinstance(holder, Role):
        return False
    if holder.kind != "plain":
        return True
    entries = estate.access.by_role.get(holder.arn, ())
    return bool(entries) and all(entry.verdict.mfa.grade in ("present", "fresh") for entry in entries)


RULE = Rule(
    title="Policy allows everything",
    severity="high",
    applies_to="document",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Whoever holds the policy can do everything in the account, its own permissions and everybody "
        "else's included. That may be meant for a few roles; written into a policy of one's own, or "
        "attached where somebody needed to get on, it hides who is administrator."
    ),
    remediation=(
        "Grant what is used (the last-accessed information tells), and keep administration in a role that "
        "asks for MFA.\n\n"
        "aws iam generate-service-last-accessed-details --arn POLICY_ARN"
    ),
    references=(
        iam_guide("Security best practices in IAM", "best-practices"),
        iam_guide(
            "Refine permissions in AWS using last accessed information", "access_policies_last-accessed"
        ),
    ),
    frameworks=cis("1.16", "1.15", "2.15", "2.14") | fsbp("IAM.1"),
    also_known_as={
        "scoutsuite": ("iam-managed-policy-allows-full-privileges",),
        "prowler": (
            "iam_aws_attached_policy_no_administrative_privileges",
            "iam_customer_attached_policy_no_administrative_privileges",
            "iam_customer_unattached_policy_no_administrative_privileges",
            "iam_inline_policy_no_administrative_privileges",
        ),
    },
    examples=(
        rejected(
            "every action on every resource", policy={"Effect": "Allow", "Action": "*", "Resource": "*"}
        ),
        rejected(
            "one statement as an object, the star with a colon, a list",
            policy={
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": ["*:*"], "Resource": ["*"]},
            },
        ),
        rejected(
            "everything but bills",
            policy={"Effect": "Allow", "NotAction": ["aws-portal:*", "billing:*"], "Resource": "*"},
        ),
        rejected(
            "two statements that together leave nothing out",
            policy=[
                {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
                {"Effect": "Allow", "Action": "IAM:*", "Resource": "*"},
            ],
        ),
        rejected("in a role", role={"inline": {"Effect": "Allow", "Action": "*", "Resource": "*"}}),
        rejected("AWS's own policy, where it is in use", group={"attached": ["AdministratorAccess"]}),
        rejected(
            "only with MFA",
            policy={
                "Effect": "Allow",
                "Action": "*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        accepted(
            "AWS's own policy in a role that asks everybody for MFA",
            role={
                "attached": ["AdministratorAccess"],
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                },
            },
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
        ),
        accepted(
            "everything but IAM, which many can turn into everything, is another matter",
            policy={"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"},
        ),
        accepted("all of IAM", policy={"Effect": "Allow", "Action": "iam:*", "Resource": "*"}),
        accepted(
            "every action on one bucket",
            policy={"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::example/*"},
        ),
        accepted("a Deny of everything", policy={"Effect": "Deny", "Action": "*", "Resource": "*"}),
        accepted(
            "a boundary grants nothing",
            role={"boundary": "arn:aws:iam::111122223333:policy/limits"},
            policies=[
                {
                    "PolicyName": "limits",
                    "AttachmentCount": 0,
                    "PermissionsBoundaryUsageCount": 1,
                    "PolicyDocument": {"Effect": "Allow", "Action": "*", "Resource": "*"},
                }
            ],
        ),
    ),
    check=check,
)
