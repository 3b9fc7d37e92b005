"""A role trusts a SAML provider without saying for which recipient the assertion must be."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import access, allowed
from iamscout.policy.condition import holds
from iamscout.policy.formula import Alternative, Test
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per provider whose assertions get in whatever their recipient is."""
    if role.kind != "plain":
        return
    for entry in access(estate, role, "federated"):
        principal = entry.principals[0]
        if principal.kind != "saml":
            continue
        if all(_names_recipient(alternative) for alternative in entry.verdict.requires.alternatives):
            continue
        yield Hit(
            f"Role {role.name} accepts assertions of {principal.name} for any recipient",
            tuple(
                trust_evidence(role, g.statement, "Condition" if g.conditions else "Principal")
                for g in allowed(estate, role, "saml")
                if g.principal == principal
            ),
            locator=principal.value,
        )


def _names_recipient(alternative: Alternative) -> bool:
    """Whether an alternative has a test on the recipient that another one fails."""
    tests = [
        atom for atom in alternative if isinstance(atom, Test) and atom.condition.key.lower() == "saml:aud"
    ]
    return any(holds(test.condition, ("https://another.example.com/saml",)) == test.negated for test in tests)


RULE = Rule(
    title="SAML trust lacks an audience",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "SAML:aud is the URL that an assertion was made for. AWS's sign-in page makes it part of every "
        "trust policy that the console writes; without it an assertion that reached another recipient can "
        "be presented to STS."
    ),
    remediation=(
        "Name AWS's sign-in address (with the region or partition that you use).\n\n"
        '"Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}'
    ),
    references=(
        iam_guide("Create a role for SAML 2.0 federation", "id_roles_create_for-idp_saml"),
        iam_guide("IAM and AWS STS condition context keys", "reference_policies_iam-condition-keys"),
    ),
    examples=(
        rejected(
            "no condition",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                "Action": "sts:AssumeRoleWithSAML",
            },
            saml_providers=[{"Name": "corporate"}],
        ),
        rejected(
            "a condition on the issuer alone",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                "Action": "sts:AssumeRoleWithSAML",
                "Condition": {"StringEquals": {"SAML:iss": "https://login.example.com"}},
            },
            saml_providers=[{"Name": "corporate"}],
        ),
        accepted(
            "AWS's sign-in page",
            trust={
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                "Condition": {"StringEquals": {"saml:aud": "https://signin.aws.amazon.com/saml"}},
            },
            saml_providers=[{"Name": "corporate"}],
        ),
        accepted(
            "a role of IAM Identity Center, which AWS writes",
            role={
                "RoleName": "AWSReservedSSO_Admin_0123456789abcdef",
                "Path": "/aws-reserved/sso.amazonaws.com/eu-west-1/",
                "AssumeRolePolicyDocument": {
                    "Effect": "Allow",
                    "Principal": {
                        "Federated": "arn:aws:iam::111122223333:saml-provider/AWSSSO_0123_DO_NOT_DELETE"
                    },
                    "Action": "sts:AssumeRoleWithSAML",
                },
            },
        ),
    ),
    check=check,
)
