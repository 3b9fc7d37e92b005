"""The section on escalation: ways with links to where they stand, methods, and who can take somebody over."""

from typing import Any

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.atlas import Atlas
from iamscout.report.gains import escalation_section, group_section
from iamscout.report.views.principal import PrincipalView
from iamscout.report.views.principal import pages as principal_pages
from tests.access.escalations import ADMIN, ALICE, BOB, BOSS, HOME, alice, allow, boss

GROUP = f"arn:aws:iam::{HOME}:group/staff"


def atlas(**given: Any) -> Atlas:
    return Atlas(analyze((snapshot_of(accepted("case", **given)),), rules=()))


def test_a_way_leads_to_its_place_among_the_paths() -> None:
    found = atlas(user=alice(allow("iam:UpdateAssumeRolePolicy", BOSS)), role=boss())
    (way,) = escalation_section(found, ALICE).ways
    assert way.link.text == "Administrator in 1 step"
    page, _, fragment = way.link.path.partition("#")
    assert page == "paths.html"
    assert fragment.startswith("p-")
    assert (way.first, way.target.text) == ("make a role trust it", "boss")


def test_both_directions_are_told() -> None:
    found = atlas(user=alice(allow("iam:UpdateAssumeRolePolicy", BOSS)), role=boss())
    (taker,) = escalation_section(found, BOSS).takers
    assert (taker.title, taker.count, taker.certainty) == ("make a role trust it", "1 principal", "certain")
    assert [link.text for link in taker.names.links] == ["alice"]


def test_an_administrator_has_nothing_left_to_gain() -> None:
    section = escalation_section(atlas(role=boss()), BOSS)
    assert section.words == ("It is administrator already, so nothing is left to gain.",)
    assert section.methods == ()


def test_methods_say_how_many_targets_and_how_much() -> None:
    users = [alice(allow("iam:CreateAccessKey")), {"UserName": "bob", "inline": allow("s3:*")}]
    found = atlas(users=users, credential_report=[{"user": "bob"}])
    (row,) = escalation_section(found, ALICE).methods
    assert (row.count, row.certainty) == ("1 target", "to gain more than it has, certain")
    assert escalation_section(found, BOB).methods == ()


def test_a_group_tells_whose_paths_its_statements_are_on_and_who_can_join() -> None:
    found = atlas(
        users=[
            {"UserName": "alice", "GroupList": ["staff"]},
            {"UserName": "bob", "inline": allow("iam:AddUserToGroup")},
        ],
        group={"GroupName": "staff", "inline": allow("iam:UpdateAssumeRolePolicy", BOSS)},
        role=boss(),
    )
    section = group_section(found, GROUP)
    assert section.words == ("Its statements are on the shortest paths of 1 principal to administrator.",)
    assert [way.link.text for way in section.ways] == ["alice: administrator in 1 step"]
    assert [row.title for row in section.takers] == ["put a user into a stronger group"]


def test_a_group_says_how_many_paths_it_leaves_out() -> None:
    found = atlas(
        users=[{"UserName": f"u{number:02}", "GroupList": ["staff"]} for number in range(13)],
        group={"GroupName": "staff", "inline": allow("iam:UpdateAssumeRolePolicy", BOSS)},
        role=boss(),
    )
    section = group_section(found, GROUP)
    (words,) = section.words
    assert words.startswith("Its statements are on the shortest paths of 13 principals")
    assert words.endswith(". The first 12 of 13 paths:")
    assert len(section.ways) == 12


def test_nothing_is_shown_of_somebody_without_ways() -> None:
    section = escalation_section(atlas(users=[alice(), {"UserName": "bob", "attached": ADMIN}]), ALICE)
    assert (section.words, section.ways, section.methods, section.takers) == ((), (), (), ())


def test_the_page_of_a_service_tells_its_ways() -> None:
    found = atlas(role=boss())
    (page,) = [each for each in principal_pages(found) if each.title == "Principal lambda.amazonaws.com"]
    assert callable(page.view)
    view = page.view()
    assert isinstance(view, PrincipalView)
    assert view.escalation is not None
    assert [way.link.text for way in view.escalation.ways] == ["Administrator in 1 step"]
