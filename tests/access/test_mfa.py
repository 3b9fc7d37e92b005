"""MFA in every idiom, on either half: what each credential gets, the grade, and the oldest MFA that passes.

Sources: IAM User Guide, "Configuring MFA-protected API access", "AWS global condition context keys"
(aws:MultiFactorAuthPresent, aws:MultiFactorAuthAge).
"""

import pytest

from iamscout.access.credentials import CredentialResults
from tests.access.worlds import (
    HOME,
    AccountMaker,
    Json,
    Statement,
    World,
    allow,
    deny,
    distrust,
    organization,
    trust,
)

PRESENT, AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"
KEY: dict[str, str] = {}
CONSOLE = {PRESENT: "false"}


def mfa(age: int = 0) -> dict[str, str]:
    return {PRESENT: "true", AGE: str(age)}


Verdict = tuple[str, str, str, str, int | None]
"""What a long-term key, the console without MFA and a session with it get; the grade and the maximum age."""


def need(grade: str, max_age: int | None = None) -> Verdict:
    """MFA is needed."""
    return ("deny", "deny", "allow", grade, max_age)


def passes(*without_mfa: str) -> Verdict:
    """MFA is asked for, but some credential without it passes: the key's result and the console's."""
    key, console = without_mfa
    return (key, console, "allow", "weak", None)


IDIOMS: dict[str, tuple[str, Json, Verdict]] = {
    "Bool true enforces": ("Allow", {"Bool": {PRESENT: "true"}}, need("present")),
    "Bool as JSON's true": ("Allow", {"Bool": {PRESENT: True}}, need("present")),
    "BoolIfExists true lets keys pass": (
        *("Allow", {"BoolIfExists": {PRESENT: "true"}}),
        passes("allow", "deny"),
    ),
    "Deny of BoolIfExists false enforces": ("Deny", {"BoolIfExists": {PRESENT: "false"}}, need("present")),
    "Deny of Bool false lets keys pass": ("Deny", {"Bool": {PRESENT: "false"}}, passes("allow", "deny")),
    "StringEquals enforces": ("Allow", {"StringEquals": {PRESENT: "true"}}, need("present")),
    "Deny of StringNotEquals enforces": ("Deny", {"StringNotEquals": {PRESENT: "true"}}, need("present")),
    "Null false lets the console pass": ("Allow", {"Null": {PRESENT: "false"}}, passes("deny", "allow")),
    "Deny of Null lets the console pass": ("Deny", {"Null": {PRESENT: "true"}}, passes("deny", "allow")),
    "Null false of the age enforces": ("Allow", {"Null": {AGE: "false"}}, need("present")),
    "Deny of Null of the age enforces": ("Deny", {"Null": {AGE: "true"}}, need("present")),
    "age below a limit enforces": ("Allow", {"NumericLessThan": {AGE: "3600"}}, need("fresh", 3599)),
    "a limit that counts": ("Allow", {"NumericLessThanEquals": {AGE: 3600}}, need("fresh", 3600)),
    "age IfExists does not enforce": (
        *("Allow", {"NumericLessThanIfExists": {AGE: "3600"}}),
        passes("allow", "allow"),
    ),
    "Deny of age lets keys pass": ("Deny", {"NumericGreaterThan": {AGE: "3600"}}, passes("allow", "allow")),
    "Deny of age IfExists enforces": (
        *("Deny", {"NumericGreaterThanIfExists": {AGE: "3600"}}),
        need("fresh", 3600),
    ),
    "Deny of age from a limit on": (
        *("Deny", {"NumericGreaterThanEqualsIfExists": {AGE: "60"}}),
        need("fresh", 59),
    ),
    "both keys": ("Allow", {"Bool": {PRESENT: "true"}, "NumericLessThan": {AGE: "60"}}, need("fresh", 59)),
    "MFA must not be": ("Allow", {"Bool": {PRESENT: "false"}}, ("deny", "allow", "deny", "weak", None)),
    "no condition": ("Allow", {}, ("allow", "allow", "allow", "none", None)),
    "something else": (
        *("Allow", {"StringEquals": {"sts:ExternalId": "x"}}),
        ("conditional", "conditional", "conditional", "none", None),
    ),
    "an age that no MFA has": (
        "Allow",
        {"NumericLessThan": {AGE: "0"}},
        ("deny", "deny", "deny", "none", None),
    ),
}


