"""A role trusts everyone within a condition, and the condition names an organization or account of others."""

from collections.abc import Iterable, Iterator

from iamscout.analysis.estate import Estate
from iamscout.analysis.evidence import trust_evidence
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called, graded, is_foreign
from iamscout.policy.arn import parse_arn
from iamscout.policy.document import Condition, Statement
from iamscout.snapshot.account import Account, Role

_NEGATED = "Not"
_OWN = {
    "id": "o-exampleorg",
    "management": "555566667777",
    "accounts": {"111122223333": {"name": "production"}},
}


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per organization or account that the statements let in and that is not known to be one's own.

    A condition all of whose values are one's own keeps the others out, whatever stands beside it.
    """
    found = estate.open_roles.get(role.arn)
    if found is None or found.openness != "limited":
        return
    membership = estate.directory.member_of.get(account.id)
    own = membership[0].id if membership else ""
    named: dict[str, list[Statement]] = {}
    for statement in found.statements:
        for whose in _others(statement, own, estate):
            named.setdefault(whose, []).append(statement)
    for whose, statements in sorted(named.items()):
        known = bool(own) or not whose.startswith("o-")
        power = estate.power_of(account, role)
        yield Hit(
            f"Everyone of {_words(whose)} can assume {called(role, power)}"
            + ("" if known else "; whether that is your organization cannot be told from the snapshots"),
            tuple(trust_evidence(role, statement, "Condition") for statement in statements),
            locator=whose,
            severity=graded(power, administrator="high", privileged="high", ordinary="medium", none="low")
            if known
            else "info",
            confidence=None if known else "possible",
        )


def _others(statement: Statement, own: str, estate: Estate) -> tuple[str, ...]:
    """The organizations and accounts of others that a statement's conditions come down to."""
    found: list[str] = []
    for condition in statement.conditions:
        whose = tuple(_named(condition))
        if not whose:
            continue
        others = [each for each in whose if _is_of_others(each, own, estate)]
        if not others:
            return ()
        found += others
    return tuple(dict.fromkeys(found))


def _named(condition: Condition) -> Iterator[str]:
    """The organization or account in each value of a condition that says where the caller is from."""
    if _NEGATED in condition.operator or condition.operator in ("Null", "Bool"):
        return
    key = condition.key.lower()
    for value in condition.values:
        if key in ("aws:principalorgid", "aws:principalorgpaths"):
            yield value.partition("/")[0]
        elif key == "aws:principalaccount":
            yield value
        elif key == "aws:principalarn" and (arn := parse_arn(value)) is not None:
            yield arn.account


def _is_of_others(whose: str, own: str, estate: Estate) -> bool:
    return whose != own if whose.startswith("o-") else whose.isdigit() and is_foreign(estate, whose)


def _words(whose: str) -> str:
    return f"organization {whose}" if whose.startswith("o-") else f"account {whose}"


def _everyone(**test: str) -> dict[str, object]:
    """A trust policy that lets everyone in who meets an equality."""
    values = {f"aws:{key}": value for key, value in test.items()}
    return {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": values},
    }


RULE = Rule(
    title="Role trusts everyone of another organization or account",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    weighs=("organization",),
    rationale=(
        "The principal is `*`, and the condition confines it to an organization or account that is not known "
        "to be yours. Every user and role there gets in that its own policies allow, also those that are "
        "made tomorrow. It looks safe, so that a mistaken or foreign id is easily overlooked."
    ),
    remediation=(
        "Put your own organization's id into the condition, or name the principals that are meant. An "
        "account of yours belongs among the known accounts of the configuration; the organization is read "
        "with `--with-organization`.\n\n"
        '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}}'
    ),
    references=(
        iam_guide("AWS JSON policy elements: Principal", "reference_policies_elements_principal"),
        iam_guide(
            "AWS global condition context keys",
            "reference_policies_condition-keys#condition-keys-principalorgid",
        ),
    ),
    examples=(
        rejected(
            "an organization that is not the account's",
            trust=_everyone(PrincipalOrgID="o-other"),
            organization=_OWN,
        ),
        rejected(
            "an organization that cannot be told to be one's own", trust=_everyone(PrincipalOrgID="o-other")
        ),
        rejected("everyone of a foreign account", trust=_everyone(PrincipalAccount="999999999999")),
        accepted(
            "the account's own organization",
            trust=_everyone(PrincipalOrgID="o-exampleorg"),
            organization=_OWN,
        ),
        accepted(
            "another organization's id, but an own account beside it",
            trust=_everyone(PrincipalOrgID="o-other", PrincipalAccount="111122223333"),
        ),
        accepted("everyone of the own account", trust=_everyone(PrincipalAccount="111122223333")),
        accepted(
            "no condition at all is another rule's matter",
            trust={"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
        ),
    ),
    check=check,
)
