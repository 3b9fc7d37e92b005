"""How often something is needed: by roles, keys, passwords and services, and unknown where nothing tells."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from iamscout.access.use import Frequency, ServiceUse, frequency, group_use, role_use, service_use, user_use
from iamscout.snapshot.account import Account
from iamscout.snapshot.credentials import AccessKey, AccessKeyLastUsed
from iamscout.snapshot.last_accessed import PrincipalLastAccessed, ServiceLastAccessed
from tests.access.escalations import ALICE, BOB, BOSS, HOME, alice, allow, boss, estate

GROUP = {"GroupName": "staff", "inline": [allow(["s3:GetObject", "ec2:Describe*"])]}


def account(**given: Any) -> Account:
    return estate(**given).accounts[0]


def accessed(known: Account, **days: dict[str, int | None]) -> Account:
    """The account with services last accessed so many days ago, by the name of the user."""
    told = []
    for name, services in sorted(days.items()):
        found = tuple(
            ServiceLastAccessed(service, service, None if ago is None else past(known, ago))
            for service, ago in sorted(services.items())
        )
        told.append(PrincipalLastAccessed(f"arn:aws:iam::{HOME}:user/{name}", known.captured_at, found))
    return replace(known, service_last_accessed=tuple(told))


def past(known: Account, days: int) -> datetime:
    return known.captured_at - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "daily"), (1, "daily"), (2, "weekly"), (7, "weekly"), (31, "monthly"), (32, "rarely")],
)
def test_a_last_use_is_the_rarest_that_fits(days: int, expected: Frequency) -> None:
    known = account(user=alice())
    assert frequency(past(known, days), known.captured_at) == expected


def test_services_by_how_often_they_are_needed() -> None:
    known = accessed(account(user=alice()), alice={"s3": 0, "iam": 5, "ec2": 20, "sns": 90, "sqs": None})
    assert service_use(known, known.users[0]) == (
        ServiceUse("daily", ("s3",)),
        ServiceUse("weekly", ("iam",)),
        ServiceUse("monthly", ("ec2",)),
        ServiceUse("rarely", ("sns",)),
        ServiceUse("never", ("sqs",)),
    )


def test_nothing_is_said_where_services_were_not_fetched() -> None:
    known = account(user=alice())
    assert service_use(known, known.users[0]) == ()


class TestGroups:
    def known(self, **days: dict[str, int | None]) -> Account:
        users = [alice(GroupList=["staff"]), {"UserName": "bob", "GroupList": ["staff"]}]
        return accessed(account(users=users, group=GROUP), **days)

    def test_what_the_group_grants_counts_and_nothing_else(self) -> None:
        known = self.known(alice={"s3": 20, "iam": 0}, bob={"s3": 25})
        assert group_use(known, known.groups[0]) == "monthly"
        assert service_use(known, known.groups[0]) == (ServiceUse("monthly", ("s3",)),)

    def test_the_last_member_to_use_a_service_counts(self) -> None:
        known = self.known(alice={"s3": 20, "ec2": None}, bob={"s3": 3})
        assert service_use(known, known.groups[0]) == (
            ServiceUse("weekly", ("s3",)),
            ServiceUse("never", ("ec2",)),
        )

    def test_a_group_whose_services_nobody_used_is_never_needed(self) -> None:
        known = self.known(alice={"s3": None, "iam": 0}, bob={"s3": None})
        assert group_use(known, known.groups[0]) == "never"

    def test_without_word_of_every_member_it_is_how_often_they_come(self) -> None:
        known = self.known(alice={"s3": None})
        assert group_use(known, known.groups[0]) == "unknown", "there is no credential report either"


class TestKeys:
    def known(self, *, active: bool, days: int) -> Account:
        known = account(users=[alice(), {"UserName": "bob"}], credential_report=[{"user": "alice"}])
        used = AccessKeyLastUsed(past(known, days), "s3", "eu-west-1")
        key = AccessKey("AKIAIOSFODNN7EXAMPLE", ALICE, active, past(known, 400), used)
        return replace(known, access_keys=(key,))

    def test_an_active_key_tells_of_its_user_alone(self) -> None:
        known = self.known(active=True, days=2)
        by_arn = {user.arn: user for user in known.users}
        assert user_use(known, by_arn[ALICE]) == "weekly"
        assert user_use(known, by_arn[BOB]) == "unknown"

    def test_an_inactive_key_does_not_count(self) -> None:
        known = self.known(active=False, days=2)
        assert user_use(known, known.users[0]) == "never"


class TestRoles:
    def test_the_later_of_role_and_services_counts(self) -> None:
        known = account(role=boss(RoleLastUsed={"LastUsedDate": "2020-01-15T09:00:00Z"}))
        assert role_use(known, BOSS) == "rarely"
        service = ServiceLastAccessed("s3", "Amazon S3", past(known, 3))
        told = (PrincipalLastAccessed(BOSS, known.captured_at, (service,)),)
        assert role_use(replace(known, service_last_accessed=told), BOSS) == "weekly"

    def test_unknown_where_nothing_tells(self) -> None:
        known = account(role=boss())
        unfetched = replace(known, roles=tuple(structs.replace(role, last_used=None) for role in known.roles))
        assert role_use(unfetched, BOSS) == "unknown"
        assert role_use(known, f"{BOSS}-other") == "unknown"
