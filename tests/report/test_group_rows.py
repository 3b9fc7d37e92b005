"""Roles that a group leads its members to, each to others: one row for a verdict, a page for its roles."""

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.atlas import Atlas
from iamscout.report.group_rows import links_by_verdict
from iamscout.report.views.group import group_view
from iamscout.report.views.groups import rows
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


def test_what_tells_roles_with_the_same_mfa_apart_is_said() -> None:
    within = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    root = {"AWS": f"arn:aws:iam::{HOME}:root"}
    documents = {
        "open": trust(root),
        "office": trust(root, Condition=within),
        "fresh": trust(root, Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
    }
    roles = [
        {"RoleName": name, "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [document]}}
        for name, document in documents.items()
    ]
    users = [{"UserName": "alice", "GroupList": ["staff"]}]
    group = {"GroupName": "staff", "inline": allow("sts:AssumeRole")}
    atlas = Atlas(analyze((snapshot_of(accepted("case", users=users, roles=roles, group=group)),), rules=()))
    (row,) = rows(atlas)
    told = {(names.links[0].text, state.words, further) for names, state, further in row.roles}
    assert told == {
        ("open", "no MFA", ""),
        ("office", "no MFA", "only if source address is within 203.0.113.0/24"),
        ("fresh", "MFA under 3,600 s (1 hour)", ""),
    }
