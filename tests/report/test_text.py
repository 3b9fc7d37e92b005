"""Text from an account: escaped, masked, with nothing invisible in it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.exceptions import UndefinedError
from markupsafe import Markup, escape

from iamscout.report.text import INVISIBLE, Content, Display, Secret, rendered, told, visible


@pytest.mark.parametrize("category", ["Cc", "Cf", "Cs", "Zl", "Zp"])
def test_all_characters_of_an_invisible_category_are_marked(category: str) -> None:
    found = [chr(point) for point in range(0x110000) if unicodedata.category(chr(point)) == category]
    assert [hex(ord(each)) for each in found if not INVISIBLE.match(each) and each not in "\t\n"] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain-name_1", "plain-name_1"),
        ("\u202egnp", "\\u202Egnp"),
        ("a\u200bb", "a\\u200Bb"),
        ("\x1b[31m", "\\u001B[31m"),
        ("\U000e0041", "\\U000E0041"),
        ("\ud800", "\\uD800"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("Zoë 日本 🦀", "Zoë 日本 🦀"),
    ],
)
def test_invisible_characters_become_marks(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["<b>", "a & b", '"x"', "'x'"])
def test_a_text_is_escaped_for_an_attribute(text: str) -> None:
    shown = Display()(text)
    assert isinstance(shown, Markup)
    assert not set("<>\"'") & set(shown)
    assert shown.unescape() == text


def test_content_keeps_its_quotation_marks_and_nothing_else() -> None:
    assert Display()(Content("\"<a href='x'>\" &amp;")) == Markup("\"&lt;a href='x'&gt;\" &amp;amp;")


def test_content_and_plain_text_of_the_same_letters_do_not_mix() -> None:
    display = Display()
    for _ in range(2):
        assert display(Content('"<')) == Markup('"&lt;')
        assert display('"<') == Markup("&#34;&lt;")
        assert display(rendered('"<')) == Markup('"<')


def test_an_undefined_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        Display()(StrictUndefined(name="nobody"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("AKIAIOSFODNN7EXAMPLE", "AKIA************MPLE"),
        ("key ASIAIOSFODNN7EXAMPLE!", "key ASIA************MPLE!"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "************ (masked)"),
        ("password=hunter22;x", "password=************ (masked);x"),
        ("the token: abcdefgh", "the token: ************ (masked)"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "************ (masked)"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "************ (masked)"),
        # what folds to these letters, and every other start of a token
        ("pa\u017f\u017fword=hunter22;x", "pa\u017f\u017fword=************ (masked);x"),
        ("the TO\u212aEN: abcdefgh", "the TO\u212aEN: ************ (masked)"),
        ("PWD=abcdefgh", "PWD=************ (masked)"),
        ("xoxb-0123456789abcdefghij", "************ (masked)"),
        ("glpat-0123456789abcdefghij", "************ (masked)"),
        ("a eyJabcdefghij.eyJabcdefghij.abcdefghij b", "a ************ (masked) b"),
    ],
)
def test_secrets_are_masked_and_counted(text: str, shown: str) -> None:
    display = Display()
    assert display(text) == shown
    assert len(display.masked) == 1


@pytest.mark.parametrize(
    "text",
    [
        "AIDAIOSFODNN7EXAMPLE",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/database-password",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "arn:aws:iam::111122223333:role/aws-service-role/organizations.amazonaws.com/AWSServiceRoleForOrganizations",
        "secretsmanager:GetSecretValue",
        "TokenIssueTime",
    ],
)
def test_names_that_look_a_little_like_secrets_are_kept(text: str) -> None:
    display = Display()
    assert display(text) == text
    assert not display.masked


def test_the_value_of_a_tag_named_for_a_secret_is_hidden_whole() -> None:
    display = Display()
    assert isinstance(told("db-password", "x"), Secret)
    assert display(told("db-password", "correct horse")) == "************ (masked)"
    assert display.masked == {"correct horse"}
    assert not isinstance(told("passwordless", "x"), Secret)
    assert display(told("team", "correct horse")) == "correct horse"


@given(
    st.text("abx07 .,()/-<>&\"'=_\u200b")
    | st.from_regex(r"(glpat-|xoxb-|[a-z]{3})[a-z0-9]{14,40}", fullmatch=True)
)
def test_the_short_way_for_harmless_texts_says_the_same(text: str) -> None:
    display, plain = Display(), Display()
    assert display.once(text) == escape(visible(plain.mask(text)))
    assert display.masked == plain.masked


def test_more_texts_than_are_remembered_are_shown_all_the_same() -> None:
    display = Display()
    texts = [f"<{number}>" for number in range(40_002)]
    assert [str(display(text)) for text in texts] == [f"&lt;{number}&gt;" for number in range(40_002)]
    assert display(texts[0]) == "&lt;0&gt;"
