"""The list of roles says where a source did not tell how long sessions may last."""

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from tests.report.accounts import OWN, role, root, trusts


def _list(**told: int) -> str:
    world = accepted("case", roles=[role("auditor", trusts(root(OWN)), **told)])
    return dict(files(analyze((snapshot_of(world),), rules=())))["roles.html"].decode()


def test_what_was_not_told_is_no_empty_cell() -> None:
    page = _list()
    assert ">not told</td>" in page
    assert "told by iam:ListRoles" in page


def test_what_was_told_stands_there() -> None:
    page = _list(MaxSessionDuration=7200)
    assert ">2 h</td>" in page
    assert "not told" not in page
    assert "iam:ListRoles" not in page
