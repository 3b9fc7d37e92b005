"""Figures of bars: to scale, with a title for each part, and the table beside them."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from iamscout.analysis.finding import SEVERITIES
from iamscout.diff.history import Round, Span, Trace, Trend
from iamscout.report.ages import ages
from iamscout.report.atlas import Atlas
from iamscout.report.bars import COLUMNS_HEIGHT, Part, bars, columns, columns_height
from iamscout.report.history_view import history_view
from iamscout.report.page import Link
from iamscout.report.single_file import history_html
from tests.report.accounts import assess, site
from tests.report.html_checks import Page

FIGURES = {"findings.html": "ages", "trust.html": "map"}


def test_bars_are_to_one_scale_and_parts_stand_side_by_side() -> None:
    figure = bars(
        "x",
        "Title",
        "Words",
        [
            (Link("One", "#one"), [Part(1, "high", "open"), Part(3, "info", "accepted", hollow=True)]),
            (Link("Two", "#two"), [Part(0, "high", "open"), Part(2, "info", "accepted", hollow=True)]),
        ],
    )
    one, two = figure.bars
    assert [(block.x, block.width, block.hollow) for block in one.blocks] == [
        ("0.00%", "25.00%", False),
        ("25.00%", "75.00%", True),
    ]
    assert [(block.x, block.width) for block in two.blocks] == [("0.00%", "50.00%")]
    assert [block.title for block in one.blocks] == ["One: 1 open", "One: 3 accepted"]
    assert one.words == "4"


def test_no_finding_at_all_makes_no_division_by_zero() -> None:
    assert bars("x", "", "", [(Link("One"), [Part(0, "high", "open")])]).bars[0].blocks == ()
    assert columns([(Link("2026-01-01"), [Part(0, "high", "open")])])[0].blocks == ()


def test_columns_stand_on_the_ground_and_the_smallest_part_can_be_seen() -> None:
    (only,) = columns([(Link("2026-01-01"), [Part(1, "critical", "critical"), Part(5_000, "info", "info")])])
    gravest, most = only.blocks
    assert gravest.y + gravest.height == COLUMNS_HEIGHT
    assert gravest.height == 1
    assert most.y + most.height == gravest.y
    assert most.y > 0


@pytest.mark.parametrize(("count", "dated"), [(1, [0]), (2, [0, 1]), (4, [0, 3]), (9, [0, 4, 8])])
def test_at_most_three_columns_have_a_date(count: int, dated: list[int]) -> None:
    made = columns([(Link(f"2026-01-{n:02}"), [Part(n + 1, "low", "low")]) for n in range(count)])
    assert [place for place, column in enumerate(made) if column.label] == dated


@pytest.mark.parametrize(("path", "name"), FIGURES.items())
def test_a_figure_has_title_description_links_and_a_table_with_its_numbers(path: str, name: str) -> None:
    text = site("everyday", "neighbour")[path]
    page = Page(text)
    (svg,) = page.all("svg")
    assert (svg["aria-labelledby"], svg["aria-describedby"]) == (f"{name}-title", f"{name}-desc")
    assert "style" not in text.partition("<svg")[2].partition("</svg>")[0]
    links = [link["href"] for tag, link, around in page.elements if tag == "a" and "svg" in around]
    assert links
    assert {link.removeprefix("#") for link in links} <= set(page.ids)
    rectangles = [around for tag, _, around in page.elements if tag == "rect"]
    assert rectangles
    assert all(around[-1] == "a" for around in rectangles)
    assert (
        text.index("</svg>")
        < text.index("<table", text.index("</svg>"))
        < text.index("<h2", text.index("</svg>"))
    )


def _trend() -> Trend:
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    found = [finding for finding in assess("everyday").findings if finding.status == "open"]
    counts = {severity: sum(1 for each in found if each.severity == severity) for severity in SEVERITIES}
    rounds = tuple(Round(when, ("111122223333",), counts, {}) for when in (first, last))
    seen = (first, datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC), last)
    traces = tuple(Trace(each, (Span(seen[n % 4], last),), "open") for n, each in enumerate(found))
    return Trend(rounds, traces)


def test_ages_come_from_earlier_snapshots_and_lose_no_finding() -> None:
    told = ages(Atlas(assess("everyday"), trend=_trend()))
    assert told is not None
    assert told.columns == ("New", "Up to 30 days", "31 to 90", "Older")
    opened = [finding for finding in assess("everyday").findings if finding.status == "open"]
    assert sum(sum(row.open) for row in told.rows) == len(opened)
    totals = [sum(row.open[place] for row in told.rows) for place in range(4)]
    assert max(totals) - min(totals) <= 1


def test_without_earlier_snapshots_there_are_no_ages_and_without_findings_no_figure() -> None:
    told = ages(Atlas(assess("everyday")))
    assert told is not None
    assert told.columns == ("Open",)
    assert "earlier snapshots" in told.caption


def test_the_trend_leads_to_the_lines_of_its_table() -> None:
    view = history_view(_trend())
    assert [column.link for column in view.columns] == [
        Link("2026-01-01", "#moment-1"),
        Link("2026-11-01", "#moment-2"),
    ]
    page = Page(history_html(_trend(), "1"))
    assert page.flaws == []
    assert {"moment-1", "moment-2", "trend-title", "trend-desc"} <= set(page.ids)


@pytest.mark.parametrize(("count", "dated"), [(1, 1), (2, 2), (4, 2), (5, 2), (9, 3), (10, 3), (30, 3)])
def test_dates_do_not_run_into_each_other_on_a_narrow_screen(count: int, dated: int) -> None:
    screen, letters = 288, 84  # pixels of a screen of 320 within its margins, and of a date
    made = columns([(Link(f"2026-01-{n:02}"), [Part(1, "high", "high")]) for n in range(1, count + 1)])
    shown = [column for column in made if column.label]
    assert len(shown) == dated
    lines: dict[int, list[tuple[float, float]]] = {}
    for column in shown:
        left = float(column.x.rstrip("%")) * screen / 100
        left -= {"start": 0, "middle": letters / 2, "end": letters}[column.anchor]
        lines.setdefault(column.y, []).append((left, left + letters))
    for spans in lines.values():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans)))
        assert min(spans)[0] >= 0
        assert max(end for _, end in spans) <= screen
    assert columns_height(made) > max(column.y for column in made)
