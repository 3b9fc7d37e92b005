"""What everybody needs of every page: keyboard, size of targets, spacing, motion, printing, no JavaScript."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.browser.conftest import LONG, Open, one_of_each
from tests.browser.test_pages import OVERFLOW
from tests.report.accounts import assess

pytestmark = pytest.mark.browser

FOCUSABLE = "a[href], button, input, select, summary, [tabindex='0']"

SMALL_TARGETS = """() => {
  // WCAG 2.2, 2.5.8: 24 x 24 CSS pixels, or a circle of that size that meets no other target; a link in a
  // sentence or a list of words is exempt, as its line decides.
  const targets = [...document.querySelectorAll("a[href], button, input, select, summary")]
    .filter(each => each.checkVisibility() && each.className !== "skip");
  const boxes = targets.map(each => each.getBoundingClientRect());
  const inText = each => {
    const around = each.closest("p, li, td, th, dd, h1, h2, h3, pre, text");
    return each.tagName === "A" && around && around.textContent.trim() !== each.textContent.trim();
  };
  const clear = (box, number) => boxes.every((other, place) => {
    if (place === number) { return true; }
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const dx = Math.max(other.left - x, 0, x - other.right);
    return Math.hypot(dx, Math.max(other.top - y, 0, y - other.bottom)) >= 12;
  });
  return targets.filter((each, number) => {
    const box = boxes[number];
    return Math.min(box.width, box.height) < 23.9 && !inText(each) && !clear(box, number);
  }).map(each => each.outerHTML.slice(0, 100));
}"""

SPACED = """() => {
  // WCAG 1.4.12; a constructed sheet, for the policy allows no inline style.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""

CUT_OFF = """() => [...document.querySelectorAll("main *, header *, nav *")].filter(each => {
  const style = getComputedStyle(each);
  return !each.closest(".scroll, svg") && style.overflowY !== "visible" && each.checkVisibility()
    && each.scrollHeight > each.clientHeight + 1;
}).map(each => each.outerHTML.slice(0, 100))"""

MARKS = """() => [...document.querySelectorAll("main :is(b, i)[class]")].map(each =>
  [getComputedStyle(each, "::before").content.slice(1, 2), each.textContent])"""

MOVING = """() => [...document.querySelectorAll("*")].filter(each => {
  const style = getComputedStyle(each);
  return [style.transitionDuration, style.animationDuration].some(value => /[1-9]/.test(value));
}).length"""


def _text(printed: bytes) -> str:
    """The words of a PDF, however they were broken into lines."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages))


@pytest.mark.parametrize(
    ("check", "flawed", "fine"),
    [
        (
            SMALL_TARGETS,
            "<nav><a href='#a'>a</a><a href='#b'>b</a></nav>",
            "<nav><a href='#a'>a</a></nav><p>words and <a href='#b'>b</a></p>",
        ),
        (
            CUT_OFF,
            "<main><p style='height: 1em; overflow: hidden'>a<br>b<br>c</p></main>",
            "<main><p>a<br>b</p><div class=scroll style='height: 1em; overflow: auto'>a<br>b</div></main>",
        ),
        (OVERFLOW, "<p style='width: 200vw'>a</p>", "<div class=scroll><p style='width: 200vw'>a</p></div>"),
        (f"({MOVING})() ? [1] : []", "<p style='transition: all 1s'>a</p>", "<p>a</p>"),
    ],
    ids=["targets", "cut off", "overflow", "moving"],
)
def test_each_check_objects_to_its_flawed_page_only(visit: Open, check: str, flawed: str, fine: str) -> None:
    page = visit("everyday").page
    page.set_content(flawed)
    assert page.evaluate(check)
    page.set_content(fine)
    assert page.evaluate(check) == []


@pytest.mark.parametrize("width", [1440, 320])
def test_every_target_is_large_enough_or_apart(visit: Open, width: int) -> None:
    visiting = visit("everyday", width=width)
    for path in one_of_each(visiting.folder):
        visiting.go(path)
        assert visiting.page.evaluate(SMALL_TARGETS) == [], path


@pytest.mark.parametrize("width", [1440, 320], ids=["wide", "zoomed to 400 %"])
def test_wide_spacing_of_text_cuts_nothing_off(visit: Open, width: int) -> None:
    """1280 pixels at 400 % are 320, so the narrow width stands for zoom as well."""
    visiting = visit("everyday", width=width)
    for path in one_of_each(visiting.folder):
        visiting.go(path)
        visiting.page.evaluate(SPACED)
        assert visiting.page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert visiting.page.evaluate(OVERFLOW) == [], path
        assert visiting.page.evaluate(CUT_OFF) == [], path


def test_nothing_moves_for_those_who_asked_for_stillness(visit: Open) -> None:
    still, lively = (
        visit("everyday", reduced_motion="reduce"),
        visit("everyday", reduced_motion="no-preference"),
    )
    (place,) = re.findall(
        r'id="(f-[0-9a-f]{12})"', (still.folder / "rules/role-trusts-everyone.html").read_text()
    )[:1]
    for visiting, expected in ((still, 0), (lively, 1)):
        visiting.go(f"rules/role-trusts-everyone.html#{place}")
        assert visiting.page.evaluate(MOVING) == expected


@pytest.mark.parametrize("path", ["index.html", "roles.html", "trust.html", "findings.html", "groups.html"])
def test_tab_goes_through_the_whole_page_and_what_has_focus_can_be_seen(visit: Open, path: str) -> None:
    visiting = visit("everyday", width=1000)
    visiting.go(path)
    page = visiting.page
    page.evaluate(
        "all => document.querySelectorAll(all).forEach((each, place) => { each.dataset.stop = place; })",
        FOCUSABLE,
    )
    expected = page.evaluate(
        "focusable => [...document.querySelectorAll(focusable)].filter(each => each.checkVisibility())"
        ".map(each => each.dataset.stop)",
        FOCUSABLE,
    )
    seen = []
    for _ in expected:
        page.keyboard.press("Tab")
        stop, is_shown = page.evaluate(
            """() => {
              const active = document.activeElement, box = active.getBoundingClientRect();
              const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
              const over = document.elementFromPoint(Math.min(Math.max(box.left + 3, 0), innerWidth - 1), y);
              return [active.dataset.stop, Boolean(over && (active.contains(over) || over.contains(active)))];
            }"""
        )
        seen.append(stop)
        assert is_shown, stop
    assert seen == expected
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.stop") in (None, expected[0]), "no trap at the end"


def test_without_javascript_every_target_finding_cell_and_trust_is_there(visit: Open) -> None:
    visiting = visit("everyday", java_script_enabled=False)
    page, folder = visiting.page, visiting.folder
    visiting.go("index.html")
    entries = page.locator("body > nav li a")
    places = [entries.nth(number).get_attribute("href") or "" for number in range(entries.count())]
    assert {"findings.html", "roles.html", "trust.html", "groups.html", "method.html"} <= set(places)
    for place in places:
        visiting.go(place)
        assert page.locator("h1").is_visible(), place
    assessment = assess("everyday", "neighbour")
    shown: dict[str, str] = {}
    for finding in assessment.findings:
        if finding.status != "not_available":
            path = f"rules/{finding.rule}.html"
            if path not in shown:
                visiting.go(path)
                shown[path] = page.locator("main").inner_text()
            assert finding.title in shown[path], finding.key
            assert f"f-{finding.key}" in shown[path]
    visiting.go("trust.html")
    trusted = page.locator("main").inner_text()
    for principal in ("Everyone (*)", "999999999999", "named-in-trust", "corporate", "ec2.amazonaws.com"):
        assert principal in trusted, principal
    visiting.go("groups.html")
    matrix = page.locator("main").inner_text()
    for group in ("admins", "readers", "traditional", "empty"):
        assert group in matrix
    assert "MFA under 60 s" in matrix
    assert not list(folder.glob("*.js"))


def test_overview_and_findings_of_two_hundred_roles_print_on_thirty_pages(visit: Open) -> None:
    for report in ("large", "everyday"):
        visiting = visit(report, color_scheme="dark")
        pages = 0
        for path in ("index.html", "findings.html"):
            visiting.go(path)
            printed = PdfReader(io.BytesIO(visiting.page.pdf(format="A4")))
            pages += len(printed.pages)
            assert "CONFIDENTIAL" in printed.pages[0].extract_text()
            assert f"1 / {len(printed.pages)}" in printed.pages[0].extract_text()
        assert pages <= 30, report


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_printed_rules_hold_every_finding(visit: Open, paper: str) -> None:
    visiting = visit("everyday")
    told = [
        finding for finding in assess("everyday", "neighbour").findings if finding.status != "not_available"
    ]
    for rule in sorted({finding.rule for finding in told})[:: 1 if paper == "A4" else 6]:
        visiting.go(f"rules/{rule}.html")
        text = _text(visiting.page.pdf(format=paper))
        missing = [finding.key for finding in told if finding.rule == rule and f"f-{finding.key}" not in text]
        assert missing == [], rule


def test_printed_rules_with_very_many_findings_hold_their_keys_too(visit: Open) -> None:
    visiting = visit(LONG)
    visiting.go("rules/role-unused-2.html")
    keys = visiting.page.locator("main li[id]").evaluate_all("all => all.map(each => each.id)")
    assert len(keys) == 200
    text = _text(visiting.page.pdf(format="A4"))
    assert [key for key in keys if key not in text] == []


def test_closed_details_and_the_heads_of_long_tables_are_printed(visit: Open) -> None:
    visiting = visit(LONG, color_scheme="dark")
    visiting.go("roles.html")
    visiting.page.evaluate(
        """() => {
          const made = document.createElement("details"), inner = document.createElement("p");
          inner.textContent = "what was folded";
          made.append(inner);
          document.querySelector("main").append(made);
        }"""
    )
    assert not visiting.page.get_by_text("what was folded").is_visible()
    pages = PdfReader(io.BytesIO(visiting.page.pdf(format="A4"))).pages
    texts = [page.extract_text() for page in pages]
    assert "what was folded" in texts[-1]
    assert all("Who gets in" in text for text in texts[1:-1])
    assert not any("Filter these rows" in text for text in texts)


def test_print_is_in_light_colours_without_what_only_a_screen_needs(visit: Open) -> None:
    visiting = visit("everyday", color_scheme="dark")
    visiting.go("roles.html")
    visiting.page.emulate_media(media="print")
    assert visiting.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for gone in ("body > nav", ".search", ".theme", ".tools"):
        assert not visiting.page.locator(gone).is_visible(), gone
    assert visiting.page.get_by_text("CONFIDENTIAL").is_visible()


def test_severities_and_guards_differ_by_word_and_shape(visit: Open) -> None:
    visiting = visit("everyday", forced_colors="active")
    shapes: dict[str, set[str]] = {}
    for path in ("findings.html", "roles.html", "groups.html"):
        visiting.go(path)
        for glyph, word in visiting.page.evaluate(MARKS):
            assert word, glyph
            assert glyph.strip(), word
            shapes.setdefault(glyph, set()).add(word)
    assert {"Critical", "High", "Medium", "Low", "Info"} & {
        word for words in shapes.values() for word in words
    }
    severities = [
        glyph for glyph, words in shapes.items() if words & {"Critical", "High", "Medium", "Low", "Info"}
    ]
    assert all(
        len(shapes[glyph] & {"Critical", "High", "Medium", "Low", "Info"}) == 1 for glyph in severities
    )


def test_all_scripts_together_keep_their_weight(reports: dict[str, Path]) -> None:
    assets = reports["everyday"] / "assets"
    scripts = [*assets.glob("*.js"), *assets.glob("vendor/*.js")]
    assert sum(file.stat().st_size for file in scripts) <= 60_000
