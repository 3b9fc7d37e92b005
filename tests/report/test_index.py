"""The sentences and numbers of the overview and of the groups, where a count of none or one reads oddly."""

from typing import Any

from msgspec import structs

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot, Source
from tests.report.accounts import OWN, STRANGER, arn, may, role, root, trusts

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
    assert "1 of 1 link from a group to a role does not need MFA" in text


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
