"""The edges of the demo, compared with a table that a person has read through.

`IAMSCOUT_UPDATE_REVIEWED=1 pytest tests/access/test_reviewed.py` writes the table anew; see
tests/data/reviewed/README.md for how to review it.
"""

import os
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[1] / "data" / "reviewed" / "demo-edges.txt"
PROGRAM = Path(__file__).with_name("edge_table.py")


@pytest.fixture(scope="module")
def table() -> str:
    """What the program says today; in a process of its own, as the embedded AWS changes boto3 for good."""
    found = subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAM)],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_the_edges_of_the_demo_are_those_that_were_reviewed(table: str) -> None:
    if os.environ.get("IAMSCOUT_UPDATE_REVIEWED"):
        TABLE.write_text(table, encoding="utf-8")
    reviewed = TABLE.read_text(encoding="utf-8")
    changes = unified_diff(reviewed.splitlines(), table.splitlines(), "reviewed", "today", lineterm="", n=6)
    assert table == reviewed, "\n".join(changes)


@pytest.mark.parametrize(
    "never",
    [
        "app-config-reader",  # a wildcard in a principal ARN matches nothing
        "forgotten-integration",  # trusts a deleted user and a deleted role
        "former-auditor",  # kept out by a resource control policy
        "terraform-cloud",  # its identity provider is missing
    ],
)
def test_roles_that_nobody_can_take_have_no_entry(table: str, never: str) -> None:
    assert not [line for line in table.splitlines() if line.endswith(f":role/{never}") and line[0] != " "]
