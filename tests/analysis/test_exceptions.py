"""Exceptions: what the file may say, what they match, when they end, what became of each."""

from datetime import date
from typing import Any

import pytest

from iamscout.analysis.exceptions import ExceptionUse, RiskException, accept_findings, exceptions_digest
from iamscout.analysis.exceptions_file import read_exceptions
from iamscout.analysis.finding import Acceptance, Finding, FindingStatus
from iamscout.errors import InputError

RULES = ("role-trusts-everyone", "role-unused")
ROLE = "arn:aws:iam::111122223333:role/vendor-backup"
DAY = date(2026, 11, 1)


def a_finding(
    *,
    rule: str = "role-unused",
    resource: str = ROLE,
    key: str = "0123456789ab",
    account: str = "111122223333",
    status: FindingStatus = "open",
) -> Finding:
    return Finding(key, rule, "low", "certain", status, account, resource, "role", "a role")


def an_exception(
    *,
    rule: str = "role-unused",
    resource: str = "",
    finding: str = "",
    expires: date = DAY,
    reason: str = "needed in an emergency",
) -> RiskException:
    acceptance = Acceptance(reason, "alice", date(2026, 1, 1), expires)
    return RiskException(rule, acceptance, resource, finding)


def applied(
    findings: list[Finding],
    *exceptions: RiskException,
    rules: tuple[str, ...] = RULES,
    days: dict[str, date] | None = None,
) -> tuple[tuple[Finding, ...], tuple[ExceptionUse, ...]]:
    return accept_findings(findings, exceptions, rules=rules, days=days or {"111122223333": DAY})


@pytest.mark.parametrize(
    ("resource", "fits"),
    [
        (ROLE, True),
        ("arn:aws:iam::111122223333:role/*", True),
        ("arn:aws:iam::*:role/vendor-backu?", True),
        ("*", True),
        ("arn:aws:iam::111122223333:role/vendor", False),
        ("arn:aws:iam::111122223333:role/VENDOR-*", False),
        ("arn:aws:iam::111122223333:role/[v]endor-backup", False),
    ],
)
def test_a_resource_is_an_arn_with_wildcards_and_nothing_else(resource: str, *, fits: bool) -> None:
    (found,), _ = applied([a_finding()], an_exception(resource=resource))
    assert (found.status == "accepted") is fits


def test_another_rule_on_the_same_resource_stays_open() -> None:
    found, _ = applied([a_finding(rule="role-trusts-everyone")], an_exception(resource="*"))
    assert [each.status for each in found] == ["open"]


def test_a_key_means_one_finding() -> None:
    found, _ = applied([a_finding(), a_finding(key="ffffffffffff")], an_exception(finding="ffffffffffff"))
    assert [each.status for each in found] == ["open", "accepted"]


@pytest.mark.parametrize(
    ("expires", "status", "state"),
    [
        (date(2026, 11, 2), "accepted", "in_use"),
        (date(2026, 11, 1), "accepted", "in_use"),
        (date(2026, 10, 31), "open", "expired"),
    ],
)
def test_it_holds_to_the_end_of_its_last_day_at_the_capture(expires: date, status: str, state: str) -> None:
    (found,), (use,) = applied([a_finding()], an_exception(resource="*", expires=expires))
    assert (found.status, use.state) == (status, state)
    assert found.acceptance is not None
    assert found.acceptance.owner in found.reason
    assert str(expires) in found.reason


def test_each_account_has_its_own_day() -> None:
    findings = [a_finding(), a_finding(account="444455556666")]
    days = {"111122223333": date(2026, 10, 1), "444455556666": date(2026, 12, 1)}
    found, (use,) = applied(findings, an_exception(resource="*"), days=days)
    assert [each.status for each in found] == ["accepted", "open"]
    assert (use.accepted, use.expired, use.state) == (1, 1, "in_use")


def test_of_several_the_one_that_holds_longest_counts_whatever_the_order() -> None:
    short = an_exception(resource="*", expires=date(2026, 10, 1), reason="short")
    long = an_exception(resource="*", expires=date(2026, 12, 1), reason="long")
    for order in ((short, long), (long, short)):
        (found,), _ = applied([a_finding()], *order)
        assert found.acceptance == long.acceptance


def test_what_was_not_judged_is_never_accepted() -> None:
    (found,), (use,) = applied([a_finding(status="not_available")], an_exception(resource="*"))
    assert (found.status, found.acceptance) == ("not_available", None)
    assert use.state == "not_judged"


@pytest.mark.parametrize(
    ("exception", "rules", "state"),
    [
        (an_exception(resource="arn:aws:iam::111122223333:role/gone"), RULES, "unmatched"),
        (an_exception(finding="000000000000"), RULES, "unmatched"),
        (an_exception(resource="*"), ("role-trusts-everyone",), "not_judged"),
        (an_exception(resource="arn:aws:iam::444455556666:role/*"), RULES, "not_judged"),
    ],
)
def test_nothing_matched_is_told_apart_from_not_looked_at(
    exception: RiskException, rules: tuple[str, ...], state: str
) -> None:
    _, (use,) = applied([], exception, rules=rules)
    assert (use.state, use.accepted, use.expired) == (state, 0, 0)


