"""The configuration: what it changes, and the line of every key."""

import string
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamscout.analysis.configuration import THRESHOLDS, Configuration, thresholds
from iamscout.analysis.configuration_file import read_configuration
from iamscout.analysis.example import rejected, snapshot_of
from iamscout.analysis.finding import Finding
from iamscout.analysis.run import analyze
from iamscout.analysis.settings import Settings
from iamscout.analysis.toml_lines import key_lines
from iamscout.errors import InputError
from iamscout.rules import load_rules

ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


def test_every_number_of_the_settings_is_a_threshold_by_its_name() -> None:
    assert "role_unused_days" in THRESHOLDS
    assert "known_accounts" not in THRESHOLDS
    text = "[thresholds]\n" + "".join(f"{name} = {number}\n" for number, name in enumerate(THRESHOLDS, 1))
    configuration = read_configuration(text, where="x", rules=())
    assert [value for _, value in thresholds(configuration.settings)] == list(range(1, len(THRESHOLDS) + 1))


def test_an_empty_file_is_the_default() -> None:
    assert read_configuration("", where="x", rules=()) == Configuration()


def test_accounts_and_vendors_are_sorted_pairs() -> None:
    text = "[accounts]\n444455556666 = ' b '\n111122223333 = 'a'\n[vendors]\n'999999999999' = 'c'\n"
    assert read_configuration(text, where="x", rules=()).settings == Settings(
        known_accounts=(("111122223333", "a"), ("444455556666", "b")), vendors=(("999999999999", "c"),)
    )


def test_boundaries_are_asked_for_by_pattern() -> None:
    text = """[boundaries]
"arn:aws:iam::*:role/teams/*" = "team-boundary"
"arn:aws:iam::*:user/*" = "any"
"""
    configuration = read_configuration(text, where="x", rules=())
    own = "arn:aws:iam::111122223333:policy/team-boundary"
    account = rejected(
        "teams",
        roles=[
            {
                "RoleName": "right",
                "Path": "/teams/",
                "boundary": own,
            },
            {"RoleName": "wrong", "Path": "/teams/", "boundary": "PowerUserAccess"},
            {"RoleName": "none", "Path": "/teams/"},
            {"RoleName": "elsewhere"},
        ],
        users=[{"UserName": "alice", "boundary": "PowerUserAccess"}, {"UserName": "bob"}],
    )
    rule = [each for each in load_rules() if each.id == "boundary-missing-where-expected"]
    told = analyze((snapshot_of(account),), rules=rule, configuration=configuration).findings
    assert {each.resource.rpartition("/")[2]: each.title.partition(") ")[2] for each in told} == {
        "none": "has no permissions boundary; the configuration asks for the boundary team-boundary",
        "wrong": "has the boundary PowerUserAccess; the configuration asks for the boundary team-boundary",
        "bob": "has no permissions boundary; the configuration asks for one",
    }


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"teams/*" = "any"', "'teams/\\*' is no ARN of users or roles"),
        ('"arn:aws:iam::*:group/x" = "any"', "is no ARN of users or roles"),
        ('"arn:aws:iam::*:role/x" = 1', "has no boundary"),
        ('"arn:aws:iam::*:role/x" = "arn:aws:iam::aws:policy/x"', "has no boundary"),
    ],
)
def test_a_boundary_that_is_not_understood_is_refused_with_its_line(line: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        read_configuration(f"[boundaries]\n{line}\n", where="x", rules=())
    assert raised.value.where == "x, line 2"


def findings(configuration: Configuration) -> tuple[Finding, ...]:
    given_ = rejected(
        "an open role",
        role={"RoleName": "deploy", "AssumeRolePolicyDocument": ANYONE, "attached": ["AdministratorAccess"]},
    )
    return analyze((snapshot_of(given_),), rules=load_rules(), configuration=configuration).findings


def test_a_configured_severity_has_the_last_word_and_changes_the_order() -> None:
    before = findings(Configuration())
    assert (before[0].rule, before[0].severity) == ("role-trusts-everyone", "critical")
    after = findings(Configuration(severities=(("role-trusts-everyone", "info"),)))
    (changed,) = [each for each in after if each.rule == "role-trusts-everyone"]
    assert changed.severity == "info"
    assert changed.key == before[0].key
    assert after[0].rule != "role-trusts-everyone"
    assert len(after) == len(before)


def test_a_rule_that_is_off_finds_nothing() -> None:
    after = findings(Configuration(rules_off=("role-trusts-everyone",)))
    assert "role-trusts-everyone" not in {each.rule for each in after}


def test_a_vendor_is_no_unknown_account_but_still_needs_an_external_id() -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
        "Action": "sts:AssumeRole",
    }
    snapshot = snapshot_of(rejected("a vendor", trust=trust))

    def found(settings: Settings) -> set[str]:
        return {
            each.rule
            for each in analyze((snapshot,), rules=load_rules(), settings=settings).findings
            if each.status == "open"
        }

    external_id = "role-trusts-foreign-account-without-external-id"
    assert found(Settings()) >= {"role-trusts-unknown-account", external_id}
    vendor = found(Settings(vendors=(("999999999999", "backup"),)))
    assert "role-trusts-unknown-account" not in vendor
    assert external_id in vendor
    own = found(Settings(known_accounts=(("999999999999", "ours"),)))
    assert not own & {"role-trusts-unknown-account", external_id}


TEXT = '''\
# a comment
title = "x # no comment"

[first]
a.b = 1
"quoted key" = """
[second]
a = 1
"""
list = [
  # with a comment
  "]",
]
\tindented = { x = 1, y = { z = 2 } }

[ "dotted . name" . inner ]
k = 1
[[rows]]
n = 1
'''


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_of_a_key_is_where_toml_sees_it(end: str) -> None:
    text = TEXT.replace("\n", end)
    tomllib.loads(text)
    assert key_lines(text) == {
        ("title",): 2,
        ("first",): 4,
        ("first", "a"): 5,
        ("first", "a", "b"): 5,
        ("first", "quoted key"): 6,
        ("first", "list"): 10,
        ("first", "indented"): 14,
        ("first", "indented", "x"): 14,
        ("first", "indented", "y"): 14,
        ("first", "indented", "y", "z"): 14,
        ("dotted . name",): 16,
        ("dotted . name", "inner"): 16,
        ("dotted . name", "inner", "k"): 17,
        ("rows",): 18,
        ("rows", "n"): 19,
    }


@given(
    st.lists(
        st.tuples(
            st.text(string.ascii_lowercase, min_size=1, max_size=4),
            st.sampled_from(
                ["1", '"[x]"', '"""\n[a]\nb = 1\n"""', "[\n1,\n[2]\n]", "'''\n#\n'''", "{ a = 1 }"]
            ),
            st.sampled_from(["", "\n", "# b = 2\n"]),
        ),
        unique_by=lambda line: line[0],
    )
)
def test_every_key_is_found_on_the_line_it_was_written_to(rows: list[tuple[str, str, str]]) -> None:
    text, written = "[table]\n", {}
    for key, value, between in rows:
        written["table", key] = text.count("\n") + 1
        text += f"{key} = {value}\n{between}"
    found = key_lines(text)
    assert {path: line for path, line in found.items() if len(path) == 2} == written
