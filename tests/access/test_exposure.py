"""Exposure: at any time, after assuming, with a stolen credential; the deck's two scenes."""

from __future__ import annotations

from typing import Any

from iamscout.access.admins import find_admins
from iamscout.access.escalation.find import find_escalations
from iamscout.access.exposure import Escalating, ExposureReader, with_escalation
from iamscout.access.exposure_model import Exposures, Reach, UserExposure
from iamscout.access.permissions import Permissions
from tests.access.worlds import OTHER, AccountMaker, World, allow, trust

FRESH = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}
DECK = {"A": "iam:*", "B": ["ec2:Describe*", "ec2:Get*"], "C": ["s3:Get*", "s3:List*"]}


def reader(*makers: AccountMaker) -> tuple[ExposureReader, Escalating]:
    access = World(*makers).access
    permissions = Permissions(access.directory)
    escalations = find_escalations(access, permissions, find_admins(permissions))
    return ExposureReader(access, permissions), Escalating(escalations.by_principal)


def exposures(*makers: AccountMaker) -> Exposures:
    asked, escalating = reader(*makers)
    return with_escalation(asked.exposures(), escalating)


def user(found: Exposures, name: str) -> UserExposure:
    return next(each for each in found.users if each.user.endswith(f"/{name}"))


def deck() -> AccountMaker:
    """GroupA to GroupC hold permissions, GroupAA to GroupCC lead to roles that hold the same."""
    home = AccountMaker()
    for letter, actions in DECK.items():
        home.group(f"Group{letter}", [allow(actions)])
        home.role(f"Role{letter}", [trust(home.root, Condition=FRESH)], [allow(actions)])
        home.group(f"Group{letter}{letter}", [allow("sts:AssumeRole", home.arn(f"role/Role{letter}"))])
    home.user("and", groups=["GroupA", "GroupB", "GroupC"])
    home.user("or", groups=["GroupAA", "GroupBB", "GroupCC"])
    return home


def test_traditional_is_and_at_any_time() -> None:
    found = user(exposures(deck()), "and")
    assert found.at_any_time.services == ("ec2", "iam", "s3")
    assert found.stolen_key.powers == found.at_any_time
    assert found.stolen_key.escalates
    assert found.after_assuming == ()


def test_role_based_is_or_within_sixty_seconds() -> None:
    home = deck()
    found = user(exposures(home), "or")
    assert found.at_any_time.services == ("sts",)
    assert not found.at_any_time.beyond_roles
    (way,) = found.after_assuming
    assert way.roles == tuple(home.arn(f"role/Role{letter}") for letter in DECK)
    assert (way.mfa.grade, way.mfa.max_age_seconds) == ("fresh", 59)
    assert found.mfa_session.roles == way.roles


def test_a_stolen_key_of_a_role_based_user_reaches_nothing_but_its_assume_role() -> None:
    found = user(exposures(deck()), "or")
    for reach in (found.stolen_key, found.password_without_mfa):
        assert (reach.roles, reach.admin, reach.escalates, reach.beyond_roles) == ((), "deny", False, False)
        assert reach.powers.services == ("sts",)


def test_a_key_reaches_by_chains_what_a_role_may_enter() -> None:
    home, other = AccountMaker(), AccountMaker(OTHER)
    home.role("first", [trust(home.root)], [allow("sts:AssumeRole", other.arn("role/second"))])
    other.role("second", [trust(home.arn("role/first"))], [allow("*")])
    home.user("ann", [allow("sts:AssumeRole", home.arn("role/first"))])
    found = user(exposures(home, other), "ann").stolen_key
    assert found.roles == (home.arn("role/first"), other.arn("role/second"))
    assert found.admin == "allow"


def test_a_chain_does_not_lead_through_mfa_that_a_session_has_not() -> None:
    home = AccountMaker()
    home.role("first", [trust(home.root)], [allow("sts:AssumeRole", home.arn("role/second"))])
    home.role("second", [trust(home.root, Condition=FRESH)], [allow("*")])
    home.user("ann", [allow("sts:AssumeRole", home.arn("role/first"))])
    assert user(exposures(home), "ann").mfa_session.roles == (home.arn("role/first"),)


