"""The deck's two scenes in the demo, and tables of five of its users with the statements that prove them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iamscout.access.exposure_model import Exposures, Reach, UserExposure
from iamscout.analysis.estate import Estate
from iamscout.analysis.run import analyze
from iamscout.cli.demo import take_demo_snapshots
from iamscout.snapshot.account import User

REVIEWED = Path(__file__).parents[1] / "data" / "reviewed" / "exposure.json"
PRODUCTION = "arn:aws:iam::111122223333"


@pytest.fixture(scope="module")
def estate() -> Estate:
    return analyze(take_demo_snapshots(quiet=True), rules=()).estate


@pytest.fixture(scope="module")
def exposures(estate: Estate) -> Exposures:
    return estate.exposures


def user(found: Exposures, arn: str) -> UserExposure:
    return next(each for each in found.users if each.user == arn)


def table(estate: Estate, arn: str) -> dict[str, Any]:
    """What a reviewer compares with the account: who may do what, when, and by which statements."""
    found = user(estate.exposures, arn)
    access = estate.access.by_principal[arn]
    entry = estate.directory.by_arn[arn]
    groups = entry.entity.groups if isinstance(entry.entity, User) else ()
    statements = estate.permissions.grants(entry)
    return {
        "at_any_time": {
            "services": list(found.at_any_time.services),
            "admin": found.at_any_time.admin,
            "beyond_roles": found.at_any_time.beyond_roles,
            "by": sorted({f"{ref.owner} {ref.policy} #{ref.statement}" for ref, _, _ in statements}),
        },
        "after_assuming": [
            {
                "roles": list(way.roles),
                "mfa": way.mfa.grade,
                "max_age_seconds": way.mfa.max_age_seconds,
                "max_session_seconds": way.max_session_seconds,
                "window_seconds": way.window_seconds,
                "by": sorted(
                    {
                        f"{ref.owner} {ref.policy} #{ref.statement}"
                        for each in access
                        if set(each.roles) & set(way.roles) and each.verdict.requires == way.requires
                        for ref in each.identity_by
                        if ref.owner == arn or ref.owner.rpartition("/")[2] in groups
                    }
                ),
                "trust": sorted(
                    {
                        f"{role} #{grant.statement.number}"
                        for role in way.roles
                        for grant in estate.access.grants[role]
                        if grant.effect == "Allow" and grant.principal.kind in {"account", "user"}
                    }
                ),
            }
            for way in found.after_assuming
        ],
        "stolen_key": reach(found.stolen_key),
        "password_without_mfa": reach(found.password_without_mfa),
        "mfa_session": reach(found.mfa_session),
    }


def reach(found: Reach) -> dict[str, Any]:
    return {
        "is_held": found.is_held,
        "roles": list(found.roles),
        "admin": found.admin,
        "beyond_roles": found.beyond_roles,
    }


@pytest.mark.parametrize("arn", json.loads(REVIEWED.read_text()) if REVIEWED.exists() else [])
def test_the_table_of_a_user_is_the_reviewed_one(estate: Estate, arn: str) -> None:
    assert table(estate, arn) == json.loads(REVIEWED.read_text())[arn]


def test_five_users_are_reviewed() -> None:
    assert len(json.loads(REVIEWED.read_text())) == 5


def test_and_alice_can_do_everything_at_any_time(exposures: Exposures) -> None:
    alice = user(exposures, f"{PRODUCTION}:user/alice")
    assert {"ec2", "iam", "s3"} <= set(alice.at_any_time.services)
    assert alice.stolen_key.powers == alice.at_any_time
    assert (alice.stolen_key.is_held, alice.stolen_key.escalates) == (True, True)
    assert alice.after_assuming == ()


def test_or_dave_takes_one_role_at_a_time_within_sixty_seconds(exposures: Exposures) -> None:
    dave = user(exposures, f"{PRODUCTION}:user/dave")
    assert dave.at_any_time.services == ("sts",)
    (way,) = dave.after_assuming
    assert [role.rpartition("/")[2] for role in way.roles] == [
        "RoleAA-IAMFullAccess",
        "RoleBB-EC2ReadOnly",
        "RoleCC-S3ReadOnly",
    ]
    assert (way.mfa.grade, way.mfa.max_age_seconds) == ("fresh", 59)


def test_the_roles_hold_what_the_traditional_groups_hold(estate: Estate) -> None:
    account = next(each for each in estate.accounts if each.id == "111122223333")
    pairs = {"GroupA": "RoleAA-IAMFullAccess", "GroupB": "RoleBB-EC2ReadOnly", "GroupC": "RoleCC-S3ReadOnly"}
    for group, role in pairs.items():
        held = {policy.arn for policy in account.groups_by_name[group].attached_policies}
        assert held == {policy.arn for policy in account.roles_by_name[role.lower()].attached_policies}


def test_a_stolen_key_of_a_role_based_user_reaches_nothing_but_its_assume_role(exposures: Exposures) -> None:
    for name in ("dave", "frank"):
        key = user(exposures, f"{PRODUCTION}:user/{name}").stolen_key
        assert key.is_held
        assert (key.roles, key.admin, key.escalates, key.beyond_roles) == ((), "deny", False, False)
        assert key.powers.services == ("sts",)


def test_the_decks_groups_are_told_apart(estate: Estate) -> None:
    groups = {group.group.rpartition("/")[2]: group for group in estate.schemes[0].groups}
    assert [groups[name].model for name in ("GroupA", "GroupB", "GroupC")] == ["traditional"] * 3
    assert all(groups[name].conforms for name in ("GroupAA", "GroupBB", "GroupCC"))
