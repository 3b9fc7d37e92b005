"""The page of paths in words: who can become administrator, and what it says where nobody can."""

from typing import Any

import pytest

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from iamscout.rules import load_rules
from tests.report.accounts import OWN, arn, may, role, root, trusts

ADMIN = role("power", trusts(root(OWN)), inline=may("*"))
CLIMBS = may("iam:AttachUserPolicy", arn("user/${aws:username}"))
IN_REACH = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


def _pages(**parts: Any) -> dict[str, str]:
    assessment = analyze([snapshot_of(accepted("paths", **parts))], rules=load_rules())
    return {path: content.decode() for path, content in files(assessment) if path.endswith(".html")}


@pytest.mark.parametrize(
    ("statements", "count", "answer"),
    [
        ([], 0, "Nobody can make themselves administrator."),
        (
            [may("sts:AssumeRole", arn("role/power"))],
            0,
            "Nobody can make themselves administrator; 1 principal can by roles that are granted to it.",
        ),
        (
            [{**CLIMBS, "Condition": IN_REACH}],
            1,
            "1 principal can make itself administrator under conditions.",
        ),
        ([CLIMBS], 1, "1 principal can make itself administrator without conditions."),
    ],
    ids=["nobody", "granted", "under conditions", "certain"],
)
def test_the_answer_counts_those_who_escalate(statements: list[Any], count: int, answer: str) -> None:
    users = [{"UserName": "climber", "inline": statements}] if statements else []
    pages = _pages(users=users, roles=[ADMIN])
    assert f'<p class="answer">{answer}</p>' in pages["paths.html"]
    assert f'<a href="paths.html">Paths <small>{count}</small></a>' in pages["index.html"]


def test_without_paths_and_administrators_there_is_no_such_page() -> None:
    pages = _pages(users=[{"UserName": "reader", "inline": may("s3:GetObject")}])
    assert "paths.html" not in pages
    assert "paths.html" not in pages["index.html"]


def test_what_a_step_makes_itself_is_called_a_new_one() -> None:
    makes = may(["iam:CreateRole", "iam:AttachRolePolicy"])
    pages = _pages(users=[{"UserName": "maker", "inline": makes}], roles=[ADMIN])
    (user,) = (text for path, text in pages.items() if path.startswith("users/maker"))
    said = "create a role with a policy of its choice that trusts it"
    assert "1 step to a new one" in pages["paths.html"]
    assert f"{said}: a new one <code>" in pages["paths.html"]
    assert f"{said}, a new one" in user
    assert f"{said}: 1 target: a new one " in user


def test_the_navigation_counts_whom_the_card_counts() -> None:
    open_role = role("open", trusts("*"), attached=["AdministratorAccess"])
    page = _pages(roles=[open_role])["index.html"]
    assert "<b>1</b><span>principal with a path to administrator</span>" in page
    assert '<a href="paths.html">Paths <small>1</small></a>' in page
