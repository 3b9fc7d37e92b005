"""A role's permissions ask for MFA, which no session of a role can show."""

from collections.abc import Iterable

from iamscout.access.identity import PolicyUse, identity_policies
from iamscout.analysis.documents import policy_name
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import use_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.mfa import asks_for_mfa
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.policy.condition import resolve
from iamscout.policy.context import Context
from iamscout.policy.document import Statement
from iamscout.policy.formula import NEVER
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role, told by what the first such statement comes to."""
    if role.kind != "plain":
        return
    found: dict[str, list[tuple[PolicyUse, Statement]]] = {}
    for use in identity_policies(account, role):
        for statement in use.document.statements if use.document else ():
            if asks_for_mfa(statement) and not statement.unreadable:
                variables = use.document is not None and use.document.has_variables
                met = resolve(statement.conditions, _WITHOUT_MFA, variables=variables) != NEVER
                found.setdefault(_OUTCOMES[statement.effect == "Allow", met], []).append((use, statement))
    if found:
        outcome = min(found, key=_GRAVEST.index)
        names = list(dict.fromkeys(policy_name(use) for use, _ in found[outcome]))
        yield Hit(
            f"Permissions of {role.name} ask for MFA, which its sessions cannot show: "
            f"a statement of {listed(names)} {outcome}",
            tuple(
                use_evidence(use, statement, "Condition", note=said)
                for said in sorted(found, key=_GRAVEST.index)
                for use, statement in found[said]
            ),
            severity="medium" if outcome == _ASKS_NOTHING else None,
        )


_WITHOUT_MFA = Context(values={}, absent=frozenset({MFA_PRESENT, MFA_AGE}))
_ASKS_NOTHING = "allows with MFA or without"
_OUTCOMES = {
    (True, True): _ASKS_NOTHING,
    (True, False): "allows nothing",
    (False, True): "denies always",
    (False, False): "denies nothing",
}
"""By whether it allows, and whether its conditions can be met without MFA."""
_GRAVEST = (_ASKS_NOTHING, "denies nothing", "denies always", "allows nothing")

RULE = Rule(
    title="Role permissions have an MFA condition",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Sessions of a role carry no MFA, even where MFA was asked for to assume it: the key is absent from "
        "their requests. A condition on it in the permissions of a role lets through everything or nothing, "
        "depending on the operator, and reads like a protection."
    ),
    remediation=(
        "Ask for MFA where the role is assumed, in its trust policy, and drop the condition here.\n\n"
        '"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}'
    ),
    references=(
        iam_guide("Secure API access with MFA", "id_credentials_mfa_configure-api-require"),
        iam_guide(
            "AWS global condition context keys",
            "reference_policies_condition-keys#condition-keys-multifactorauthpresent",
        ),
    ),
    examples=(
        rejected(
            "an Allow that never applies",
            role={
                "inline": {
                    "Effect": "Allow",
                    "Action": "s3:*",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:multifactorauthpresent": "true"}},
                }
            },
        ),
        rejected(
            "an Allow with IfExists, which always applies",
            role={
                "inline": {
                    "Effect": "Allow",
                    "Action": "s3:*",
                    "Resource": "*",
                    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
                }
            },
        ),
        rejected(
            "a Deny that locks the role out, in an attached policy",
            role={"attached": ["arn:aws:iam::111122223333:policy/force-mfa"]},
            policies=[
                {
                    "PolicyName": "force-mfa",
                    "PolicyDocument": {
                        "Effect": "Deny",
                        "Action": "*",
                        "Resource": "*",
                        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
                    },
                }
            ],
        ),
        accepted(
            "MFA in the trust policy",
            role={
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                },
                "inline": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            },
        ),
        accepted(
            "MFA in the permissions of a user",
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "s3:*",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                }
            },
        ),
        accepted(
            "another condition",
            role={
                "inline": {
                    "Effect": "Allow",
                    "Action": "s3:*",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:SecureTransport": "true"}},
                }
            },
        ),
    ),
    check=check,
)
