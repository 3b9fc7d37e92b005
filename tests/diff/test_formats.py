"""The forms of a comparison: JSON by its schema, Markdown within its limit, text and HTML for people."""

import json
import random

import jsonschema
import pytest

from iamscout.diff.document import diff_schema, encode_diff
from iamscout.diff.markdown import MAX_BYTES, markdown
from iamscout.diff.model import Changes
from iamscout.diff.statements import side_by_side
from iamscout.diff.text import text_lines
from iamscout.diff.words import only_widened
from iamscout.report.single_file import changes_html
from tests.access.worlds import OUTSIDE, AccountMaker, allow, root, trust
from tests.diff.sides import changes_of


@pytest.fixture(scope="module")
def changes() -> Changes:
    """Thousands of changes: every role is opened to an account outside, under names that mean to mislead."""
    sides = []
    for trusted in (None, root(OUTSIDE)):
        made = AccountMaker()
        for number in range(1_500):
            statements = [trust(made.root), *([trust(trusted)] if trusted else [])]
            made.role(f"role{number}@example.com,_*<b>", statements, [allow(f"s3:Get{number % 7}")])
        made.role("gone" if trusted is None else "new", [trust(made.root)])
        sides.append(made)
    return changes_of([sides[0]], [sides[1]])


def test_json_keeps_to_its_schema_and_tells_edges_one_by_one(changes: Changes) -> None:
    document = json.loads(encode_diff(changes, "0.1"))
    jsonschema.Draft202012Validator(diff_schema()).validate(document)
    outside = [edge for edge in document["access"]["gained"] if edge["principal"]["account"] == OUTSIDE]
    assert len(outside) == 1_500
    assert {change["effect"] for change in document["resources"] if change["change"] == "changed"} == {
        "widened"
    }


def test_markdown_stays_within_a_comment_and_says_what_is_missing(changes: Changes) -> None:
    told = markdown(changes)
    assert len(told.encode()) <= MAX_BYTES
    assert "more lines do not fit here" in told


def test_markdown_mentions_and_formats_nothing_of_the_account(changes: Changes) -> None:
    told = markdown(changes)
    assert "@example" not in told
    assert "<b>" not in told


def test_only_what_may_be_wider_is_left(changes: Changes) -> None:
    wider = only_widened(changes)
    assert wider.access is not None
    assert wider.access.lost == ()
    assert wider.resources is not None
    assert {change.effect for change in wider.resources} == {"widened"}
    assert wider.differs


def test_text_and_html_hold_every_kind_of_change(changes: Changes) -> None:
    text = "\n".join(text_lines(changes))
    html = changes_html(changes, "0.1")
    for words in ("account 999999999999", "role new", "role gone"):
        assert words in text
    assert "Account 999999999999 can now enter" in html
    assert "more are not shown: " in html
    assert "<b>" not in html.partition("<h2")[2].replace("<b></b>", "")
    assert "<script" not in html


def test_the_same_comparison_gives_the_same_bytes(changes: Changes) -> None:
    assert encode_diff(changes, "0.1") == encode_diff(changes, "0.1")
    assert markdown(changes) == markdown(changes)


def test_statements_that_differ_stand_side_by_side_whatever_their_order() -> None:
    statements = [allow("s3:Get*"), allow("ec2:*"), allow("iam:Get*")]
    shuffled = [statements[2], allow("*"), statements[0]]
    random.Random(1).shuffle(statements)
    found = side_by_side(
        *(json.dumps({"Version": "2012-10-17", "Statement": each}) for each in (statements, shuffled))
    )
    assert found.same == 2
    differing = [pair for pair in found.pairs if pair.before and pair.before.sign]
    assert [pair.before.text.strip() for pair in differing if pair.before] == ['"Action": "ec2:*",']
    assert [pair.after.text.strip() for pair in differing if pair.after] == ['"Action": "*",']


def marked(old: list[object], new: list[object]) -> tuple[list[str], list[str]]:
    """The lines marked before and after."""
    found = side_by_side(
        *(json.dumps({"Version": "2012-10-17", "Statement": statements}) for statements in (old, new))
    )
    sides = ([pair.before for pair in found.pairs], [pair.after for pair in found.pairs])
    before, after = ([line.text.strip() for line in side if line and line.sign] for side in sides)
    return before, after


def test_a_statement_stands_beside_the_one_that_it_became() -> None:
    gone = {"Sid": "Logs", **allow(["logs:Get*", "logs:List*", "logs:Put*"])}
    kept = {"Sid": "Deploy", **allow(["ecs:List*", "ecs:UpdateService"], "arn:aws:ecs:*:*:service/a")}
    wider = {**kept, "Resource": "*"}
    before, after = marked([gone, kept], [wider])
    assert after == ['"Resource": "*"']
    assert '"Resource": "arn:aws:ecs:*:*:service/a"' in before
    assert any("Logs" in line for line in before)
    assert [*map(sorted, marked([wider], [gone, kept]))] == [after, sorted(before)]


def test_no_line_is_marked_for_its_place_or_spelling() -> None:
    one = {"Effect": "Allow", "Action": ["s3:Put*", "s3:Get*"], "Resource": ["*"]}
    other = {"Resource": "*", "Action": ["s3:Get*", "s3:Put*", "s3:*"], "Effect": "Allow"}
    assert marked([one], [other]) == ([], ['"s3:*",'])
    last = {**other, "Action": ["s3:Put*", "s3:Zip", "s3:Get*"]}
    assert marked([one], [last]) == ([], ['"s3:Zip"'])
