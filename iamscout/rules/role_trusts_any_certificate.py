"""Whoever has a certificate of a trusted authority gets a role through IAM Roles Anywhere."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Reference, Rule
from iamscout.analysis.trusts import access, called, graded, service_evidence
from iamscout.policy.condition import holds
from iamscout.policy.formula import Alternative, Test
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role that asks nothing of the certificate in at least one way in."""
    for entry in access(estate, role, "service"):
        service = entry.principals[0]
        if not service.value.startswith("rolesanywhere."):
            continue
        if all(_asks_whose(alternative) for alternative in entry.verdict.requires.alternatives):
            continue
        power = estate.power_of(account, role)
        yield Hit(
            f"Any certificate of a trust anchor gets {called(role, power)}",
            service_evidence(estate, role, service),
            locator=service.value,
            severity=graded(power, administrator="high", privileged="high", ordinary="medium", none="low"),
        )


def _asks_whose(alternative: Alternative) -> bool:
    """Whether an alternative has a test on the certificate that a certificate of another name fails."""
    return any(
        isinstance(atom, Test)
        and atom.condition.key.lower().startswith(_OF_CERTIFICATE)
        and holds(atom.condition, ("q9-another-name",)) == atom.negated
        for atom in alternative
    )


_OF_CERTIFICATE = (
    "aws:principaltag/x509",
    "aws:requesttag/x509",
    "sts:sourceidentity",
    "aws:sourceidentity",
)
"""Keys that Roles Anywhere fills in from the certificate ("The IAM Roles Anywhere trust model")."""


def _trust(condition: dict[str, object] | None = None) -> dict[str, object]:
    made: dict[str, object] = {
        "Effect": "Allow",
        "Principal": {"Service": "rolesanywhere.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    }
    return made if condition is None else made | {"Condition": condition}


_ANCHOR = "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/1f2e3d4c-5b6a-4798-8a7b-6c5d4e3f2a1b"

RULE = Rule(
    title="Role trusts any certificate",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "A trust anchor vouches for every certificate that its authority has signed, and a company's own "
        "authority signs those of printers as well. Where the trust policy does not say whose certificate it "
        "must be, each of them can be exchanged for the role."
    ),
    remediation=(
        "Name the subject of the certificate and the trust anchor.\n\n"
        '"Condition": {"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "build.example.com"}, '
        '"ArnEquals": {"aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/ID"}}'
    ),
    references=(
        Reference(
            "The IAM Roles Anywhere trust model",
            "https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html",
        ),
    ),
    examples=(
        rejected("no condition", trust=_trust()),
        rejected("the trust anchor alone", trust=_trust({"ArnEquals": {"aws:SourceArn": _ANCHOR}})),
        rejected(
            "a common name of any text",
            trust=_trust({"StringLike": {"aws:PrincipalTag/x509Subject/CN": "*"}}),
        ),
        accepted(
            "one common name",
            trust=_trust({"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "build.example.com"}}),
        ),
        accepted(
            "the source identity, which is the common name, in lower case",
            trust=_trust({"StringLike": {"sts:sourceidentity": "CN=*.build.example.com"}}),
        ),
        accepted(
            "another service",
            trust={
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
        ),
    ),
    check=check,
)
