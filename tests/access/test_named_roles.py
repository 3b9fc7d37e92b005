"""A pattern that means every role names none: only what is named makes half of an edge worth showing."""

import pytest

from tests.access.worlds import AccountMaker, World, allow, trust

INSTANCE = {"Service": "ec2.amazonaws.com"}


@pytest.mark.parametrize(
    ("resource", "names_it"),
    [
        ("*", False),
        ("arn:aws:iam::*:role/*", False),
        ("arn:aws:iam::111122223333:*", False),
        ("arn:aws:iam::111122223333:role/*", False),
        ("arn:aws:iam::111122223333:role/web", True),
        ("arn:aws:iam::111122223333:role/w*", True),
        ("arn:aws:iam::*:role/web", True),
    ],
)
def test_granted_but_not_trusted_is_told_where_the_grant_names_the_role(
    resource: str, *, names_it: bool
) -> None:
    account = AccountMaker()
    user = account.user("loic", [allow(resource=resource)])
    role = account.role("web", [trust(INSTANCE)])
    found = World(account).halves(user, role)
    assert [half.missing for half in found] == (["trust"] if names_it else [])
