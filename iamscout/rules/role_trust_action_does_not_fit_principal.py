"""A trust policy allows a principal an action by which it cannot assume a role."""

from collections.abc import Iterable

from iamscout.access.trust import ASSUMING_ACTIONS, TrustGrant, fitting_action
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per principal that no statement gives the action that fits it."""
    wrong: dict[str, TrustGrant] = {}
    fitting: set[str] = set()
    for grant in estate.access.grants.get(role.arn, ()):
        if (
            grant.effect != "Allow"
            or grant.excepted
            or grant.principal.kind in ("unknown", "deleted", "everyone")
        ):
            continue
        if fitting_action(grant.principal) in grant.actions:
            fitting.add(grant.principal.value)
        elif set(grant.actions) & set(ASSUMING_ACTIONS):
            wrong.setdefault(grant.principal.value, grant)
    for value in sorted(wrong.keys() - fitting):
        grant = wrong[value]
        given = [action for action in grant.actions if action in ASSUMING_ACTIONS]
        yield Hit(
            f"Role {role.name} allows {grant.principal.name} {listed(given)}; "
            f"it would need {fitting_action(grant.principal)}",
            (trust_evidence(role, grant.statement, "Action" if grant.statement.actions else "NotAction"),),
            locator=value,
        )


RULE = Rule(
    title="Trust policy allows an action that does not fit the principal",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Users, roles, accounts and services use sts:AssumeRole, SAML providers sts:AssumeRoleWithSAML, "
        "OpenID Connect providers sts:AssumeRoleWithWebIdentity. With another action the trust is there to "
        "read and lets in nobody."
    ),
    remediation=(
        "Give the principal the action that fits it, in a statement of its own.\n\n"
        '{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/NAME"}, '
        '"Action": "sts:AssumeRoleWithSAML"}'
    ),
    references=(
        iam_guide("Methods to assume a role", "id_roles_manage-assume"),
        iam_guide("Create a role for SAML 2.0 federation", "id_roles_create_for-idp_saml"),
    ),
    examples=(
        rejected(
            "a SAML provider with sts:AssumeRole",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                "Action": "sts:AssumeRole",
            },
            saml_providers=[{"Name": "corporate"}],
        ),
        rejected(
            "a service with sts:AssumeRoleWithWebIdentity",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
            },
        ),
        accepted(
            "a SAML provider with its action",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                "Action": "sts:AssumeRoleWithSAML",
            },
            saml_providers=[{"Name": "corporate"}],
        ),
        accepted(
            "all three actions for a service and an account in one statement",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com", "AWS": "111122223333"},
                "Action": ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
            },
        ),
        accepted(
            "a statement that only lets tags pass",
            trust=[
                {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
                {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:TagSession"},
            ],
        ),
    ),
    check=check,
)
