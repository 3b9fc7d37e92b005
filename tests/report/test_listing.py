"""Policy documents as numbered lines: nothing lost, pointers found."""

import json

import pytest

from iamscout.report.listing import lay_out, lines_of, listing
from iamscout.report.page import Link

TRUST = json.dumps(
    {
        "Statement": [
            {
                "Action": "sts:AssumeRole",
                "Effect": "Allow",
                "Principal": {"AWS": ["a" * 60, "b" * 60]},
                "Sid": "One",
            },
            {
                "Effect": "Deny",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
                "Principal": "*",
            },
        ],
        "Version": "2012-10-17",
    }
)


def _text(text: str) -> str:
    layout = lay_out(text)
    assert layout is not None
    return "\n".join(layout.lines)


def test_elements_stand_in_the_order_of_iams_examples() -> None:
    assert _text(TRUST).splitlines()[:6] == [
        "{",
        '  "Version": "2012-10-17",',
        '  "Statement": [',
        "    {",
        '      "Sid": "One",',
        '      "Effect": "Allow",',
    ]


@pytest.mark.parametrize(
    "text", [TRUST, "{}", "[]", '{"a": [], "b": {}}', '"x"', '{"a": {"b": {"c": [{"d": 1}]}}}']
)
def test_what_is_laid_out_means_the_same(text: str) -> None:
    assert json.loads(_text(text)) == json.loads(text)


def test_short_lists_take_one_line_and_long_ones_a_line_for_each_item() -> None:
    short = '{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"]}'
    assert _text(short).splitlines()[2] == '  "Action": ["s3:Get*", "s3:List*"]'
    assert len(_text(TRUST).splitlines()) == 23


def test_equal_keys_and_numbers_stay_as_they_were_written() -> None:
    assert _text('{"Effect": "Allow", "Effect": "Deny", "n": 1e400, "m": 60.0}').splitlines()[1:5] == [
        '  "Effect": "Allow",',
        '  "Effect": "Deny",',
        '  "n": 1e400,',
        '  "m": 60.0',
    ]


@pytest.mark.parametrize(
    ("pointer", "first"),
    [
        ("/Statement/0", "    {"),
        ("/Statement/0/Principal/AWS/1", f'          "{"b" * 60}"'),
        ("/Statement/1/Condition/Bool/aws:MultiFactorAuthPresent", '        "Bool": {"aws:Multi'),
        ("/Statement/0/Nothing", "    {"),
        ("", "{"),
    ],
)
def test_a_pointer_finds_its_line_or_that_of_what_is_around_it(pointer: str, first: str) -> None:
    layout = lay_out(TRUST)
    assert layout is not None
    assert layout.lines[layout.span(pointer)[0] - 1].startswith(first)


def test_a_guilty_statement_is_marked_from_its_first_to_its_last_line() -> None:
    mark = Link("<- role-trusts-everyone", "rules/role-trusts-everyone.html#f-1")
    lines = lines_of(listing("tp", TRUST, {"/Statement/1": (mark,)}))
    guilty = sorted(lines.guilty)
    assert guilty == list(range(guilty[0], guilty[-1] + 1))
    assert lines.marks == {guilty[0]: (mark,)}
    assert (lines.texts[guilty[0] - 1], lines.texts[guilty[-1] - 1]) == ("    {", "    }")


def test_lines_that_begin_a_statement_have_ids() -> None:
    lines = lines_of(listing("p1", TRUST))
    assert [lines.texts[number - 1] for number in sorted(lines.named)] == ["    {", "    {"]


@pytest.mark.parametrize("text", ["not json", "[" * 5000, "", '{"a": NaN'])
def test_what_is_no_json_is_shown_as_it_is(text: str) -> None:
    shown = lines_of(listing("tp", text))
    assert "\n".join(shown.texts) == text


def test_a_very_long_text_is_cut_and_says_so() -> None:
    shown = lines_of(listing("tp", "x" * 300_000))
    assert shown.cut == 280_000
