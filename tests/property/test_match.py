"""The matcher against a plain reference: tokens and a table of what is matched up to where."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from iamscout.policy.match import (
    action_matches,
    arn_matches,
    escape_text,
    is_exact,
    literal_prefix,
    matches,
    plain_text,
    resource_matches,
    unescape,
)
from iamscout.policy.variables import Missing, has_variables, loosest, substitute

TEXTS = st.text(alphabet="abA:/*?$ü", max_size=12)
PATTERNS = st.lists(
    st.sampled_from(["a", "b", "A", ":", "/", "*", "?", "${*}", "${?}", "${$}", "$", "{", "ü"]), max_size=12
).map("".join)
SEGMENTS = st.lists(st.sampled_from(["a", "b", "*", "?", "${*}", "/"]), max_size=4).map("".join)
ARN_PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=8).map(":".join)
ARNS = st.lists(st.text(alphabet="ab/*", max_size=3), min_size=1, max_size=8).map(":".join)


def tokens(pattern: str) -> list[tuple[str, bool]]:
    """Characters of the pattern and whether each is a wildcard."""
    found = []
    while pattern:
        special = re.match(r"\$\{([*?$])\}", pattern)
        if special:
            found.append((special[1], False))
            pattern = pattern[special.end() :]
        else:
            found.append((pattern[0], pattern[0] in "*?"))
            pattern = pattern[1:]
    return found


def reference(pattern: list[tuple[str, bool]], text: str, spans: list[bool] | None = None) -> bool:
    """Whether the tokens match the text; `spans` tells which wildcards may match a colon (None: all)."""
    reachable = {0}
    for index, (character, wild) in enumerate(pattern):
        crosses = spans is None or spans[index]
        following = set()
        for position in reachable:
            if wild and character == "*":
                end = position
                following.add(end)
                while end < len(text) and (crosses or text[end] != ":"):
                    end += 1
                    following.add(end)
            elif position < len(text) and (
                (wild and (crosses or text[position] != ":")) or (not wild and text[position] == character)
            ):
                following.add(position + 1)
        reachable = following
    return len(text) in reachable


def resource_reference(pattern: str, text: str) -> bool:
    found = tokens(pattern)
    spans, colons = [], 0
    for index, (character, wild) in enumerate(found):
        last = index + 1 == len(found) or found[index + 1] == (":", False)
        run_goes_on = wild and index + 1 < len(found) and found[index + 1] == ("*", True)
        spans.append(
            colons >= 5 or (character == "*" and (last or (run_goes_on and _ends_segment(found, index))))
        )
        colons += (character, wild) == (":", False)
    return reference(found, text, spans)


def _ends_segment(found: list[tuple[str, bool]], index: int) -> bool:
    """Whether only `*` stands between here and the end of the segment: `**` means what `*` means."""
    while index < len(found) and found[index] == ("*", True):
        index += 1
    return index == len(found) or found[index] == (":", False)


@given(PATTERNS, TEXTS)
@example("*", "")
@example("", "")
@example("a*b*a", "aba")
@example("*?*", "a")
def test_matching_agrees_with_the_reference(pattern: str, text: str) -> None:
    assert matches(pattern, text) == reference(tokens(pattern), text)


@given(PATTERNS, TEXTS)
def test_long_patterns_agree_with_the_reference(pattern: str, text: str) -> None:
    head = "xy" * 200
    assert matches(head + pattern, head + text) == reference(tokens(pattern), text)
    assert not matches(head + pattern, "x" + head + text)


@given(PATTERNS, TEXTS)
def test_ignoring_case_is_matching_lower_case(pattern: str, text: str) -> None:
    expected = reference(tokens(pattern.lower()), text.lower())
    assert matches(pattern, text, ignore_case=True) == expected
    assert action_matches(pattern, text) == expected


@given(ARN_PATTERNS, ARNS)
@example("*", "a")
def test_arn_operators_compare_six_components_one_by_one(pattern: str, arn: str) -> None:
    parts, components = pattern.split(":", 5), arn.split(":", 5)
    by_component = (
        len(parts) == 6
        and len(components) == 6
        and all(reference(tokens(part), component) for part, component in zip(parts, components, strict=True))
    )
    assert arn_matches(pattern, arn) == (by_component or pattern == "*")


@given(ARN_PATTERNS, ARNS)
@example("a:b:c::*", "a:b:c::1:role/x")
@example("a:b:c::1*2:x", "a:b:c::1:2:x")
@example("a:b:c::?:x", "a:b:c::::x")
def test_resource_wildcards_stay_in_their_segment_unless_they_end_it(pattern: str, arn: str) -> None:
    assert resource_matches(pattern, arn) == resource_reference(pattern, arn)


@given(TEXTS, TEXTS)
def test_escaped_text_matches_itself_alone(text: str, other: str) -> None:
    assert matches(escape_text(text), text)
    assert matches(escape_text(text), other) == (text == other)
    assert unescape(escape_text(text)) == text
    assert is_exact(escape_text(text))


@given(PATTERNS, TEXTS)
def test_what_matches_starts_with_the_literal_prefix(pattern: str, text: str) -> None:
    if matches(pattern, text):
        assert text.startswith(literal_prefix(pattern))
    if is_exact(pattern):
        assert matches(pattern, text) == (text == unescape(pattern))


@given(PATTERNS, TEXTS)
def test_in_plain_text_only_star_and_question_mark_are_special(pattern: str, text: str) -> None:
    plain = [(character, character in "*?") for character in pattern]
    assert matches(plain_text(pattern), text) == reference(plain, text)


@given(PATTERNS, TEXTS, PATTERNS)
def test_a_filled_variable_is_literal_text(before: str, value: str, after: str) -> None:
    filled = substitute(f"{before}${{aws:username}}{after}", lambda _: value)
    if not before.endswith("$"):
        assert filled is not None
        expected = [*tokens(before), *((character, False) for character in value), *tokens(after)]
        for text in (value, unescape(before) + value + unescape(after)):
            assert matches(filled, text) == reference(expected, text)


@given(PATTERNS, TEXTS, PATTERNS, TEXTS)
def test_the_loosest_text_covers_every_filling(before: str, value: str, after: str, text: str) -> None:
    template = f"{before}${{aws:username}}{after}"
    filled = substitute(template, lambda _: value)
    assert filled is not None
    if matches(filled, text):
        assert matches(loosest(template), text)


@given(PATTERNS)
def test_unknown_variables_stay_and_absent_ones_match_nothing(text: str) -> None:
    template = f"{text}-${{aws:username}}"
    assert substitute(template, lambda _: Missing.UNKNOWN) == template
    assert has_variables(template)
    assert substitute(template, lambda _: Missing.ABSENT) is None
