"""Listings are merged to their very end, and what is missing from an answer is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from iamscout.fetch.api import Api
from iamscout.fetch.gateway import Gateway
from iamscout.fetch.refusal import RefusalError
from iamscout.snapshot.model import Gap

if TYPE_CHECKING:
    from tests.fetch.conftest import RecordingProgress, ScriptedAws, ServiceError, SimulatedClock

DETAILS = "iam:GetAccountAuthorizationDetails"
DEVICES = "iam:ListMFADevices"
ROOTS = "organizations:ListRoots"

Open = Callable[[dict[str, Any]], tuple[Api, "ScriptedAws"]]


@pytest.fixture
def opened(clock: SimulatedClock, progress: RecordingProgress, scripted: type[ScriptedAws]) -> Open:
    def make(script: dict[str, Any]) -> tuple[Api, ScriptedAws]:
        session = scripted(script)
        gateway = Gateway(session, frozenset(script), clock=clock, progress=progress, uniform=lambda: 0.0)
        return Api("the source", gateway, {}), session

    return make


def _user(name: str) -> dict[str, str]:
    return {"UserName": name}


def _pages(*pages: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A listing that gives a page per marker: the marker of a page is its number."""

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        number = int(asked.get("Marker", 0))
        last = number == len(pages) - 1
        return {**pages[number], "IsTruncated": not last, **({} if last else {"Marker": str(number + 1)})}

    return answer


def test_mixed_short_and_empty_pages_are_merged(opened: Open) -> None:
    api, session = opened(
        {
            DETAILS: _pages(
                {"UserDetailList": [_user("a"), _user("b")]},
                {"UserDetailList": [_user("c")], "RoleDetailList": [{"RoleName": "r"}]},
                {},
                {"RoleDetailList": [{"RoleName": "s"}]},
            )
        }
    )
    assert api.listing(DETAILS, "UserDetailList", "RoleDetailList") == {
        "UserDetailList": [_user("a"), _user("b"), _user("c")],
        "RoleDetailList": [{"RoleName": "r"}, {"RoleName": "s"}],
    }
    assert api.status == "ok"
    assert [asked for _, asked in session.calls] == [
        {"MaxItems": 1000},
        {"MaxItems": 1000, "Marker": "1"},
        {"MaxItems": 1000, "Marker": "2"},
        {"MaxItems": 1000, "Marker": "3"},
    ]


def test_a_marker_without_truncation_is_the_end(opened: Open) -> None:
    api, session = opened({DETAILS: {"UserDetailList": [_user("a")], "IsTruncated": False, "Marker": "1"}})
    assert api.listing(DETAILS, "UserDetailList") == {"UserDetailList": [_user("a")]}
    assert len(session.calls) == 1


def test_organizations_are_paged_by_their_token(opened: Open) -> None:
    api, session = opened({ROOTS: [{"Roots": [{"Id": "r-1"}], "NextToken": "t"}, {"Roots": [{"Id": "r-2"}]}]})
    assert api.listing(ROOTS, "Roots") == {"Roots": [{"Id": "r-1"}, {"Id": "r-2"}]}
    assert [asked for _, asked in session.calls] == [{"MaxResults": 20}, {"MaxResults": 20, "NextToken": "t"}]


def test_a_listing_that_is_cut_keeps_its_pages_and_records_the_gap(
    opened: Open, error: type[ServiceError]
) -> None:
    first = {"UserDetailList": [_user("a")], "IsTruncated": True, "Marker": "1"}
    api, _ = opened({DETAILS: [first, error("AccessDenied", 403, "no more")]})
    assert api.listing(DETAILS, "UserDetailList") == {"UserDetailList": [_user("a")]}
    assert api.status == "partial"
    assert api.gaps == [Gap(DETAILS, "", "AccessDenied", "cut after 1 page: no more")]


def test_a_listing_whose_marker_has_expired_is_begun_once_more(
    opened: Open, error: type[ServiceError]
) -> None:
    first = {"UserDetailList": [_user("a")], "IsTruncated": True, "Marker": "1"}
    last = {"UserDetailList": [_user("b")], "IsTruncated": False}
    api, session = opened({DETAILS: [first, error("ValidationError", 400, "Invalid Marker."), first, last]})
    assert api.listing(DETAILS, "UserDetailList") == {"UserDetailList": [_user("a"), _user("b")]}
    assert (api.status, api.gaps) == ("ok", [])
    assert len(session.calls) == 4


def test_a_listing_whose_marker_is_never_good_is_cut(opened: Open, error: type[ServiceError]) -> None:
    first = {"UserDetailList": [_user("a")], "IsTruncated": True, "Marker": "1"}

    def answer(asked: dict[str, Any]) -> Any:
        return error("ValidationError", 400, "Invalid Marker.") if "Marker" in asked else first

    api, session = opened({DETAILS: answer})
    assert api.listing(DETAILS, "UserDetailList") == {"UserDetailList": [_user("a")]}
    assert api.gaps == [Gap(DETAILS, "", "ValidationError", "cut after 1 page: Invalid Marker.")]
    assert len(session.calls) == 4


def test_a_listing_that_never_begins_is_a_refusal(opened: Open, error: type[ServiceError]) -> None:
    api, _ = opened({DETAILS: error("AccessDenied", 403)})
    with pytest.raises(RefusalError):
        api.listing(DETAILS, "UserDetailList")


@pytest.mark.parametrize("marker", [{"Marker": "same"}, {}])
def test_a_listing_without_end_is_cut(opened: Open, marker: dict[str, str]) -> None:
    api, session = opened({DETAILS: {"UserDetailList": [_user("a")], "IsTruncated": True, **marker}})
    api.listing(DETAILS, "UserDetailList")
    assert api.status == "partial"
    assert api.gaps[0].error_code == "EndlessListing"
    assert len(session.calls) <= 2


def test_what_is_gone_by_now_is_recorded_and_nothing_is_missing(
    opened: Open, error: type[ServiceError]
) -> None:
    api, _ = opened({DEVICES: [{"MFADevices": []}, error("NoSuchEntity", 404, "no bob"), {"MFADevices": []}]})
    assert api.each(DEVICES, "UserName", ["alice", "bob", "carol"]) == {
        "alice": {"MFADevices": []},
        "carol": {"MFADevices": []},
    }
    assert api.status == "ok"
    assert api.gaps == [Gap(DEVICES, "bob", "NoSuchEntity", "gone during the run: no bob")]


def test_an_item_that_is_denied_is_a_gap_on_that_item(opened: Open, error: type[ServiceError]) -> None:
    api, _ = opened({DEVICES: [error("AccessDenied", 403, "not bob"), {"MFADevices": []}]})
    assert list(api.each(DEVICES, "UserName", ["bob", "carol"])) == ["carol"]
    assert api.status == "partial"
    assert api.gaps == [Gap(DEVICES, "bob", "AccessDenied", "not bob")]


def test_denied_items_are_given_up_on_but_each_is_a_gap(opened: Open, error: type[ServiceError]) -> None:
    api, session = opened({DEVICES: error("AccessDenied", 403)})
    names = [f"user-{number}" for number in range(50)]
    assert api.each(DEVICES, "UserName", names) == {}
    assert api.status == "denied"
    assert [gap.resource for gap in api.gaps] == names
    assert len(session.calls) == 5
