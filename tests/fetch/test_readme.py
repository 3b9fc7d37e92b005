"""What the README says about a run on a real account is what a run does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iamscout.fetch.least_privilege import MAKES_AWS_WRITE
from iamscout.fetch.registry import switched_on
from iamscout.fetch.spec import OPTIONS

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECTION = README.partition("## Run it on your account")[2].partition("\n## ")[0]
ROWS = dict(re.findall(r"^\| `(--[a-z-]+)` \| (.+) \|$", SECTION, re.MULTILINE))


def test_the_calls_of_a_default_run_are_those_of_the_declarations() -> None:
    number = re.search(r"^(\d+) calls read an account", SECTION, re.MULTILINE)
    assert number is not None
    # sts:GetCallerIdentity is called first and is no source.
    assert int(number[1]) == 1 + sum(spec.expected_calls({}) for spec in switched_on([]))


def test_the_options_are_all_there_and_no_others() -> None:
    assert set(ROWS) == {option for option in OPTIONS.values() if option}


@pytest.mark.parametrize("action", MAKES_AWS_WRITE)
def test_what_is_neither_get_nor_list_is_named(action: str) -> None:
    assert f"`{action}`" in SECTION
