"""The sentences and numbers of the overview and of the groups, where a count of none or one reads oddly."""

import re
from typing import Any

from msgspec import structs

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot, Source
from tests.report.accounts import OTHER, OWN, STRANGER, arn, may, role, root, trusts

OFFICE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


def _overview(**parts: Any) -> str:
    return _page(snapshot_of(accepted("overview", **parts)))


def _page(snapshot: Snapshot, path: str = "index.html") -> str:
    return dict(files(analyze([snapshot], rules=load_rules()), b"{}"))[path].decode()


def test_who_climbs_under_conditions_alone_is_not_counted_beside_none() -> None:
    grant = may(["iam:AttachUserPolicy"], Condition=OFFICE)
    text = _overview(users=[{"UserName": name, "inline": grant} for name in ("ann", "bob")])
    assert "2 principals can make themselves administrator under conditions;" in text


def test_one_link_is_told_in_the_singular() -> None:
    text = _overview(
        groups=[{"GroupName": "readers", "inline": may("sts:AssumeRole", arn("role/reader"))}],
        users=[{"UserName": "ann", "GroupList": ["readers"]}],
        roles=[role("reader", trusts(root(OWN)))],
    )
    assert "1 of 1 link from a group to a role does not need fresh MFA" in text


def test_the_card_of_sources_tells_those_that_nobody_asked_for() -> None:
    made = snapshot_of(accepted("overview", denied=["iam:GetAccountPasswordPolicy"]))
    unread = {"iam:ListAccessKeys": Source("skipped", reason="not asked for")}
    snapshot = structs.replace(made, sources={**made.sources, **unread})
    text = _page(snapshot)
    assert "source refused or incomplete; 1 not asked for</span>" in text


def test_groups_that_lead_to_several_roles_are_counted_before_the_table() -> None:
    groups = [
        {"GroupName": "one", "inline": may("sts:AssumeRole", arn("role/a"))},
        {"GroupName": "two", "inline": may("sts:AssumeRole", [arn("role/a"), arn("role/b")])},
        {"GroupName": "direct", "inline": may("s3:GetObject")},
    ]
    roles = [role(name, trusts(root(OWN))) for name in ("a", "b")]
    text = _page(snapshot_of(accepted("several", groups=groups, roles=roles)), "groups.html")
    assert "; 1 group leads to more than one role; 1 group grants permissions directly, at any time." in text


def test_overview_and_roles_page_count_outside_accounts_alike() -> None:
    roles = [role("whole", trusts(root(STRANGER))), role("one", trusts({"AWS": arn("role/x", STRANGER)}))]
    snapshot = snapshot_of(accepted("outside", roles=roles))
    assert "1 outside account can enter 2 roles" in _page(snapshot)
    assert "Of 2 roles, none can be entered by everyone; 2 by outside accounts." in _page(
        snapshot, "roles.html"
    )


def test_roles_that_ask_more_of_outside_accounts_are_told_apart() -> None:
    asks = {"StringEquals": {"sts:ExternalId": "x-1"}}
    whole = role("whole", trusts(root(STRANGER)))
    vendor = role("vendor", trusts(root(STRANGER), Condition=asks))
    both = snapshot_of(accepted("outside", roles=[whole, vendor]))
    assert "1 outside account can enter 2 roles, 1 of them under conditions;" in _page(both)
    assert "; 2 by outside accounts, 1 of these under conditions." in _page(both, "roles.html")
    one = snapshot_of(accepted("outside", roles=[vendor]))
    assert "1 outside account can enter 1 role under conditions;" in _page(one)
    assert "; 1 by outside accounts under conditions." in _page(one, "roles.html")


def _gravest(text: str) -> list[str]:
    table = text.partition('id="gravest"')[2].partition("</table>")[0]
    return [re.sub(r"<[^>]+>", " ", row).strip() for row in table.split("<tr>")[2:]]


