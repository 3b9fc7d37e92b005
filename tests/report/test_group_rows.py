"""Roles that a group leads its members to, each to others: one row for a verdict, a page for its roles."""

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.atlas import Atlas
from iamscout.report.group_rows import links_by_verdict
from iamscout.report.views.group import group_view
from tests.access.escalations import HOME, allow, trust

GROUP = f"arn:aws:iam::{HOME}:group/staff"


def test_the_roles_of_a_joined_row_have_a_page() -> None:
    document = {"Version": "2012-10-17", "Statement": [trust({"AWS": f"arn:aws:iam::{HOME}:root"})]}
    roles = [
        {"RoleName": f"{user}-{number}", "AssumeRolePolicyDocument": document}
        for user in ("alice", "bob")
        for number in range(8)
    ]
    grant = allow("sts:AssumeRole", f"arn:aws:iam::{HOME}:role/${{aws:username}}-*")
    users = [{"UserName": user, "GroupList": ["staff"]} for user in ("alice", "bob")]
    world = accepted("case", users=users, roles=roles, group={"GroupName": "staff", "inline": grant})
    atlas = Atlas(analyze((snapshot_of(world),), rules=()))
    scheme = atlas.group_schemes[GROUP]
    assert [len(link.roles) for link in scheme.links] == [8, 8]
    (row,) = links_by_verdict(scheme)
    assert len(row.roles) == 16
    (shown,) = group_view(atlas, atlas.accounts[0].groups[0], atlas.accounts[0]).roles
    assert shown.roles.more is not None
    assert shown.roles.more.path in atlas.classes.listed
