"""Targets that are administrators under conditions: what is gained in any case, and what only under them."""

from typing import Any

from iamscout.access.escalation import Escalation
from iamscout.analysis.estate import Estate
from iamscout.policy.formula import ALWAYS, keys
from tests.access.escalations import ALICE, BOB, BOSS, Json, alice, allow, boss, deny, estate, trust

OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
ROWS = [{"user": "bob", "access_key_1_active": "false"}]


def keys_of(statements: list[Json], *own: Json) -> dict[tuple[str, bool], Escalation]:
    """What alice gains by a key of bob, who has these statements: by gain and whether it is certain."""
    users = [alice(allow("iam:CreateAccessKey", BOB), *own), {"UserName": "bob", "inline": statements}]
    made = estate(users=users, credential_report=ROWS)
    return {
        (each.gains, each.is_certain): each
        for each in made.escalation.by_principal.get(ALICE, ())
        if each.method.id == "create-access-key"
    }


def test_a_certain_administrator_is_gained_for_certain() -> None:
    assert set(keys_of([allow("*")])) == {("admin", True)}


def test_an_administrator_under_conditions_is_one_under_them() -> None:
    found = keys_of([allow("*", Condition=OFFICE)])
    assert set(found) == {("admin", False), ("more", True)}
    assert keys(found["admin", False].requires) == {"aws:sourceip"}
    assert found["more", True].requires == ALWAYS


def test_conditions_of_both_requests_are_told() -> None:
    users: list[dict[str, Any]] = [
        alice(
            allow("iam:CreateAccessKey", BOB, Condition={"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}})
        ),
        {"UserName": "bob", "inline": [allow("*", Condition=OFFICE)]},
    ]
    made = estate(users=users, credential_report=ROWS)
    (admin,) = (each for each in made.escalation.by_principal[ALICE] if each.gains == "admin")
    (alternative,) = admin.requires.alternatives
    # The key is made from one network and used from another: no contradiction.
    assert len(alternative) == 2


def test_a_condition_that_a_key_cannot_meet_is_no_way() -> None:
    found = keys_of([allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})])
    assert {gains for gains, _ in found} <= {"more"}


def path_to(role: dict[str, Any]) -> tuple[bool, bool]:
    """Whether alice's way to the role is by design, and whether it is certain."""
    made: Estate = estate(user=alice(allow("sts:AssumeRole", BOSS)), role=role)
    (path,) = made.escalation.paths_of[ALICE]
    assert path.goal == BOSS
    return path.by_design, path.is_certain


def test_a_path_is_as_certain_as_its_goal() -> None:
    document = {"Version": "2012-10-17", "Statement": [trust({"AWS": "111122223333"})]}
    certain = boss() | {"AssumeRolePolicyDocument": document}
    assert path_to(certain) == (True, True)
    limited = certain | {"inline": [deny("*", Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})]}
    assert path_to(limited) == (True, False)
