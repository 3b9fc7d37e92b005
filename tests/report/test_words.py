"""The words of the report: MFA in five states, numbers, summaries of policies."""

import json

import pytest

from iamscout.access.credentials import Mfa
from iamscout.policy.parse import parse_document
from iamscout.report.guards import mfa_state, weakest
from iamscout.report.summary import summary
from iamscout.report.words import ago, duration, listed, plural, sentence, short_duration


@pytest.mark.parametrize(
    ("mfa", "glyph", "words"),
    [
        (Mfa("fresh", 59), "●", "MFA under 60 s (1 minute)"),
        (Mfa("fresh", 3600), "●", "MFA up to 3,600 s (1 hour)"),
        (Mfa("fresh", 43_199), "●", "MFA under 43,200 s (12 hours)"),
        (Mfa("present"), "◐", "MFA, no max age"),
        (Mfa("none"), "✕", "no MFA"),
        (Mfa("weak"), "△", "MFA asked for but bypassable"),
        (Mfa("not_applicable"), "–", "n/a"),
    ],
)
def test_mfa_has_five_states_each_with_a_shape_and_words(mfa: Mfa, glyph: str, words: str) -> None:
    state = mfa_state(mfa)
    assert (state.glyph, state.words) == (glyph, words)


def test_a_door_is_as_good_as_its_weakest_way() -> None:
    ways = [
        Mfa("fresh", 59),
        Mfa("fresh", 3599),
        Mfa("present"),
        Mfa("not_applicable"),
        Mfa("weak"),
        Mfa("none"),
    ]
    found = []
    while ways:
        worst = weakest(ways)
        if worst is None:
            break
        found.append(worst)
        ways.remove(worst)
    assert found == [Mfa("none"), Mfa("weak"), Mfa("present"), Mfa("fresh", 3599), Mfa("fresh", 59)]
    assert ways == [Mfa("not_applicable")]


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [
        (45, "45 s", "45 s"),
        (60, "60 s (1 minute)", "60 s"),
        (5400, "5,400 s (90 minutes)", "90 min"),
        (43_200, "43,200 s (12 hours)", "12 h"),
    ],
)
def test_durations_are_told_in_seconds_and_in_words(seconds: int, long: str, short: str) -> None:
    assert (duration(seconds), short_duration(seconds)) == (long, short)


def test_counts_agree_with_their_nouns() -> None:
    assert [plural(count, "managed policy") for count in (0, 1, 2000)] == [
        "no managed policies",
        "1 managed policy",
        "2,000 managed policies",
    ]
    assert [ago(0), ago(1), ago(400)] == ["within a day", "1 day ago", "400 days ago"]
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert sentence("nobody can") == "Nobody can."


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ([{"Effect": "Allow", "Action": "*", "Resource": "*"}], "allows every action on every resource"),
        (
            [{"Effect": "Allow", "Action": ["s3:Get*", "S3:List*", "ec2:*"], "Resource": "arn:aws:s3:::a"}],
            "allows s3 (2) and ec2:*",
        ),
        (
            [
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
                {"Effect": "Allow", "Action": ["s3:*", "s3:PutObject"], "Resource": "a"},
                {
                    "Effect": "Deny",
                    "NotAction": ["iam:*"],
                    "Resource": "*",
                    "Condition": {"Bool": {"a:b": "true"}},
                },
            ],
            (
                "allows s3:* on every resource and "
                "denies everything but iam:* on every resource under conditions"
            ),
        ),
        (
            [
                {"Effect": "Allow", "NotAction": ["iam:*", "account:*"], "Resource": "*"},
                {"Effect": "Allow", "Action": ["iam:ListRoles", "ec2:Run"], "Resource": "*"},
            ],
            "allows everything but account:* and iam:*, and besides iam (1) and ec2 (1) on every resource",
        ),
        (
            [{"Effect": "Allow", "NotAction": ["a:*", "b:*", "c:*", "d:*"], "Resource": "x"}],
            "allows everything but 4 actions",
        ),
        ([], "no statement"),
        (
            [{"Effect": "Allow", "Action": [f"{letter}:x" for letter in "abcdefgh"], "Resource": "x"}],
            "allows a (1), b (1), c (1), d (1), e (1) and 3 more services",
        ),
    ],
)
def test_a_policy_is_summed_up_by_what_it_allows_and_denies(statements: list[object], words: str) -> None:
    assert summary(parse_document(json.dumps({"Version": "2012-10-17", "Statement": statements}))) == words


def test_a_policy_that_cannot_be_read_says_so() -> None:
    assert summary(parse_document("not json")) == "cannot be read"
    assert summary(None) == "not in the snapshot"
