"""Names of pages: tame, short, told apart, the same in every run."""

import re

import pytest

from iamscout.report.names import numbered, page_path, slug
from tests.report.accounts import HOSTILE


@pytest.mark.parametrize("name", [*HOSTILE, "", "ÄÖ", "aux", "NUL.txt", "a" * 500])
def test_a_page_name_is_tame_whatever_the_name(name: str) -> None:
    assert re.fullmatch(r"roles/[a-z0-9-]{1,27}\.html", page_path("roles", name, f"arn:{name}"))


def test_a_page_name_tells_what_it_is_and_is_stable() -> None:
    arn = "arn:aws:iam::111122223333:role/vendor-deploy"
    assert page_path("roles", "vendor-deploy", arn) == "roles/vendor-deploy-26f53579d0.html"


def test_names_that_differ_by_case_alone_get_other_pages() -> None:
    assert page_path("roles", "Admin", "arn:Admin") != page_path("roles", "admin", "arn:admin")


def test_a_slug_is_made_of_words() -> None:
    assert slug("Team_A/Admin.R@x") == "team-a-admin-r-x"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("AWSReservedSSO_AdministratorAccess_0123456789abcdef", "awsreservedsso"),
        ("AWSServiceRoleForSupport", "awsservicerolefo"),
        ("Team_A/Admin.Role@x", "team-a-admin"),
        ("prod-deploy-main", "prod-deploy-main"),
        ("prod-deploy-main-2", "prod-deploy-main"),
    ],
)
def test_a_slug_of_a_long_name_ends_with_a_word_where_it_can(name: str, start: str) -> None:
    assert slug(name) == start


def test_later_pages_of_a_list_are_numbered() -> None:
    assert [numbered("roles.html", page) for page in (1, 2)] == ["roles.html", "roles-2.html"]
