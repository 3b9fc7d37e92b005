"""A trust asks callers for MFA that can never have it."""

from collections.abc import Iterable

from iamscout.access.credentials import WITHOUT_MFA_KEYS
from iamscout.access.trust import TrustGrant
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import allowed
from iamscout.policy.condition import resolve
from iamscout.policy.formula import NEVER, simplify
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per principal that fails for want of MFA keys, and would not without that condition."""
    found: dict[str, TrustGrant] = {}
    for grant in allowed(estate, role, "role", "session", "service", "saml", "oidc"):
        mfa = tuple(c for c in grant.conditions if c.key.lower() in (MFA_PRESENT, MFA_AGE))
        if mfa and simplify(resolve(mfa, WITHOUT_MFA_KEYS, variables=True)) == NEVER:
            found.setdefault(grant.principal.value, grant)
    for value, grant in sorted(found.items()):
        yield Hit(
            f"Role {role.name} asks {_kind(grant)} {grant.principal.name} for MFA, which it cannot have",
            (trust_evidence(role, grant.statement, "Condition"),),
            locator=value,
        )


def _kind(grant: TrustGrant) -> str:
    return {"saml": "the identity provider", "oidc": "the identity provider", "service": "the service"}.get(
        grant.principal.kind, "the role"
    )


RULE = Rule(
    title="Trust policy asks for MFA where there is none",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Sessions of roles, services and users of an identity provider carry no MFA information, so a "
        "statement that asks them for it never applies. Somebody relies on access that is not there, or "
        "will remove the condition in a hurry when it is needed."
    ),
    remediation=(
        "Move the principal to a statement of its own without the MFA condition. Ask for MFA where people "
        "sign in: in the role that they assume first, or at the identity provider."
    ),
    references=(
        iam_guide("Secure API access with MFA", "id_credentials_mfa_configure-api-require"),
        iam_guide("IAM roles", "id_roles#iam-term-role-chaining"),
    ),
    examples=(
        rejected(
            "a role that chains to this one",
            roles=[
                {
                    "AssumeRolePolicyDocument": {
                        "Effect": "Allow",
                        "Principal": {"AWS": "arn:aws:iam::111122223333:role/build"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                    }
                },
                {"RoleName": "build"},
            ],
        ),
        rejected(
            "a service beside people",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333", "Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
            },
        ),
        accepted(
            "people of the account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        accepted(
            "a service that BoolIfExists lets pass",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
    ),
    check=check,
)