def test_permissions_behind_mfa_are_no_keys() -> None:
    home = AccountMaker()
    condition: dict[str, Any] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    home.user("ann", [allow("*", Condition=condition), allow("s3:ListAllMyBuckets")])
    found = user(exposures(home), "ann")
    assert found.stolen_key.powers.services == ("s3",)
    assert (found.stolen_key.admin, found.password_without_mfa.admin) == ("deny", "deny")
    assert found.mfa_session.admin == "allow"
    assert found.at_any_time.admin == "conditional"


def test_a_bypassable_condition_is_bypassed_by_a_key_and_not_by_a_password() -> None:
    home = AccountMaker()
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}
    home.role("r", [trust(home.root, Condition=condition)])
    home.user("ann", [allow("sts:AssumeRole", home.arn("role/r"))])
    found = user(exposures(home), "ann")
    assert found.stolen_key.roles == (home.arn("role/r"),)
    assert found.password_without_mfa.roles == ()


def test_what_is_open_to_everybody_is_told_once_and_not_of_each_user() -> None:
    home = AccountMaker()
    home.role("open", [trust("*")], [allow("*")])
    home.role("named", [trust(home.arn("user/ann"))])
    home.user("ann")
    found = exposures(home)
    assert user(found, "ann").stolen_key.roles == (home.arn("role/named"),)
    (totals,) = found.totals
    assert totals.open_roles == (home.arn("role/open"),)
    assert totals.open_roles_reach_admin == "allow"


def test_a_role_open_under_a_condition_reaches_administrator_under_conditions() -> None:
    home = AccountMaker()
    condition = {"StringEquals": {"sts:ExternalId": "example"}}
    home.role("open", [trust("*", Condition=condition)], [allow("*")])
    (totals,) = exposures(home).totals
    assert totals.open_roles_reach_admin == "conditional"


def test_self_service_is_nothing_beyond_roles_but_care_for_others_is() -> None:
    home = AccountMaker()
    home.user("own", [allow("iam:CreateAccessKey", home.arn("user/${aws:username}"))])
    home.user("all", [allow("iam:CreateAccessKey", home.arn("user/*"))])
    found = exposures(home)
    own: Reach = user(found, "own").stolen_key
    assert (own.beyond_roles, own.powers.services) == (False, ("iam",))
    assert user(found, "all").stolen_key.beyond_roles


def test_administrator_access_that_is_not_in_the_snapshot_is_beyond_roles() -> None:
    home = AccountMaker()
    home.user("ann", attached=["arn:aws:iam::aws:policy/AdministratorAccess"])
    found = user(exposures(home), "ann")
    assert (found.at_any_time.admin, found.at_any_time.beyond_roles) == ("allow", True)
    assert found.stolen_key.beyond_roles


def test_keys_alone_are_told_as_in_the_whole() -> None:
    home = deck()
    home.role("open", [trust("*")], [allow("*")])
    home.user("ann", [allow("iam:AttachUserPolicy"), allow("sts:AssumeRole", home.arn("role/RoleA"))])
    home.user("all", [allow("*")])
    home.user("near", [allow("*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})])
    asked, escalating = reader(home)
    keys, whole = asked.keys(escalating), with_escalation(asked.exposures(), escalating)
    assert [
        (
            each.user, each.at_any_time.admin, each.stolen_key.is_held, each.stolen_key.roles,
            each.stolen_key.admin, each.stolen_key.escalates,
        )
        for each in whole.users
    ] == [
        (each.user, each.admin_at_any_time, each.is_held, each.roles, each.admin, each.escalates)
        for each in keys.users
    ]  # fmt: skip
    assert {each.admin for each in keys.users} == {"allow", "conditional", "deny"}
    assert {each.escalates for each in keys.users} == {True, False}
    assert keys.open_roles == {role for each in whole.totals for role in each.open_roles} != set()
    assert keys.reaching_admin == sum(each.keys_reaching_admin for each in whole.totals)