@pytest.mark.parametrize("half", ["identity", "trust"])
@pytest.mark.parametrize("idiom", IDIOMS)
def test_idiom(half: str, idiom: str) -> None:
    effect, condition, (key, console, session, grade, max_age) = IDIOMS[idiom]
    account = AccountMaker()
    elements = {"Condition": condition} if condition else {}
    may: list[Statement] = [allow()]
    trusts = [trust(account.root)]
    if half == "identity":
        may = [allow(), deny(**elements)] if effect == "Deny" else [allow(**elements)]
    elif effect == "Deny":
        trusts.append(distrust("*", **elements))
    else:
        trusts = [trust(account.root, **elements)]
    user = account.user("ann", may)
    role = account.role("target", trusts)
    world = World(account)
    edge = world.edge(user, role)
    if session == console == "deny":
        assert edge is None
        assert world.ask(user, role, mfa(), closed=False).result == "deny"
        return
    assert edge is not None
    assert edge.verdict.credentials == CredentialResults(key, console, session)  # type: ignore[arg-type]  # written as text
    assert (edge.verdict.mfa.grade, edge.verdict.mfa.max_age_seconds) == (grade, max_age)
    if key == "conditional":
        return
    assert world.ask(user, role, KEY).result == key
    assert world.ask(user, role, CONSOLE).result == console
    assert world.ask(user, role, mfa(0)).result == session
    if max_age is not None:
        assert world.ask(user, role, mfa(max_age)).result == "allow"
        assert world.ask(user, role, mfa(max_age + 1)).result == "deny"


@pytest.mark.parametrize("condition", [{"Bool": {PRESENT: "true"}}, {"NumericLessThan": {AGE: "3600"}}])
def test_an_mfa_trust_is_out_of_reach_by_chaining(condition: Json) -> None:
    account = AccountMaker()
    worker = account.role("worker", [], [allow()])
    role = account.role("target", [trust(account.root, Condition=condition)])
    world = World(account)
    assert world.ask(worker, role, closed=False).reason == "condition"
    assert world.ask(account.session("worker"), role).reason == "condition"
    assert world.edge(worker, role) is None


def test_where_absent_and_false_differ_the_pages_on_a_role_session_are_both_read() -> None:
    account = AccountMaker()
    worker = account.role("worker", [], [allow()])
    role = account.role(
        "target", [trust(account.root), distrust("*", Condition={"Bool": {PRESENT: "false"}})]
    )
    decision = World(account).ask(worker, role, closed=False)
    assert (decision.result, decision.reason) == ("conditional", "contested")
    assert {reading.result for reading in decision.readings} == {"allow", "deny"}


def test_what_both_pages_call_the_same_is_not_contested() -> None:
    account = AccountMaker()
    worker = account.role("worker", [], [allow()])
    role = account.role(
        "target", [trust(account.root), distrust("*", Condition={"BoolIfExists": {PRESENT: "false"}})]
    )
    assert World(account).ask(worker, role, closed=False).reason == "explicit_deny"


def test_mfa_asked_for_on_both_halves_is_as_fresh_as_the_stricter_asks() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow(Condition={"NumericLessThan": {AGE: "3600"}})])
    role = account.role("target", [trust(account.root, Condition={"NumericLessThan": {AGE: "300"}})])
    edge = World(account).edge(user, role)
    assert edge is not None
    assert edge.verdict.mfa.max_age_seconds == 299


def test_of_two_ways_in_the_laxer_counts() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    with_mfa = {"Bool": {PRESENT: "true"}}
    from_office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    role = account.role(
        "target",
        [trust(account.root, Condition=with_mfa), trust(account.root, Condition=from_office)],
    )
    edge = World(account).edge(user, role)
    assert edge is not None
    assert edge.verdict.mfa.grade == "weak"
    assert edge.verdict.credentials == CredentialResults("conditional", "conditional", "allow")


def test_mfa_asked_for_by_a_boundary_or_an_scp_counts_as_well() -> None:
    account = AccountMaker()
    condition = {"Bool": {PRESENT: "true"}}
    limited = account.user(
        "ann", [allow()], boundary=account.policy("limit", [allow("*", Condition=condition)])
    )
    role = account.role("target", [trust(account.root)])
    edge = World(account).edge(limited, role)
    assert edge is not None
    assert edge.verdict.mfa.grade == "present"
    other = AccountMaker()
    user = other.user("bob", [allow()])
    target = other.role("target", [trust(other.root)])
    scp = [deny("sts:*", Condition={"BoolIfExists": {PRESENT: "false"}})]
    bound = World(other, organization=organization({HOME: {"scps": [[[allow("*")], scp]]}})).edge(
        user, target
    )
    assert bound is not None
    assert bound.verdict.mfa.grade == "present"


@pytest.mark.parametrize("caller", ["user", "role"])
def test_only_users_have_a_result_for_each_credential(caller: str) -> None:
    account = AccountMaker()
    callers = {"user": account.user("ann", [allow()]), "role": account.role("worker", [], [allow()])}
    role = account.role("target", [trust(account.root)])
    edge = World(account).edge(callers[caller], role)
    assert edge is not None
    assert (edge.verdict.credentials is not None) == (caller == "user")


def test_federated_callers_are_outside_mfa_conditions() -> None:
    account = AccountMaker()
    provider = account.arn("saml-provider/corp")
    action = "sts:AssumeRoleWithSAML"
    lax = account.role(
        "lax", [trust({"Federated": provider}, action, Condition={"BoolIfExists": {PRESENT: "true"}})]
    )
    strict = account.role(
        "strict", [trust({"Federated": provider}, action, Condition={"Bool": {PRESENT: "true"}})]
    )
    world = World(account)
    assert world.ask(provider, lax, actions=[action]).result == "allow"
    assert world.ask(provider, strict, actions=[action]).reason == "condition"