def test_what_one_finding_says_stands_for_one_alone() -> None:
    power = role("power", trusts(root(OWN)), attached=["AdministratorAccess"])
    ann = {"UserName": "ann", "attached": ["AdministratorAccess"]}
    bob = {"UserName": "bob", "inline": may("sts:AssumeRole", arn("role/power"))}
    keys = [{"user": name, "access_key_1_active": "true"} for name in ("ann", "bob", "eve")]
    rows = _gravest(_overview(users=[ann, bob], roles=[power], credential_report=keys))
    (row,) = (row for row in rows if "access key" in row and "dministrator" in row)
    assert "User ann is administrator" in row
    assert row.endswith("and 1 less grave")
    eve = {**ann, "UserName": "eve"}
    rows = _gravest(_overview(users=[ann, bob, eve], roles=[power], credential_report=keys))
    (row,) = (row for row in rows if "access key reaches administrator" in row)
    assert "A stolen access key reaches administrator" in row
    assert row.endswith("and 1 more; 1 less grave")


def test_services_are_nobody_who_makes_himself_administrator() -> None:
    lets = may("iam:AttachRolePolicy", arn("role/*"))
    open_role = role("worker", trusts({"Service": "lambda.amazonaws.com"}), inline=lets)
    snapshot = snapshot_of(accepted("overview", roles=[open_role, role("power", trusts(root(OWN)))]))
    index, paths = _page(snapshot), _page(snapshot, "paths.html")
    assert "1 principal can make itself administrator" in index
    assert "lambda.amazonaws.com" not in index
    assert "1 AWS service can, for whoever makes it act." in paths
    assert "By AWS services, for whoever makes them act" in paths


def test_the_overview_tells_the_shortest_way_of_whoever_has_several() -> None:
    power = role("power", trusts(root(OWN)), inline=may("*"))
    gate = role("gate", trusts("*"), inline=[may("sts:AssumeRole"), may("iam:UpdateAssumeRolePolicy")])
    ways = _overview(roles=[power, gate]).partition('id="ways"')[2].partition("</table>")[0]
    everyone = ways.partition("Everyone")[2].partition("<tr>")[0]
    assert [each.partition("<")[0] for each in everyone.split("<li>")[1:]] == [
        "assume a role open to it: ",
        "assume a role open to it: ",
    ]
    assert "Everyone" not in ways.partition("Everyone")[2]


def test_roles_that_leave_some_of_everyone_are_told_beside_outside_accounts_by_name() -> None:
    one = {"StringEquals": {"aws:PrincipalAccount": STRANGER}}
    snapshot = snapshot_of(accepted("limited", roles=[role("limited", trusts("*", Condition=one))]))
    assert (
        "No role is open to everyone; 1 role trusts everyone, but lets in only some; "
        "no outside account is let in by name;"
    ) in _page(snapshot)
    assert (
        "Of 1 role, none can be entered by everyone, 1 by those of everyone whom the conditions leave; "
        "none by outside accounts that are named."
    ) in _page(snapshot, "roles.html")


def test_who_is_led_to_administrator_from_outside_is_told_though_the_other_account_must_allow_it() -> None:
    vendors = {"AWS": [f"arn:aws:iam::{STRANGER}:root", f"arn:aws:iam::{OTHER}:root"]}
    roles = [role("vendor", trusts(vendors), attached=["AdministratorAccess"])]
    text = _overview(roles=roles)
    assert (
        "nobody can make themselves administrator, and granted roles lead 2 principals from outside there "
        "under conditions;"
    ) in text
    text = _overview(roles=[*roles, role("anyone", trusts("*"), attached=["AdministratorAccess"])])
    assert "granted roles lead 1 principal from outside there, 2 more under conditions;" in text


def test_the_only_group_that_leads_nowhere_is_said_to() -> None:
    snapshot = snapshot_of(accepted("group", groups=[{"GroupName": "readers", "inline": may("s3:List*")}]))
    assert "The only group leads to no role;" in _page(snapshot, "groups.html")


def test_aws_services_are_nobody_from_outside_in_the_annex() -> None:
    roles = [role("runs", trusts({"Service": "lambda.amazonaws.com"}), attached=["AdministratorAccess"])]
    snapshot = snapshot_of(accepted("service", users=[{"UserName": "ann"}], roles=roles))
    text = _page(snapshot, "exposure.html")
    assert "No users and 1 role are administrators; no principals can become one" in text
    assert "from outside the account" not in text


