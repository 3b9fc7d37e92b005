"""What pages of users, roles, groups and policies share."""

import pytest

from iamscout.report.parts import without_name


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Role ci was not used for 400 days", "Was not used for 400 days"),
        ("Role ci (administrator) was not used", "Role ci (administrator) was not used"),
        ("Role ci-deploy was not used", "Role ci-deploy was not used"),
        ("Role ci ", "Role ci "),
        ("The trust policy of ci lets in eve", "The trust policy of ci lets in eve"),
    ],
)
def test_the_page_of_a_role_does_not_name_it_at_the_head_of_each_finding(title: str, shown: str) -> None:
    assert without_name(title, "Role ci") == shown
