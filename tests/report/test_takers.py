"""Who can take over what: answers for each resource, and those who can take over most of a kind."""

from typing import Any

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.atlas import Atlas
from iamscout.report.gains import escalation_section
from iamscout.report.site import files
from iamscout.report.takers import Takers
from iamscout.report.views.access_takers import pages
from tests.access.escalations import ALICE, BOB, BOSS, HOME, alice, allow, boss, estate


def user(name: str) -> str:
    return f"arn:aws:iam::{HOME}:user/{name}"


def crowd(*extra: dict[str, Any], count: int = 14) -> Atlas:
    """An account of as many users who can take over 20 others, and further ones."""
    users = [
        *({"UserName": f"u{number:02}", "inline": allow("iam:CreateAccessKey")} for number in range(count)),
        *({"UserName": f"t{number:02}", "inline": allow("s3:*")} for number in range(19)),
        {"UserName": "zoe", "inline": allow("s3:*")},
        *extra,
    ]
    report = [{"user": each["UserName"]} for each in users]
    world = accepted("case", users=users, role=boss(), credential_report=report)
    return Atlas(analyze((snapshot_of(world),), rules=()))


def test_who_can_take_something_over_is_told_for_that_alone() -> None:
    world = estate(
        users=[
            alice(allow("iam:CreateAccessKey", BOB)),
            {"UserName": "bob", "attached": ["AdministratorAccess"]},
        ],
        role=boss(),
        credential_report=[{"user": "bob"}],
    )
    takers = Takers(world.escalation)
    (taking,) = takers.of(BOB)
    assert (taking.title, taking.is_certain) == ("make an access key for another user", True)
    assert takers.names(taking.who, 5) == (ALICE,)
    assert takers.of(BOSS) == ()
    assert takers.of(ALICE) == ()


def test_who_can_take_over_most_users_is_listed_once() -> None:
    found = crowd()
    assert [page.path for page in pages(found)] == ["access/most-users.html"]
    section = escalation_section(found, user("zoe"))
    assert section.takers == ()
    (row,) = section.many
    assert (row.count, row.certainty) == ("14 principals", "certain")
    assert row.usual is not None
    assert row.usual.text == "those who can take over most users"
    assert row.usual.path == "access/most-users.html"
    assert (row.but, row.names.links) == (None, ())
    assert row.methods.startswith("make an access key for another user (14)")


def test_a_page_tells_who_is_missing_and_who_comes_on_top() -> None:
    found = crowd(
        {"UserName": "dave", "inline": allow("iam:CreateLoginProfile", user("zoe"))},
        {"UserName": "v00", "inline": allow("iam:CreateAccessKey", user("t*"))},
    )
    (row,) = escalation_section(found, user("zoe")).many
    assert row.usual is not None
    assert row.usual.text == "the 15 who can take over most users"
    assert row.but is not None
    assert row.but.text == "v00"
    assert [link.text for link in row.names.links] == ["dave"]
    assert row.count == "15 principals"


def test_few_are_named_and_have_no_page() -> None:
    found = crowd(count=6)
    assert tuple(pages(found)) == ()
    (row,) = escalation_section(found, user("zoe")).many
    assert row.usual is None
    assert [link.text for link in row.names.links] == ["u00", "u01", "u02", "u03", "u04", "u05"]
    assert row.names.more is None


def test_beside_the_usual_ones_one_of_many_is_named() -> None:
    rest = [
        {"UserName": f"v{number}", "inline": allow("iam:CreateAccessKey", user("zoe"))} for number in range(5)
    ]
    (row,) = escalation_section(crowd(*rest), user("zoe")).many
    assert [link.text for link in row.names.links] == ["v0"]
    assert row.names.more is not None
    assert row.names.more.text == "and 4 more"


def test_a_page_says_where_it_leaves_names_out() -> None:
    few = {"inline": allow("iam:CreateAccessKey", user("t*"))}
    zoes = {"inline": allow("iam:CreateAccessKey", user("zoe"))}
    left_out = crowd({"UserName": "v00", **few}, {"UserName": "v01", **few})
    section = escalation_section(left_out, user("zoe"))
    (row,) = section.many
    assert row.usual is not None
    assert row.usual.text == "14 of the 16 who can take over most users"
    assert section.unnamed == ""  # the list of the 16 says it
    page = dict(files(left_out.assessment, b"{}"))["access/most-users.html"].decode()
    assert "and do not name all. data/analysis.json has the methods" in page
    found = crowd(*({"UserName": f"v{number:02}", **zoes} for number in range(13)), count=0)
    (row,) = escalation_section(found, user("zoe")).many
    assert (row.usual, len(row.names.links)) == (None, 1)
    assert escalation_section(found, user("zoe")).unnamed.startswith("Not all are named.")
    assert escalation_section(found, user("t00")).unnamed == ""


def test_the_list_of_the_usual_ones_names_them_all() -> None:
    page = dict(files(crowd().assessment, b"{}"))["access/most-users.html"].decode()
    assert "14 principals who can take over most users, without conditions" in page
    assert all(f">u{number:02}</a>" in page for number in range(14))