def test_one_user_holds_policies() -> None:
    users = [{"UserName": "ann", "inline": may("s3:List*")}]
    text = _page(snapshot_of(accepted("user", users=users)), "users.html")
    assert "1 holds policies directly, 1 is in no group." in text


def test_what_was_not_read_is_not_told_as_nobody() -> None:
    refused = snapshot_of(accepted("refused", denied=["iam:GetAccountAuthorizationDetails"]))
    text = _page(refused)
    assert "Users, groups and roles of 111122223333 were not read: who can enter is not known." in text
    assert "No role is open to everyone" not in text
    assert 'class="good"' not in text
    assert '<ul class="plain inline"></ul>' not in text

    other = snapshot_of(accepted("other", account=OTHER, roles=[role("open", trusts("*"))]))
    both = dict(files(analyze([refused, other], rules=load_rules()), b"{}"))["index.html"].decode()
    assert "can enter 1 role;" in both
    assert "; there may be more in 111122223333, where users, groups and roles were not all read." in both


LISTS = ("users", "roles", "groups", "trust", "exposure", "paths", "admins", "policies")


def test_lists_of_what_was_not_read_say_that_it_is_not_known() -> None:
    refused = snapshot_of(accepted("refused", denied=["iam:GetAccountAuthorizationDetails"]))
    made = dict(files(analyze([refused], rules=load_rules()), b"{}"))
    for name in LISTS:
        text = made[f"{name}.html"].decode()
        assert "Not known: users, groups and roles of 111122223333 were not read" in text, name
        assert 'href="method.html#coverage"' in text, name
        assert f'<a href="{name}.html" aria-current="page">' in text, name

    empty = dict(files(analyze([snapshot_of(accepted("empty"))], rules=load_rules()), b"{}"))
    assert not {f"{name}.html" for name in LISTS} & set(empty)


def test_lists_of_several_accounts_say_of_which_not_all_was_read() -> None:
    refused = snapshot_of(accepted("refused", denied=["iam:GetAccountAuthorizationDetails"]))
    other = snapshot_of(accepted("other", account=OTHER, roles=[role("open", trusts("*"))]))
    made = dict(files(analyze([refused, other], rules=load_rules()), b"{}"))
    for name in ("roles", "trust", "accounts", "findings"):
        text = made[f"{name}.html"].decode()
        assert "Users, groups and roles of 111122223333 were not all read: what is not here" in text, name
    assert "Not known: users, groups and roles of 111122223333" in made["users.html"].decode()
    row = made["accounts.html"].decode().partition('<tr><th scope="row">')[2].partition("</tr>")[0]
    assert row.count('<td class="n">not known</td>') == 4
    assert '<ul class="plain inline"></ul>' not in made["accounts.html"].decode()


def test_users_groups_and_roles_that_were_not_imported_are_not_known_either() -> None:
    snapshot = snapshot_of(accepted("cut"))
    sources = dict(snapshot.sources)
    sources["iam:GetAccountAuthorizationDetails"] = Source("absent")
    text = _page(structs.replace(snapshot, sources=sources))
    assert "who can enter is not known." in text
    assert "Not known" in _page(structs.replace(snapshot, sources=sources), "paths.html")


def test_exposure_of_an_account_without_users_or_groups_counts_nothing_of_nothing() -> None:
    quiet = snapshot_of(accepted("quiet"))
    peopled = snapshot_of(accepted("peopled", account=OTHER, users=[{"UserName": "ann"}]))
    refused = snapshot_of(accepted("refused", denied=["iam:GetAccountAuthorizationDetails"]))
    text = dict(files(analyze([quiet, peopled], rules=load_rules()), b"{}"))["exposure.html"].decode()
    assert "of 0 " not in text
    assert '<ul class="plain"></ul>' not in text
    assert "<li>no groups</li>" in text
    text = dict(files(analyze([refused, peopled], rules=load_rules()), b"{}"))["exposure.html"].decode()
    row = text.partition("<tbody>")[2].partition("</tr>")[0]
    assert row.count("<td>not known</td>") == 4


def test_none_of_one_is_told_in_the_singular() -> None:
    ann = {"UserName": "ann", "inline": may("s3:List*")}
    text = _page(snapshot_of(accepted("one", users=[ann])), "exposure.html")
    assert "one of 1 user has nothing but roles through groups" in text
