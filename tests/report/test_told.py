"""Who gets in where, read back from the pages by name: nobody is lost and nobody is added on the way.

Pages share rows, sets and lists between everybody with the same access; a set tells itself by smaller ones,
or by who is missing. Here all of it is put together again and compared with the access map.
"""

from functools import cache

import pytest

from iamscout.access.model import AccessMap
from tests.report.accounts import assess, site
from tests.report.told import Told

report = pytest.mark.parametrize(
    "names", [("everyday", "neighbour"), ("large",), ("crowd", "across")], ids="+".join
)


@cache
def _told(names: tuple[str, ...]) -> Told:
    return Told(site(*names), assess(*names))


def _access(names: tuple[str, ...]) -> AccessMap:
    return assess(*names).estate.access


def _of_kind(access: AccessMap, *kinds: str) -> list[str]:
    return [arn for arn, entity in access.directory.by_arn.items() if entity.kind in kinds]


@report
def test_a_role_page_names_exactly_who_gets_in(names: tuple[str, ...]) -> None:
    access, told = _access(names), _told(names)
    for role in _of_kind(access, "role"):
        expected = {
            principal.value
            for entry in access.by_role.get(role, ())
            for principal in entry.principals
            if principal.kind in {"user", "role", "session"}
        }
        assert told.callers(role) == expected, role


@report
def test_the_page_of_a_user_or_role_names_exactly_the_roles_it_gets_into(names: tuple[str, ...]) -> None:
    access, told = _access(names), _told(names)
    for caller in _of_kind(access, "user", "role"):
        expected = {role for entry in access.by_principal.get(caller, ()) for role in entry.roles}
        assert told.reached(caller) == expected, caller


@report
@pytest.mark.parametrize(("missing", "identifier"), [("trust", "not-trusted"), ("identity", "not-granted")])
def test_pages_name_exactly_whose_other_half_is_missing(
    names: tuple[str, ...], missing: str, identifier: str
) -> None:
    access, told = _access(names), _told(names)
    for role in _of_kind(access, "role"):
        expected = {
            principal.value
            for entry in access.half_by_role.get(role, ())
            if entry.missing == missing
            for principal in entry.principals
        }
        assert told.halves(role, identifier) == expected, role
    for user in _of_kind(access, "user"):
        expected = {
            role
            for entry in access.half_by_principal.get(user, ())
            if entry.missing == missing
            for role in entry.roles
        }
        assert told.halves(user, identifier) == expected, user


def test_the_accounts_above_have_long_sides_of_every_kind() -> None:
    access = _access(("crowd", "across"))
    sizes = {
        (entry.missing, len(entry.principals) > 12, len(entry.roles) > 12) for entry in access.half_entries
    }
    assert {missing for missing, *_ in sizes} == {"trust", "identity"}
    assert {long for _, long, _ in sizes} == {long for *_, long in sizes} == {True, False}
    pages = site("crowd", "across")
    texts = "".join(text for path, text in pages.items() if path.startswith(("roles/", "access/")))
    assert "very user of " in texts
    assert "very role of " in texts
    assert "</main>" in pages[next(path for path in pages if path.startswith("access/sets"))]
