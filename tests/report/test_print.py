"""Printed pages carry at their top whose report it is and when it was captured, whatever it is called."""

import re
from functools import cache

from iamscout.report.site import files
from tests.report.accounts import ALIAS, OWN, assess

HEADING = re.compile(r'@page \{ @top-left \{ content: "([^"]*)"; font: 7pt sans-serif; \} \}\n\Z')


@cache
def _style(name: str) -> str:
    return dict(files(assess(name), b"{}"))["assets/iamscout.css"].decode()


def _heading(name: str) -> str:
    """The text that the style sheet puts there, its escapes read."""
    found = HEADING.search(_style(name))
    assert found
    return re.sub(r"\\([0-9a-f]+) ", lambda each: chr(int(each[1], 16)), found[1])


def test_printed_pages_carry_the_account_and_the_time() -> None:
    assert _heading("everyday") == f"{OWN}, captured 2026-11-01 08:00 UTC"


def test_a_hostile_alias_stays_a_text_in_the_style_sheet() -> None:
    found = HEADING.search(_style("hostile"))
    assert found
    assert not set(found[1]) & set("<>'\"{};/*\n")
    assert "\u202e" not in _heading("hostile")
    assert _heading("hostile").startswith(ALIAS[:6])
