"""Long sets told by smaller ones: nothing lost, nothing told twice, few pages to open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamscout.access.directory import build_directory
from iamscout.access.principals import Principal
from iamscout.report.member_sets import NAMES, LeftOut, Listed, MemberSets
from iamscout.snapshot.view import view_account
from tests.report.accounts import large


def _names(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"role-{number:03}" for number in range(first, last))


def _sets() -> MemberSets:
    return MemberSets(build_directory([view_account(large())]))


def _everything(path: str, pages: dict[str, Listed[str]], sets: MemberSets) -> list[str]:
    content = pages[path]
    found = list(content.rest)
    for part in content.parts:
        found.extend(_everything(sets.path(part), pages, sets))
    return found


def _depth(path: str, pages: dict[str, Listed[str]], sets: MemberSets) -> int:
    return 1 + max((_depth(sets.path(part), pages, sets) for part in pages[path].parts), default=0)


ranges = st.tuples(st.integers(0, 60), st.integers(0, 120)).map(
    lambda pair: _names(pair[0], pair[0] + pair[1])
)


@given(st.lists(ranges, max_size=25))
def test_every_member_is_found_and_no_page_needs_more_than_three(asked: list[tuple[str, ...]]) -> None:
    sets = _sets()
    pages = dict(sets.pages(asked))
    for members in asked:
        if len(members) > NAMES:
            path = sets.path(members)
            assert sorted(set(_everything(path, pages, sets))) == sorted(members)
            assert _depth(path, pages, sets) <= 3
    assert set(pages) == {sets.path(members) for members in asked if len(members) > NAMES}


def test_a_set_that_holds_another_one_names_only_what_is_new() -> None:
    sets = _sets()
    small, wide = _names(0, 50), _names(0, 55)
    pages = sets.pages([small, wide])
    assert pages[sets.path(wide)].parts == (small,)
    assert pages[sets.path(wide)].rest == _names(50, 55)


def test_equal_members_have_one_page() -> None:
    sets = _sets()
    assert sets.path(_names(0, 20)) == sets.path(_names(0, 20))
    assert sets.path(_names(0, 20)) != sets.path(_names(0, 21))


@pytest.mark.parametrize(("missing", "listed"), [(0, False), (3, False), (NAMES, False), (NAMES + 1, True)])
def test_nearly_a_whole_account_is_told_by_who_is_missing(missing: int, *, listed: bool) -> None:
    account = view_account(large())
    sets = MemberSets(build_directory([account]))
    entities = [
        *(Principal("user", each.arn, account.id) for each in account.users),
        *(Principal("role", each.arn, account.id) for each in account.roles),
    ]
    members = tuple(entities[missing:])
    assert sets.is_listed(members) is listed
    left_out = sets.left_out(members)
    assert (left_out is None) is listed
    if left_out is not None:
        assert left_out.missing == tuple(each.value for each in entities[:missing])


@pytest.mark.parametrize("missing", [0, 1, NAMES + 8])
def test_a_page_tells_nearly_all_roles_by_those_that_are_missing(missing: int) -> None:
    account = view_account(large())
    sets = MemberSets(build_directory([account]))
    arns = sorted(role.arn for role in account.roles)
    members = tuple(arns[missing:])
    page = sets.pages([members])[sets.path(members)]
    assert page.left_out == LeftOut(account.id, tuple(arns[:missing]), "role")
    assert (page.parts, page.rest) == ((), ())


def test_roles_of_elsewhere_are_named_however_many_are_in_the_set() -> None:
    account = view_account(large())
    sets = MemberSets(build_directory([account]))
    members = (*sorted(role.arn for role in account.roles)[1:], "arn:aws:iam::444455556666:role/other")
    page = sets.pages([members])[sets.path(members)]
    assert page.left_out is None
    assert page.rest == members
