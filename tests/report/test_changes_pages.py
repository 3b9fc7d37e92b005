"""Pages of changes: none too large, nothing lost, what lets more in first, headings where they are told."""

import json
import re
from collections import Counter
from functools import cache

from iamscout.diff.model import Changes
from iamscout.diff.statements import MAX_LINES, side_by_side
from iamscout.report.changes_pages import ChangesView, changes_view, changes_views
from iamscout.report.changes_view import ChangeRow, changed
from iamscout.report.frame import Frame
from iamscout.report.page import Link
from iamscout.report.page import Page as SitePage
from iamscout.report.render import Renderer
from iamscout.report.single_file import changes_html
from tests.access.worlds import OUTSIDE, AccountMaker, allow, root, trust
from tests.diff.sides import changes_of
from tests.report.html_checks import Page

MOST = 500_000
ROLES = 550


def long_policy(verb: str) -> list[dict[str, object]]:
    """A policy near the 6,144 characters that IAM takes, of many lines."""
    return [allow([f"service{number}:{verb if number % 3 == 0 else 'List*'}" for number in range(280)])]


@cache
def changes() -> Changes:
    """Every role has long policies of which some widen and some narrow; a few are opened to an outsider."""
    sides = []
    for later in (False, True):
        made = AccountMaker()
        for number in range(ROLES):
            statements = [trust(made.root), *([trust(root(OUTSIDE))] if later and number < 40 else [])]
            verb = "*" if (number % 2 == 0) == later else "Get*"
            made.role(f"role-{number}", statements, long_policy(verb))
        sides.append(made)
    return changes_of([sides[0]], [sides[1]])


@cache
def views() -> dict[str, ChangesView]:
    return dict(changes_views(changes(), Link, lambda _: "", lambda each: Link(each.value)))


def test_no_page_is_too_large_and_no_change_is_lost() -> None:
    found = list(views().items())
    renderer = Renderer(Frame(account="", captured="", entries=(), banner="", version="", rules=""))
    assert len(found) > 2
    assert [path for path, _ in found[:2]] == ["changes.html", "changes-2.html"]
    for path, view in found:
        text = renderer.html(SitePage(path, "changes.html", "changes", "Changes", view))
        assert len(text.encode()) < MOST
        assert sum(len(part.rows) for part in view.sections) <= 500
        assert not any(part.more for part in view.sections)
    shown = Counter(
        row.link.text
        for _, view in found
        for part in view.sections
        for row in part.rows
        if isinstance(row, ChangeRow)
    )
    assert changes().resources is not None
    assert shown == Counter(change.resource for change in changes().resources or ())
    assert found[0][1].first
    assert not any(view.first for _, view in found[1:])
    assert len(found[0][1].turns) == len(found)


def test_the_contents_lead_to_where_each_heading_begins() -> None:
    found = views()
    begun: set[str] = set()
    for turn in found["changes.html"].contents:
        path, _, place = turn.path.partition("#")
        (part,) = (part for part in found[path].sections if part.id == place)
        assert not part.continued
        assert turn.label.startswith(part.heading)
        begun.add(place)
    assert begun == {part.id for view in found.values() for part in view.sections}


def test_what_lets_more_in_comes_first() -> None:
    order = [each.id for each in changed(changes())]
    assert order.index("wider") < order.index("resources") < order.index("resources-rest")
    (first, *_) = (each for each in changed(changes()) if each.id == "resources")
    assert {*first.labels} <= {"widened", "mixed", "unknown"}


def test_a_file_of_its_own_has_a_place_for_every_heading_and_counts_the_rest() -> None:
    text = changes_html(changes(), "0.1")
    assert len(text.encode()) < MOST
    page = Page(text)
    assert page.flaws == []
    view = changes_view(changes())
    totals = {each.id: len(each.labels) for each in changed(changes())}
    assert [part.id for part in view.sections] == list(totals)
    left = 0
    for part in view.sections:
        assert part.rows
        told = re.match(r"([\d,]+) more (?:is|are) not shown: ", part.more)
        missing = int(told[1].replace(",", "")) if told else 0
        assert missing == totals[part.id] - len(part.rows)
        left += missing
    assert left
    assert "<code>iamscout diff --format json</code> lists them all" in text
    assert {turn.path.removeprefix("#") for turn in view.contents} <= set(page.ids)


def test_a_small_change_of_a_long_policy_is_shown_with_the_lines_around_it() -> None:
    sides = [
        json.dumps(
            {"Version": "2012-10-17", "Statement": [allow([f"ec2:A{n}" for n in range(400)] + [last])]}
        )
        for last in ("s3:Get*", "s3:*")
    ]
    found = side_by_side(*sides)
    assert found.cut == 0
    assert len(found.pairs) < 20 < MAX_LINES
    assert [
        (pair.before.text.strip(), pair.after.text.strip())
        for pair in found.pairs
        if pair.before and pair.after and pair.before.sign
    ] == [('"s3:Get*"', '"s3:*"')]
    shown = sum(pair.alike or 1 for pair in found.pairs)
    assert shown == len(json.dumps(json.loads(sides[0])["Statement"][0], indent=2).splitlines())


def test_lines_stand_below_each_other_and_only_what_differs_is_marked() -> None:
    sides = []
    for who in ("root", "role/ci"):
        made = AccountMaker()
        made.role("deploy", [trust(made.arn(who) if who != "root" else made.root)])
        sides.append(made)
    text = changes_html(changes_of([sides[0]], [sides[1]]), "0.1")
    before, after = re.findall(r'<pre class="text">\n(.*?)</pre>', text, re.DOTALL)
    assert len(before.splitlines()) == len(after.splitlines()) > 5
    (line,) = (line for line in after.splitlines() if "<ins>" in line)
    assert re.fullmatch(r"\+ +<ins>&#34;AWS&#34;: .*</ins>", line)
    assert any(re.fullmatch(r"- +<del>&#34;AWS&#34;: .*</del>", line) for line in before.splitlines())
