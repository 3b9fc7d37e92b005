"""Findings through time: first and last seen, fixed, back again; and who is the reason of a change."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from msgspec import structs

from iamscout.analysis.document import encode_analysis
from iamscout.analysis.finding import Finding, FindingStatus
from iamscout.analysis.run import analyze
from iamscout.diff.compare import compare_verdicts
from iamscout.diff.earlier import find_analysis, load_verdicts, verdicts_of
from iamscout.diff.findings import Verdicts, compare_findings
from iamscout.diff.history import State, mean_days_to_fix, rounds_of, trend_of
from iamscout.diff.history_document import encode_history, history_lines, history_schema, trace_words
from iamscout.diff.model import Moment
from iamscout.errors import InputError, UsageError
from iamscout.report.history_view import history_view, history_views
from iamscout.report.single_file import history_html
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot, Source, Status
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
    assert any(
        "2026-08-01 to 2026-09-01, fixed by 2026-10-01, after 61 days" in line
        for line in history_lines(trend)
    )
    assert "title of b" in history_html(trend, "0.1")


def test_what_comes_back_is_told() -> None:
    trend = trend_of([moment(0, finding("a")), moment(1), moment(2, finding("a"))])
    (trace,) = trend.traces
    assert (trace.resolved_at, trace.reopened, trace.first_seen) == (None, 1, DAYS[0])


def test_the_time_to_fix_is_that_of_each_span() -> None:
    a, b = finding("a"), finding("b")
    trend = trend_of([moment(0, a, b), moment(1, b), moment(2, a, b), moment(3)])
    back, once = trend.traces
    assert [span.days_to_fix for span in back.spans] == [31, 31]  # 1 Aug to 1 Sep, 1 Oct to 1 Nov
    assert (back.days_to_fix, back.reopened, back.state) == (31, 1, "fixed")
    assert once.days_to_fix == 92
    assert mean_days_to_fix(trend.traces) == {"high": (31 + 31 + 92) / 3}


def test_a_fix_counts_also_where_the_finding_is_back() -> None:
    trend = trend_of([moment(0, finding("a")), moment(1), moment(2, finding("a"))])
    (trace,) = trend.traces
    assert (trace.days_to_fix, trace.state, trace.spans[-1].first_seen) == (None, "open", DAYS[2])
    assert mean_days_to_fix(trend.traces) == {"high": 31.0}
    assert trace_words(trace) == "since 2026-10-01, came back once, first seen 2026-08-01"


def reading(verdicts: Verdicts, *told: str) -> Verdicts:
    return structs.replace(
        verdicts, told=frozenset((HOME, source) for source in told), own_rules=frozenset({"rule"})
    )


@pytest.mark.parametrize(
    "blind",
    [
        reading(moment(1), "details"),
        reading(moment(1), "details", "report", f"details arn:aws:iam::{HOME}:role/x"),
        reading(moment(1, finding("not available", "not_available")), "details"),
    ],
    ids=["source not told", "resource not told", "rule not judged"],
)
def test_what_a_moment_could_not_read_is_neither_fixed_nor_open(blind: Verdicts) -> None:
    before = reading(moment(0, finding("a")), "details", "report")
    trend = trend_of([before, blind])
    (trace,) = trend.traces
    assert (trace.state, trace.resolved_at, trace.last_seen) == ("unknown", None, DAYS[0])
    assert trend.rounds[1].lacking
    told = "\n".join(history_lines(trend))
    assert "Open (" not in told
    assert "Not known at the last moment (1)" in told
    assert f"Account {HOME} could not be read in full on 2026-09-01 08:00 UTC" in told
    page = history_html(trend, "0.1")
    assert "Not known since" in page
    assert "could not be read in full" in page
    # It is fixed by the first moment that reads as much as the one that showed it.
    fixed = trend_of([before, blind, reading(moment(2), "details", "report", "more")]).traces[0]
    assert (fixed.state, fixed.days_to_fix) == ("fixed", 61)
    still = trend_of([before, blind, reading(moment(2, finding("a")), "details", "report")]).traces[0]
    assert (still.state, len(still.spans), still.first_seen) == ("open", 1, DAYS[0])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("ok", "ok", "fixed"), ("partial", "partial", "unknown"), ("partial", "denied", "unknown")],
)
def test_a_listing_that_broke_off_fixes_nothing_though_none_was_ever_whole(
    first: Status, second: Status, expected: State
) -> None:
    details, moments = "iam:GetAccountAuthorizationDetails", []
    for place, status in enumerate((first, second)):
        made = AccountMaker()
        made.role("deploy", [trust(made.root if place else "*")], [allow("*")])
        snapshot = snapshot_of(made)
        source = structs.replace(snapshot.sources[details], status=status)
        if status == "denied":
            source = Source("denied", reason="AccessDenied")
        made_of = structs.replace(snapshot, sources={details: source}, captured_at=DAYS[place])
        moments.append(verdicts_of(analyze([made_of], rules=load_rules())))
    traces = [each for each in trend_of(moments).traces if each.finding.rule == "role-trusts-everyone"]
    assert [each.state for each in traces] == [expected]


def test_an_account_that_joins_fixes_nothing_in_others() -> None:
    before, after = moment(0, finding("a")), moment(1)
    joined = structs.replace(after, snapshots=(*after.snapshots, Moment(OTHER, DAYS[1], "b")))
    assert [trace.state for trace in trend_of([before, joined]).traces] == ["unknown"]
    alone = structs.replace(joined, own_rules=frozenset({"rule"}))
    assert [trace.state for trace in trend_of([before, alone]).traces] == ["fixed"]


def test_keys_of_which_nothing_is_told_are_not_none() -> None:
    metrics = {"keys_reaching_admin": 2.0}
    told = structs.replace(reading(moment(0), "iam:GetCredentialReport"), metrics=metrics)
    blind = structs.replace(reading(moment(1)), metrics={"keys_reaching_admin": 0.0})
    trend = trend_of([told, blind])
    assert [each.metrics for each in trend.rounds] == [metrics, {}]
    assert list(history_lines(trend))[2].endswith("-")
    assert history_html(trend, "0.1").count("in part</span>") == 1


def test_the_order_of_the_moments_does_not_matter() -> None:
    moments = [moment(0, finding("a")), moment(1), moment(2, finding("a"))]
    assert trend_of(moments[::-1]) == trend_of(moments)


def test_an_account_that_came_later_is_no_rise() -> None:
    other = structs.replace(finding("b"), account=OTHER)
    first, last = moment(0, finding("a")), moment(1, finding("a"), other)
    last = structs.replace(last, snapshots=(*last.snapshots, Moment(OTHER, DAYS[1], "b")))
    trend = trend_of([first, last])
    told = "\n".join(history_lines(trend))
    assert f"Account {OTHER} has no snapshot of 2026-08-01 08:00 UTC" in told
    page = history_html(trend, "0.1")
    assert "2 findings are open on 2026-09-01." in page
    assert "In the accounts that the first and the last moment share: 1, against 1 on 2026-08-01." in page
    gone = trend_of([last, moment(2, finding("a"))])
    assert {trace.finding.key: trace.state for trace in gone.traces} == {"a": "open", "b": "unknown"}


def test_what_a_page_of_its_own_does_not_show_is_told_and_every_state_has_a_place() -> None:
    many = [finding(f"open-{n}") for n in range(700)]
    fixed = [finding(f"fixed-{n}") for n in range(150)]
    trend = trend_of([moment(0, *many, *fixed), moment(1, *many)])
    view = history_view(trend)
    assert len(view.traces) == 500
    assert sum(row.state.startswith("Fixed") for row in view.traces) == 100
    assert view.more == "300 open and 50 fixed"
    pages = dict(history_views(trend, lambda key: f"#{key}"))
    assert list(pages) == ["history.html", "history-2.html"]
    shown = [row.link.text for page in pages.values() for row in page.traces]
    assert len(set(shown)) == len(shown) == 850
    assert not any(page.more for page in pages.values())


def test_the_document_is_as_its_schema_says() -> None:
    trend = trend_of([moment(0, finding("a")), reading(moment(1), "x"), moment(2, finding("a"))])
    validator = jsonschema.Draft202012Validator(history_schema())
    document = json.loads(encode_history(trend, "0.1"))
    validator.validate(document)
    assert document["findings"][0]["spans"][0]["days_to_fix"] == 31
    del document["findings"][0]["spans"]
    assert not validator.is_valid(document)


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


def test_the_same_snapshot_counts_once_and_unlike_ones_of_one_time_are_refused() -> None:
    made = AccountMaker()
    one = snapshot_of(made)
    made.role("deploy", [trust(made.root)])
    later = structs.replace(snapshot_of(made), captured_at=DAYS[3].replace(day=9))
    assert rounds_of([later, one, one]) == ((one,), (later,))
    with pytest.raises(UsageError, match=f"account {HOME} has two unlike snapshots of 20"):
        rounds_of([one, snapshot_of(made)])


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
