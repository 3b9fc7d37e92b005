"""A role trusts somebody by name who has no permission to assume it."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role with those whom it names and who cannot."""
    halves = [half for half in estate.access.half_by_role.get(role.arn, ()) if half.missing == "identity"]
    if role.kind != "plain" or not halves:
        return
    named = sorted({principal.name for half in halves for principal in half.principals})
    numbers = {ref.statement for half in halves for ref in half.by}
    statements = [statement for statement in role.trust_policy.statements if statement.number in numbers]
    yield Hit(
        f"Role {role.name} trusts {listed(named)}, whom no policy lets assume it",
        tuple(trust_evidence(role, statement) for statement in statements),
    )


RULE = Rule(
    title="Trust in somebody who has no permission to assume the role",
    severity="info",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    judges_absence=True,
    rationale=(
        "The role names a user or role, in an ARN or by a condition, and no policy of that user or role "
        "allows sts:AssumeRole on it, or its boundary cuts that. Somebody relies on access that is not "
        "there; or the trust is a leftover that becomes access with the next policy."
    ),
    remediation=(
        "Remove the name from the trust policy, or allow sts:AssumeRole on this role to whoever it names."
    ),
    references=(
        iam_guide(
            "Cross-account policy evaluation logic", "reference_policies_evaluation-logic-cross-account"
        ),
        iam_guide("Permissions boundaries for IAM entities", "access_policies_boundaries"),
    ),
    examples=(
        rejected(
            "the account, for one user who has no permission",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/alice"}},
            },
            user={"UserName": "alice", "attached": ["SecurityAudit"]},
        ),
        accepted(
            "a role of the same account needs no permission",
            roles=[
                {
                    "AssumeRolePolicyDocument": {
                        "Effect": "Allow",
                        "Principal": {"AWS": "arn:aws:iam::111122223333:role/build"},
                        "Action": "sts:AssumeRole",
                    }
                },
                {"RoleName": "build"},
            ],
        ),
        accepted(
            "the account is no name",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            user={"UserName": "alice"},
        ),
    ),
    check=check,
)
