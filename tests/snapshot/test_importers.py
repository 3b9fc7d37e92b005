"""What the AWS CLI printed becomes snapshots, verbatim, whatever the order and the number of accounts."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from iamscout.errors import InputError
from iamscout.snapshot.recognise import SOURCES
from iamscout.snapshot.view import view_account
from tests.snapshot.importing import (
    ANSWERS,
    ARN,
    DETAILS,
    NOW,
    REPORT,
    SILENT,
    Write,
    alone,
    answer,
    imported,
)


def test_authorization_details_are_kept_verbatim(write: Write, details: dict[str, Any]) -> None:
    details["RoleDetailList"][0]["AddedByAwsLater"] = {"z": 1, "a": [None, 1.5]}
    details["ResponseMetadata"] = {"RequestId": "x"}
    snapshot = alone(write("a.json", details))
    assert answer(snapshot, DETAILS) == details
    assert (snapshot.account, snapshot.partition) == ("111122223333", "aws")
    assert snapshot.status(DETAILS) == "ok"
    assert snapshot.tool.version == "1.2.3"
    assert snapshot.gaps == ()


def test_sources_that_were_not_given_are_absent(write: Write, details: dict[str, Any]) -> None:
    snapshot = alone(write("a.json", details))
    assert tuple(snapshot.sources) == SOURCES
    assert {snapshot.status(source) for source in SOURCES if source != DETAILS} == {"absent"}


def test_the_time_is_the_clock_or_the_one_given(write: Write, details: dict[str, Any]) -> None:
    path = write("a.json", details)
    by_clock, given_time = alone(path), alone(path, captured_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (by_clock.captured_at, by_clock.time_source) == (NOW, "import")
    assert (given_time.captured_at, given_time.time_source) == (datetime(2026, 1, 1, tzinfo=UTC), "given")
    assert given_time.captured_until == given_time.captured_at


@pytest.mark.parametrize("source", ANSWERS)
def test_every_listing_is_known_by_its_content(write: Write, source: str) -> None:
    snapshot = alone(write("any-name.json", ANSWERS[source]))
    assert answer(snapshot, source) == ANSWERS[source]
    assert snapshot.status(source) == "ok"
    assert snapshot.account == "111122223333"


def test_files_in_any_order_make_the_same_snapshot(write: Write, details: dict[str, Any]) -> None:
    paths = [write(f"{number}.json", each) for number, each in enumerate([details, *ANSWERS.values()])]
    paths.append(write("report.csv", REPORT))
    assert imported(*paths) == imported(*reversed(paths))
    assert alone(*paths).status("iam:GetCredentialReport") == "ok"


@pytest.mark.parametrize("source", SILENT)
def test_answers_without_an_account_need_to_be_told_one(write: Write, source: str) -> None:
    path = write("a.json", SILENT[source])
    with pytest.raises(InputError, match="does not say which account it is of") as problem:
        imported(path)
    assert "--account" in problem.value.remedy
    assert "folder per account" in problem.value.remedy
    snapshot = alone(path, account="444455556666")
    assert snapshot.account == "444455556666"
    assert answer(snapshot, source) == SILENT[source]


def test_a_silent_file_beside_others_on_the_command_line_still_needs_the_account(
    write: Write, details: dict[str, Any]
) -> None:
    paths = [write("a.json", details), write("b.json", SILENT["iam:GetAccountSummary"])]
    with pytest.raises(InputError, match=r"does not say.*--account 111122223333\?"):
        imported(*paths)
    assert alone(*paths, account="111122223333").status("iam:GetAccountSummary") == "ok"


def test_files_of_another_account_than_named_are_refused(write: Write, details: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="is of account 111122223333, not 444455556666"):
        imported(write("a.json", details), account="444455556666")


def test_a_folder_lends_its_account_to_silent_files(
    write: Write, details: dict[str, Any], tmp_path: Path
) -> None:
    write("prod/details.json", details)
    write("prod/policy.json", SILENT["iam:GetAccountPasswordPolicy"])
    write("444455556666/summary.json", SILENT["iam:GetAccountSummary"])
    first, second = imported(tmp_path)
    assert (first.account, first.status("iam:GetAccountPasswordPolicy")) == ("111122223333", "ok")
    assert (second.account, second.status("iam:GetAccountSummary")) == ("444455556666", "ok")
    assert second.status("iam:GetAccountPasswordPolicy") == "absent"


def test_a_folder_of_two_accounts_lends_none(write: Write, details: dict[str, Any], tmp_path: Path) -> None:
    write("444455556666/details.json", details)
    write("444455556666/policy.json", SILENT["iam:GetAccountPasswordPolicy"])
    with pytest.raises(InputError, match="its folder holds 111122223333, 444455556666"):
        imported(tmp_path)


def test_several_accounts_at_once(write: Write, details: dict[str, Any]) -> None:
    other = json.loads(json.dumps(details).replace("111122223333", "444455556666"))
    snapshots = imported(write("b.json", other), write("a.json", details), write("c.csv", REPORT))
    assert [each.account for each in snapshots] == ["111122223333", "444455556666"]
    assert [each.status("iam:GetCredentialReport") for each in snapshots] == ["ok", "absent"]


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_the_partition_is_that_of_the_arns(write: Write, details: dict[str, Any], partition: str) -> None:
    text = json.dumps(details).replace("arn:aws:", f"arn:{partition}:")
    assert alone(write("a.json", text)).partition == partition


def test_one_account_in_two_partitions_is_refused(write: Write, details: dict[str, Any]) -> None:
    roles = json.dumps(ANSWERS["iam:ListRoles"]).replace("arn:aws:", "arn:aws-cn:")
    with pytest.raises(InputError, match="several partitions"):
        imported(write("a.json", details), write("b.json", roles))


def test_a_file_of_two_accounts_is_refused(write: Write, details: dict[str, Any]) -> None:
    details["RoleDetailList"].append({"Arn": "arn:aws:iam::444455556666:role/other"})
    with pytest.raises(InputError, match=r"several accounts.*111122223333, 444455556666"):
        imported(write("a.json", details))


def test_policies_of_aws_are_of_no_account(write: Write, details: dict[str, Any]) -> None:
    details["Policies"].append({"Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
    assert alone(write("a.json", details)).account == "111122223333"


@pytest.mark.parametrize(
    "encode", [json.dumps, lambda document: quote(json.dumps(document))], ids=["text", "url"]
)
def test_documents_as_text_become_objects(
    write: Write, details: dict[str, Any], encode: Callable[[object], str]
) -> None:
    given_details = json.loads(json.dumps(details))
    role, user = given_details["RoleDetailList"][0], given_details["UserDetailList"][0]
    role["AssumeRolePolicyDocument"] = encode(role["AssumeRolePolicyDocument"])
    profile = role["InstanceProfileList"][0]["Roles"][0]
    profile["AssumeRolePolicyDocument"] = encode(profile["AssumeRolePolicyDocument"])
    user["UserPolicyList"][0]["PolicyDocument"] = encode(user["UserPolicyList"][0]["PolicyDocument"])
    for version in given_details["Policies"][0]["PolicyVersionList"]:
        version["Document"] = encode(version["Document"])
    assert answer(alone(write("a.json", given_details)), DETAILS) == details


def test_documents_with_equal_keys_stay_text(write: Write, details: dict[str, Any]) -> None:
    text = json.dumps(details).replace(
        '"Effect": "Allow", "Principal"', '"Effect": "Allow", "Effect": "Deny", "Principal"'
    )
    snapshot = alone(write("a.json", text))
    stored = answer(snapshot, DETAILS)["RoleDetailList"][0]["AssumeRolePolicyDocument"]
    assert '"Effect":"Allow","Effect":"Deny"' in stored
    assert "twice" in view_account(snapshot).roles[0].trust_policy.statements[0].unreadable


def test_a_list_of_api_pages_is_joined(write: Write, details: dict[str, Any]) -> None:
    first = {**details, "RoleDetailList": [], "Policies": [], "IsTruncated": True, "Marker": "x"}
    second = {**details, "UserDetailList": [], "GroupDetailList": [], "IsTruncated": False}
    snapshot = alone(write("pages.json", [first, second]))
    assert answer(snapshot, DETAILS) == {**details, "IsTruncated": False}
    assert snapshot.status(DETAILS) == "ok"


def test_pages_in_several_files_are_joined(write: Write) -> None:
    first = write("1.json", {"Roles": [{"Arn": f"{ARN}role/a"}], "NextToken": "x"})
    second = write("2.json", {"Roles": [{"Arn": f"{ARN}role/b"}]})
    snapshot = alone(first, second)
    assert [role["Arn"] for role in answer(snapshot, "iam:ListRoles")["Roles"]] == [
        f"{ARN}role/a",
        f"{ARN}role/b",
    ]
    assert snapshot.status("iam:ListRoles") == "ok"


@pytest.mark.parametrize(
    "rest",
    [{"NextToken": "eyJNYXJrZXIi"}, {"IsTruncated": True, "Marker": "AAAA"}],
    ids=["--max-items", "--no-paginate"],
)
def test_a_cut_listing_is_partial_with_a_gap(
    write: Write, details: dict[str, Any], rest: dict[str, Any]
) -> None:
    snapshot = alone(write("a.json", {**details, **rest}))
    assert snapshot.status(DETAILS) == "partial"
    assert snapshot.sources[DETAILS].reason.startswith("cut short")
    (gap,) = snapshot.gaps
    assert (gap.operation, gap.error_code) == (DETAILS, "Incomplete")
    assert "aws iam get-account-authorization-details" in gap.message
    assert answer(snapshot, DETAILS) == {**details, **rest}
    assert len(view_account(snapshot).users) == 1


def test_pages_without_the_last_are_partial(write: Write) -> None:
    pages = [{"Roles": [{"Arn": f"{ARN}role/{name}"}], "IsTruncated": True, "Marker": name} for name in "ab"]
    snapshot = alone(write("a.json", pages))
    assert snapshot.status("iam:ListRoles") == "partial"
    assert answer(snapshot, "iam:ListRoles")["IsTruncated"] is True


def test_details_without_one_of_their_lists_are_partial(write: Write, details: dict[str, Any]) -> None:
    del details["GroupDetailList"], details["Policies"]
    snapshot = alone(write("a.json", details))
    assert snapshot.status(DETAILS) == "partial"
    assert snapshot.sources[DETAILS].reason == "the file has no GroupDetailList, Policies"


def test_the_same_listing_twice_is_refused(write: Write, details: dict[str, Any]) -> None:
    one, other = write("a.json", details), write("b.json", details)
    with pytest.raises(
        InputError, match="both hold iam:GetAccountAuthorizationDetails of account 111122223333"
    ):
        imported(one, other)
    with pytest.raises(InputError, match="both hold iam:ListRoles"):
        imported(
            write("c.json", ANSWERS["iam:ListRoles"]), write("d.json", {"Roles": [{"Arn": f"{ARN}role/z"}]})
        )
    with pytest.raises(InputError, match="both hold iam:GetCredentialReport"):
        imported(write("e.csv", REPORT), write("f.csv", REPORT))


def test_the_same_file_named_twice_is_read_once(write: Write, details: dict[str, Any]) -> None:
    path = write("a.json", details)
    assert imported(path, path) == imported(path)


def test_one_file_per_filter_is_put_together(write: Write, details: dict[str, Any]) -> None:
    paths = [
        write(f"{name}.json", {key: value if key == name else [] for key, value in details.items()})
        for name in details
    ]
    snapshot = alone(*paths)
    assert snapshot.status(DETAILS) == "ok"
    assert view_account(snapshot).roles[0].name == "deploy"
    assert {key: answer(snapshot, DETAILS)[key] for key in details} == details
