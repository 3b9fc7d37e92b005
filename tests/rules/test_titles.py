"""Titles of findings name what they are about in words, and keep to what is certain."""

from typing import Any

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.rules import load_rules
from tests.access.escalations import ADMIN, HOME, alice, allow, boss

KEY = {"user": "alice", "access_key_1_active": "true"}
BOSS = f"arn:aws:iam::{HOME}:role/boss"


def _titles(rule: str, *statements: dict[str, Any]) -> list[str]:
    world = accepted(
        "case",
        users=[alice(*statements), {"UserName": "bob", "attached": ADMIN}],
        role=boss(),
        credential_report=[KEY, {"user": "bob"}],
    )
    assessment = analyze((snapshot_of(world),), rules=load_rules())
    return [each.title for each in assessment.findings if each.rule == rule]


def test_an_escalation_names_its_target() -> None:
    (title,) = _titles("privilege-escalation", allow("iam:UpdateAssumeRolePolicy", BOSS))
    assert title == "User alice can become administrator: it can make a role trust it (role boss)"


def test_an_escalation_by_itself_says_so() -> None:
    (title,) = _titles("privilege-escalation", allow("iam:PutUserPolicy", f"arn:aws:iam::{HOME}:user/alice"))
    assert title.startswith("User alice can become administrator: ")
    assert title.endswith("(itself)")


def test_what_is_open_is_said_of_its_own_permissions() -> None:
    """Roles that it may assume may lead there for certain, which is no escalation."""
    near = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    (title,) = _titles("privilege-escalation", allow("iam:UpdateAssumeRolePolicy", BOSS, Condition=near))
    assert title.startswith("User alice can, under conditions, become administrator by its own permissions: ")


def test_a_stolen_key_is_said_to_end_as_somebody() -> None:
    (title,) = _titles("stolen-key-reaches-admin", allow("iam:UpdateAssumeRolePolicy", BOSS))
    assert title == "An access key of alice reaches administrator in 1 step, as role boss"
