"""What is odd in a snapshot is said, and costs only itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iamscout.errors import InputError
from iamscout.fetch.registry import all_sources
from iamscout.snapshot.file import load, store
from iamscout.snapshot.model import Snapshot
from iamscout.snapshot.view import view_account, view_accounts

DETAILS = "iam:GetAccountAuthorizationDetails"
ARN = "arn:aws:iam::111122223333:"
Snap = Callable[..., Snapshot]


def test_unreadable_times_are_none_and_noted(snap: Snap, details: dict[str, Any]) -> None:
    details["RoleDetailList"][0]["CreateDate"] = "in spring"
    details["Policies"][0]["PolicyVersionList"][0]["CreateDate"] = "2026-02-30T00:00:00Z"
    account = view_account(snap({DETAILS: details}))
    assert account.roles[0].created is None
    assert account.odd_values == (
        (f"{ARN}policy/limit", "PolicyVersionList v2 CreateDate", "2026-02-30T00:00:00Z"),
        (f"{ARN}role/deploy", "CreateDate", "in spring"),
    )


@pytest.mark.parametrize("created", ["2019-08-16 17:27:59+00:00", 1565976479, 1565976479.0])
def test_times_of_other_programs_are_read(snap: Snap, details: dict[str, Any], created: object) -> None:
    details["RoleDetailList"][0]["CreateDate"] = created
    account = view_account(snap({DETAILS: details}))
    assert account.roles[0].created == datetime(2019, 8, 16, 17, 27, 59, tzinfo=UTC)
    assert account.odd_values == ()


def test_missing_arns_and_names_are_worked_out(snap: Snap, details: dict[str, Any]) -> None:
    user, role = details["UserDetailList"][0], details["RoleDetailList"][0]
    del user["Arn"], user["UserId"], role["RoleName"], role["Path"]
    account = view_account(snap({DETAILS: details}))
    assert account.users[0].arn == f"{ARN}user/team/alice"
    assert account.users[0].unique_id == ""
    assert (account.roles[0].name, account.roles[0].path) == ("deploy", "/")
    assert account.odd_values == ((f"{ARN}user/team/alice", "Arn", "missing"),)


@pytest.mark.parametrize("odd", ["nonsense", f"{ARN}user/deploy", "arn:aws:s3:::deploy"])
def test_an_arn_that_is_none_of_a_role_is_said_and_worked_out(
    snap: Snap, details: dict[str, Any], odd: str
) -> None:
    details["RoleDetailList"][0]["Arn"] = odd
    account = view_account(snap({DETAILS: details}))
    assert [role.arn for role in account.roles] == [f"{ARN}role/deploy"]
    assert account.status_by_source[DETAILS] == "partial"
    assert any(odd in text for _, _, text in account.odd_values)


@pytest.mark.parametrize("prefix", ["arn:aws:iam::444455556666:", "arn:aws-cn:iam::111122223333:"])
def test_items_of_another_account_or_partition_than_the_header_says_are_refused(
    snap: Snap, details: dict[str, Any], prefix: str
) -> None:
    details["RoleDetailList"][0]["Arn"] = f"{prefix}role/deploy"
    with pytest.raises(InputError, match="by its header, and holds a role of account"):
        view_account(snap({DETAILS: details}))


def test_items_that_nothing_names_are_said_and_the_source_is_partial(
    snap: Snap, details: dict[str, Any]
) -> None:
    details["RoleDetailList"].append({"Path": "/"})
    account = view_account(snap({DETAILS: details}))
    assert len(account.roles) == 1
    assert account.statuses == ((DETAILS, "partial", "could not be read: RoleDetailList[1]"),)
    assert account.odd_values == (
        (f"{ARN}root", f"{DETAILS} RoleDetailList[1]", "an item without ARN and name"),
    )


def test_an_item_that_occurs_twice_is_there_once_and_said(snap: Snap, details: dict[str, Any]) -> None:
    details["RoleDetailList"].append({**details["RoleDetailList"][0], "Description": "second"})
    account = view_account(snap({DETAILS: details}))
    assert [role.description for role in account.roles] == [""]
    assert account.odd_values == ((f"{ARN}role/deploy", "RoleDetailList", "occurs twice; the first is used"),)


def test_one_value_of_a_wrong_type_costs_only_itself(snap: Snap, details: dict[str, Any]) -> None:
    details["UserDetailList"][0]["GroupList"] = ["readers", 7]
    details["UserDetailList"][0]["Tags"] = None
    details["RoleDetailList"][0]["RoleId"] = {"odd": True}
    details["RoleDetailList"].append("no role")
    details["Policies"] = {"odd": True}
    account = view_account(snap({DETAILS: details}))
    assert account.users[0].groups == ("readers",)
    assert account.users[0].tags == ()
    assert account.roles[0].unique_id == ""
    assert account.roles[0].trust_policy.statements
    assert account.policies == ()
    assert {field for _, field, _ in account.odd_values} == {
        f"{DETAILS} {place}"
        for place in (
            "UserDetailList[0].GroupList[1]",
            "RoleDetailList[0].RoleId",
            "RoleDetailList[1]",
            "Policies",
        )
    }
    assert account.status_by_source[DETAILS] == "partial"


def test_a_missing_trust_policy_is_unreadable_not_empty(snap: Snap, details: dict[str, Any]) -> None:
    del details["RoleDetailList"][0]["AssumeRolePolicyDocument"]
    account = view_account(snap({DETAILS: details}))
    assert account.roles[0].trust_policy.unreadable == "the document is missing"


def test_documents_as_text_are_read_too(snap: Snap, details: dict[str, Any]) -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "*", "Effect": "Deny", "Principal": "*"}}'
    details["RoleDetailList"][0]["AssumeRolePolicyDocument"] = text
    (statement,) = view_account(snap({DETAILS: details})).roles[0].trust_policy.statements
    assert "twice" in statement.unreadable


def test_equal_documents_are_parsed_once(snap: Snap, details: dict[str, Any], tmp_path: Path) -> None:
    path = store(snap({DETAILS: details}), tmp_path / "a.json")
    account = view_account(load(path))
    assert account.users[0].inline_policies[0].document is account.policies[0].versions[0].document


@pytest.mark.parametrize("answer", [[], "text", 5, {"RoleDetailList": ["x"]}, {"UserDetailList": "x"}])
def test_details_of_which_nothing_can_be_read_are_an_input_error(snap: Snap, answer: object) -> None:
    with pytest.raises(InputError, match="nothing of iam:GetAccountAuthorizationDetails can be read"):
        view_account(snap({DETAILS: answer}))


@pytest.mark.parametrize("source", sorted({spec.name for spec in all_sources()} - {DETAILS}))
@pytest.mark.parametrize("answer", [[], "text", 5, True, {"x": []}, {"x": {"y": [None]}}])
def test_no_source_of_another_shape_ends_the_view(snap: Snap, source: str, answer: object) -> None:
    account = view_account(snap({source: answer}))
    if not isinstance(answer, dict):
        assert account.status_by_source[source] == "partial"


def test_accounts_are_sorted_and_sources_that_nobody_reads_are_kept(snap: Snap) -> None:
    later = snap({"iam:Unheard": {"x": 1}}, account="444455556666")
    accounts = view_accounts([later, snap({})])
    assert [account.id for account in accounts] == ["111122223333", "444455556666"]
    assert accounts[1].statuses == (("iam:Unheard", "ok", ""),)


def test_entities_are_sorted_by_arn(snap: Snap, details: dict[str, Any]) -> None:
    role = details["RoleDetailList"][0]
    for name in ("zeta", "Alpha", "beta"):
        details["RoleDetailList"].append({**role, "RoleName": name, "Arn": f"{ARN}role/{name}"})
    account = view_account(snap({DETAILS: details}))
    assert [each.name for each in account.roles] == ["Alpha", "beta", "deploy", "zeta"]


def test_arns_are_of_the_snapshots_partition(snap: Snap) -> None:
    account = view_account(
        snap({DETAILS: {"RoleDetailList": [{"RoleName": "a", "Path": "/p/"}]}}, partition="aws-us-gov")
    )
    assert account.roles[0].arn == "arn:aws-us-gov:iam::111122223333:role/p/a"
    assert account.root_arn == "arn:aws-us-gov:iam::111122223333:root"
