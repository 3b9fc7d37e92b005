"""Findings through time: first and last seen, fixed, back again; and who is the reason of a change."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from iamscout.analysis.document import encode_analysis
from iamscout.analysis.finding import Finding, FindingStatus
from iamscout.analysis.run import analyze
from iamscout.diff.compare import compare_verdicts
from iamscout.diff.earlier import find_analysis, load_verdicts, verdicts_of
from iamscout.diff.findings import Verdicts, compare_findings
from iamscout.diff.history import mean_days_to_fix, rounds_of, trend_of
from iamscout.diff.history_document import history_lines
from iamscout.diff.model import Moment
from iamscout.errors import InputError
from iamscout.report.single_file import history_html
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot
from tests.access.worlds import HOME, OTHER, AccountMaker, allow, root, trust
from tests.diff.sides import snapshot_of

DAYS = [datetime(2026, month, 1, 8, tzinfo=UTC) for month in (8, 9, 10, 11)]


def finding(key: str, status: FindingStatus = "open", rule: str = "rule") -> Finding:
    arn = f"arn:aws:iam::{HOME}:role/{key}"
    return Finding(key, rule, "high", "certain", status, HOME, arn, "role", f"title of {key}")


def moment(place: int, *findings: Finding, rules: tuple[str, ...] = ("rule",), sha256: str = "") -> Verdicts:
    return Verdicts(
        snapshots=(Moment(HOME, DAYS[place], sha256 or str(place)),),
        findings=findings,
        rules=dict.fromkeys(rules, "text"),
        settings="settings",
        tool_version="1",
        metrics={},
    )


def test_first_and_last_seen_and_the_time_to_fix() -> None:
    trend = trend_of(
        [moment(0, finding("a")), moment(1, finding("a"), finding("b")), moment(2, finding("b"))]
    )
    still, fixed = trend.traces
    assert (still.finding.key, still.first_seen, still.last_seen, still.resolved_at) == (
        "b",
        DAYS[1],
        DAYS[2],
        None,
    )
    assert (fixed.finding.key, fixed.first_seen, fixed.last_seen) == ("a", DAYS[0], DAYS[1])
    assert (fixed.resolved_at, fixed.days_to_fix) == (DAYS[2], 61)
    assert mean_days_to_fix(trend.traces) == {"high": 61.0}
    assert any("gone after 61 days" in line for line in history_lines(trend))
    assert "title of b" in history_html(trend, "0.1")


def test_what_comes_back_is_told() -> None:
    trend = trend_of([moment(0, finding("a")), moment(1), moment(2, finding("a"))])
    (trace,) = trend.traces
    assert (trace.resolved_at, trace.reopened, trace.first_seen) == (None, 1, DAYS[0])


@pytest.mark.parametrize(
    "blind",
    [moment(1, finding("not available", "not_available")), moment(1, rules=())],
    ids=["source missing", "rule not run"],
)
def test_what_was_not_looked_for_is_not_fixed(blind: Verdicts) -> None:
    (trace,) = trend_of([moment(0, finding("a")), blind]).traces
    assert trace.resolved_at is None
    found, lacking = compare_findings(moment(0, finding("a")), blind)
    assert [change.cause for change in found.resolved] == ([] if blind.rules else ["rules"])
    assert bool(lacking) == bool(blind.rules)


def test_the_reason_of_a_change_is_told() -> None:
    before = moment(0, finding("a"), rules=("rule", "other"))
    cases = {
        "account": moment(1, finding("a"), finding("b"), rules=("rule", "other")),
        "rules": moment(1, finding("a"), finding("b", rule="fresh"), rules=("rule", "other", "fresh")),
        "unknown": moment(0, finding("a"), finding("b"), rules=("rule", "other")),
    }
    for cause, after in cases.items():
        (change,) = compare_findings(before, after)[0].new
        assert change.cause == cause
    (changed,) = compare_findings(before, moment(1, finding("a", "accepted"), rules=("rule", "other")))[
        0
    ].persisting
    assert (changed.cause, changed.before) == ("exceptions", "open")
    accepted = moment(0, finding("a", "accepted"))
    assert [
        change.finding.key for change in compare_findings(accepted, moment(1, finding("a")))[0].reopened
    ] == ["a"]


def snapshots() -> tuple[Snapshot, Snapshot]:
    made = AccountMaker()
    made.role("deploy", [trust(made.root)])
    before = snapshot_of(made)
    made.role("open", [trust("*"), trust(root(OTHER))])
    return before, snapshot_of(made)


def test_an_earlier_analysis_stands_for_its_snapshots(tmp_path: Path) -> None:
    old, new = (analyze([each], rules=load_rules()) for each in snapshots())
    folder = tmp_path / "report"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "analysis.json").write_bytes(encode_analysis(old))
    place = find_analysis(folder)
    assert place is not None
    assert load_verdicts(place) == verdicts_of(old) or load_verdicts(place).rules == verdicts_of(old).rules
    changes = compare_verdicts(load_verdicts(place), verdicts_of(new))
    assert changes.access is None
    assert "role-trusts-everyone" in {change.finding.rule for change in changes.findings.new}
    assert {change.cause for change in changes.findings.new} == {"account"}
    assert not compare_verdicts(load_verdicts(place), verdicts_of(old)).differs


def test_a_damaged_analysis_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "analysis.json"
    file.write_text('{"header": {"schema": "iamscout/analysis/1"}}')
    assert find_analysis(file) == file
    with pytest.raises(InputError, match="damaged analysis"):
        load_verdicts(file)
    file.write_text('{"header": {"schema": "iamscout/analysis/99"}}')
    with pytest.raises(InputError, match="format"):
        load_verdicts(file)


def test_a_moment_begins_where_an_account_comes_again() -> None:
    from msgspec import structs

    home, other = (snapshot_of(AccountMaker(number)) for number in (HOME, OTHER))
    later = [structs.replace(each, captured_at=DAYS[3]) for each in (home, other)]
    first = [structs.replace(home, captured_at=DAYS[0]), structs.replace(other, captured_at=DAYS[1])]
    rounds = rounds_of([*later, *first])
    assert [[each.account for each in one] for one in rounds] == [[HOME, OTHER], [HOME, OTHER]]
    assert rounds[0][1].captured_at == DAYS[1]


def test_an_analysis_of_the_same_snapshot_differs_in_nothing(tmp_path: Path) -> None:
    made = AccountMaker()
    made.user("eve", [allow(["iam:CreateAccessKey", "iam:AttachUserPolicy"])])
    made.user("chief", [allow("*")])
    made.role("open", [trust("*")], [allow("sts:AssumeRole", made.arn("role/deploy"))])
    made.role("deploy", [trust(made.root)], [allow(["iam:PassRole", "lambda:*"])])
    made.role("service", [trust({"Service": "lambda.amazonaws.com"})], [allow("*")])
    assessment = analyze([snapshot_of(made)], rules=load_rules())
    file = tmp_path / "analysis.json"
    file.write_bytes(encode_analysis(assessment))
    for changes in (
        compare_verdicts(load_verdicts(file), verdicts_of(assessment)),
        compare_verdicts(verdicts_of(assessment), load_verdicts(file)),
    ):
        assert not changes.differs
        assert changes.metrics == {}
    assert verdicts_of(assessment).escalation


def test_words_are_in_the_number_that_their_count_asks_for() -> None:
    back = trend_of([moment(0, finding("a")), moment(1), moment(2, finding("a"))])
    (line,) = (line for line in history_lines(back) if "title of a" in line)
    assert "came back once" in line
    told = structs.replace(moment(1), metrics={"administrators": 3})
    lines = list(history_lines(trend_of([moment(0), told])))
    assert lines[1].endswith("-")  # a moment that does not tell a count has not none
    assert lines[2].endswith("3")
