"""The colours of the style sheet: enough contrast in both schemes, and small enough files."""

import re

import pytest

from iamscout.report import assets
from iamscout.report.guards import SHAPES
from iamscout.report.words import SEVERITY_GLYPHS

CSS = (assets.static() / "iamscout.css").read_text("utf-8")
TEXT = ("ink", "quiet", "link", "brand", "critical", "high", "medium", "low", "info", "good")


def _tokens(scheme: int) -> dict[str, str]:
    found = {}
    for name, light, dark in re.findall(r"--([a-z]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)", CSS):
        found[name] = (light, dark)[scheme]
    found["edge"] = re.findall(r"--edge: (#[0-9a-f]{6})", CSS)[0]
    return found


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel", "tint", "hit"])
@pytest.mark.parametrize("token", TEXT)
def test_every_text_colour_can_be_read_on_every_ground(token: str, ground: str, scheme: int) -> None:
    tokens = _tokens(scheme)
    assert contrast(tokens[token], tokens[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_edges_of_controls_can_be_seen(scheme: int) -> None:
    tokens = _tokens(scheme)
    assert contrast(tokens["edge"], tokens["paper"]) >= 3


def test_browsers_without_light_dark_get_the_light_colours() -> None:
    plain = dict(re.findall(r"--([a-z]+): (#[0-9a-f]+);", CSS.partition("@supports")[0]))
    assert {name: plain[name] for name in _tokens(0)} == _tokens(0)


def test_no_colour_stands_outside_the_tokens() -> None:
    rules = CSS[CSS.index(':root[data-theme="light"]') :]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?!-)|rgba?\(|hsla?\(", rules) == []


def test_own_files_keep_their_weight() -> None:
    static = assets.static()
    assert (static / "iamscout.css").stat().st_size <= 15_000
    assert sum(file.stat().st_size for file in static.glob("*.js")) <= 20_000


def test_the_style_sheet_draws_the_glyph_of_every_severity_and_state() -> None:
    drawn = {
        (tag, name, glyph)
        for names, glyph in re.findall(r'([bi]\.[a-z., ]+) \{ --mark: "(.) "; \}', CSS)
        for tag, _, name in (each.strip().partition(".") for each in names.split(","))
    }
    assert {("b", name, glyph) for name, glyph in SEVERITY_GLYPHS.items()} <= drawn
    assert {("i", name, glyph) for glyph, name in SHAPES.items()} <= drawn
