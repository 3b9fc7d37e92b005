"""`iamscout.diff`: a function and a package of the same name, whichever is asked for first."""

import subprocess
import sys

import pytest

import iamscout
from iamscout.diff.model import Changes
from tests.access.worlds import OUTSIDE, AccountMaker, root, trust
from tests.diff.sides import snapshot_of


def test_two_assessments_are_compared() -> None:
    old, new = AccountMaker(), AccountMaker()
    old.role("deploy", [trust(old.root)])
    new.role("deploy", [trust(new.root), trust(root(OUTSIDE))])
    before, after = (iamscout.analyze([snapshot_of(side)], rules=()) for side in (old, new))
    changes = iamscout.diff(before, after)
    assert isinstance(changes, Changes)
    assert [change.effect for change in changes.resources or ()] == ["widened"]
    assert not iamscout.diff(before, before).differs


@pytest.mark.parametrize("first", ["import iamscout.diff.model", "import iamscout; iamscout.diff", "pass"])
def test_it_can_be_called_whatever_was_imported_before(first: str) -> None:
    told = f"{first}\nimport iamscout\nassert callable(iamscout.diff)\nimport iamscout.diff.compare"
    subprocess.run([sys.executable, "-c", f"{told}\nassert callable(iamscout.diff)"], check=True)
