"""A role still trusts a user or role that was deleted."""

from collections.abc import Iterable

from iamscout.access.trust import TrustGrant
from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per unique id that no user or role of the snapshots has."""
    found: dict[str, list[TrustGrant]] = {}
    for grant in estate.access.grants.get(role.arn, ()):
        if grant.principal.kind == "deleted" and grant.effect == "Allow" and not grant.excepted:
            found.setdefault(grant.principal.value, []).append(grant)
    for unique_id, grants in sorted(found.items()):
        kind = (
            "user"
            if unique_id.startswith("AIDA")
            else "role"
            if unique_id.startswith("AROA")
            else "principal"
        )
        yield Hit(
            f"Role {role.name} trusts {unique_id}, a {kind} that was deleted",
            tuple(trust_evidence(role, grant.statement, "Principal") for grant in grants),
            locator=unique_id,
        )


RULE = Rule(
    title="Role trusts a deleted principal",
    severity="low",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "When a user or role is deleted, IAM shows its unique id (AIDA…, AROA…) in the trust policies that "
        "named it. Nobody can use such a trust, a new user of the same name neither; but it hides what the "
        "policy is for, and whoever saves the policy with the name instead revives it for somebody else."
    ),
    remediation="Remove the id from the trust policy, or name the principal that has taken its place.",
    references=(
        iam_guide("IAM identifiers", "reference_identifiers#identifiers-unique-ids"),
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
    ),
    examples=(
        rejected(
            "a deleted user",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "AIDAEXAMPLEDELETED1"},
                "Action": "sts:AssumeRole",
            },
        ),
        rejected(
            "a deleted role beside an account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "AROAEXAMPLEDELETED1"]},
                "Action": "sts:AssumeRole",
            },
        ),
        rejected(
            "a recreated user of the same name has another id",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "AIDAEXAMPLEALICEOLD"},
                "Action": "sts:AssumeRole",
            },
            user={"UserName": "alice"},
        ),
        accepted(
            "the unique id of a user who is there",
            trust={"Effect": "Allow", "Principal": {"AWS": "AIDAEXAMPLEALICE"}, "Action": "sts:AssumeRole"},
            user={"UserName": "alice"},
        ),
        accepted(
            "a user of another account by its ARN",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::444455556666:user/bob"},
                "Action": "sts:AssumeRole",
            },
        ),
    ),
    check=check,
)