TEXT = """\
# Reviewed each quarter.
- rule: role-unused
  resource: arn:aws:iam::111122223333:role/vendor-*
  reason: >
    Needed in
    an emergency.
  owner: alice@example.com
  created: 2026-01-01
  expires: 2027-01-01

- {rule: role-trusts-everyone, finding: 123456789012, reason: "no", owner: 007, created: 2026-01-01,
   expires: 2026-02-01}
"""


def read(text: str) -> tuple[RiskException, ...]:
    return read_exceptions(text, where="x.yaml", rules=RULES)


def test_values_are_text_whatever_yaml_makes_of_them() -> None:
    first, second = read(TEXT)
    assert first == RiskException(
        "role-unused",
        Acceptance("Needed in an emergency.", "alice@example.com", date(2026, 1, 1), date(2027, 1, 1)),
        resource="arn:aws:iam::111122223333:role/vendor-*",
        line=2,
    )
    assert second == RiskException(
        "role-trusts-everyone",
        Acceptance("no", "007", date(2026, 1, 1), date(2026, 2, 1)),
        finding="123456789012",
        line=11,
    )


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "---\n", "[]", "~"])
def test_a_file_may_hold_no_exception(text: str) -> None:
    assert read(text) == ()


def test_the_digest_is_of_what_is_said_not_of_where() -> None:
    assert exceptions_digest(read(TEXT)) == exceptions_digest(read(f"\n\n{TEXT}"))
    assert exceptions_digest(read(TEXT)) != exceptions_digest(read(TEXT.replace("alice", "bob")))


def changed(**members: str) -> str:
    entry: dict[str, Any] = {
        "rule": "role-unused",
        "resource": "arn:aws:iam::111122223333:role/x",
        "reason": "r",
        "owner": "o",
        "created": "2026-01-01",
        "expires": "2026-12-31",
        **members,
    }
    return "- " + "\n  ".join(f"{name}: {value}" for name, value in entry.items() if value != "-") + "\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rule: role-unused", "line 1: must be a list of exceptions"),
        ("just text", "line 1: must be a list of exceptions"),
        ("- just text", "line 1: is no exception"),
        ("- - rule: x", "line 1: is no exception"),
        (changed(owner="-"), "line 1: the exception has no owner"),
        (changed(reason="-", expires="-"), "line 1: the exception has no reason and no expires"),
        (changed(owner=""), "line 4: owner must be a text and not empty"),
        (changed(owner="~"), "line 4: owner must be a text and not empty"),
        (changed(owner="[a, b]"), "line 4: owner must be a text and not empty"),
        (changed(owner="'  '"), "line 4: owner must be a text and not empty"),
        (changed(resource="-"), "line 1: the exception needs either a resource or a finding"),
        (changed(finding="0123456789ab"), "line 1: the exception needs either a resource or a finding"),
        (changed(resource="-", finding="01234"), "'01234' is no finding's key"),
        (changed(resource="role/x"), "line 2: 'role/x' is no ARN"),
        (changed(rule="role-unusd"), "line 1: there is no rule 'role-unusd'; did you mean 'role-unused'?"),
        (changed(exprires="x"), "line 7: an exception has no 'exprires'; did you mean 'expires'?"),
        (changed() + "  owner: p\n", "line 7: owner is there twice"),
        (changed(created="1.1.2026"), "line 5: created: '1.1.2026' is no date; write it as 2026-11-30"),
        (changed(created="2026-02-30"), "line 5: created: '2026-02-30' is no date"),
        (changed(created="2026-01-01 10:00:00"), "is no date"),
        (changed(expires="2025-12-31"), "line 6: it expires on 2025-12-31, before it was created"),
        (
            changed(expires="2027-01-02"),
            "line 6: it expires more than 365 days after 2026-01-01; 2027-01-01 is the last day",
        ),
        ("- rule: [", "line 1: is not YAML"),
        ("- rule: *x", "line 1: is not YAML"),
        ("- rule: a\n\trule: b", "line 2: is not YAML"),
        ("- rule: a\n- rule: \x07", "line 2: is not YAML: it holds a control character"),
        ("- a\n---\n- b", "is not YAML"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_whatever_is_not_understood_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(InputError) as told:
        read(text)
    assert str(told.value).startswith("x.yaml")
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_year_to_the_day_is_allowed() -> None:
    assert read(changed(expires="2027-01-01"))


def test_a_tag_makes_no_object() -> None:
    (found,) = read(changed(owner="!!python/object/apply:os.getcwd []").replace("[]", "x"))
    assert found.acceptance.owner == "x"
