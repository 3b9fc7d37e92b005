"""What the AWS CLI printed becomes snapshots, verbatim, whatever the order and the number of accounts."""

import base64
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iamscout.errors import InputError
from iamscout.snapshot.importers import import_files
from iamscout.snapshot.model import Snapshot
from iamscout.snapshot.recognise import KINDS, SOURCES
from iamscout.snapshot.view import view_account

DETAILS = "iam:GetAccountAuthorizationDetails"
ARN = "arn:aws:iam::111122223333:"
NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
REPORT = (
    "user,arn,user_creation_time\nalice,arn:aws:iam::111122223333:user/team/alice,2025-01-02T03:04:05+00:00\n"
)

Write = Callable[[str, object], Path]


def imported(*paths: Path | str, **options: Any) -> tuple[Snapshot, ...]:
    return import_files(paths, **{"now": NOW, "tool_version": "1.2.3", **options})


def alone(*paths: Path | str, **options: Any) -> Snapshot:
    (snapshot,) = imported(*paths, **options)
    return snapshot


def answer(snapshot: Snapshot, source: str) -> Any:
    return json.loads(snapshot.data(source) or b"null")


ANSWERS: dict[str, dict[str, Any]] = {
    "iam:ListRoles": {"Roles": [{"Arn": f"{ARN}role/deploy", "MaxSessionDuration": 3600}]},
    "iam:ListUsers": {"Users": [{"Arn": f"{ARN}user/alice", "PasswordLastUsed": "2026-01-01T00:00:00Z"}]},
    "iam:ListSAMLProviders": {"SAMLProviderList": [{"Arn": f"{ARN}saml-provider/idp"}]},
    "iam:ListOpenIDConnectProviders": {
        "OpenIDConnectProviderList": [{"Arn": f"{ARN}oidc-provider/gitlab.com"}]
    },
    "iam:ListVirtualMFADevices": {"VirtualMFADevices": [{"SerialNumber": f"{ARN}mfa/alice"}]},
}
"""Answers that tell their account."""

SILENT: dict[str, dict[str, Any]] = {
    "iam:GetAccountPasswordPolicy": {"PasswordPolicy": {"MinimumPasswordLength": 14}},
    "iam:GetAccountSummary": {"SummaryMap": {"Users": 1}},
    "iam:ListAccountAliases": {"AccountAliases": ["prod"]},
    "iam:ListSAMLProviders": {"SAMLProviderList": []},
    "iam:ListVirtualMFADevices": {"VirtualMFADevices": []},
    DETAILS: {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []},
}
"""Answers that do not."""


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


REPORT_FORMS = {
    "csv": REPORT,
    "csv with windows line ends": REPORT.replace("\n", "\r\n"),
    "base64 alone": base64.b64encode(REPORT.encode()),
    "base64 in lines": base64.encodebytes(REPORT.encode()),
    "json": {
        "Content": base64.b64encode(REPORT.encode()).decode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": "2026-11-01T06:00:00+00:00",
    },
    "json with plain content": {"Content": REPORT, "ReportFormat": "text/csv"},
}


@pytest.mark.parametrize("content", REPORT_FORMS.values(), ids=REPORT_FORMS)
def test_credential_reports_in_every_form(write: Write, content: object) -> None:
    snapshot = alone(write("report", content))
    assert snapshot.account == "111122223333"
    stored = answer(snapshot, "iam:GetCredentialReport")
    assert stored["ReportFormat"] == "text/csv"
    assert stored["Content"].replace("\r\n", "\n").startswith(REPORT)
    rows = view_account(snapshot).credential_report
    assert rows is not None
    assert rows[0].user == "alice"


def test_a_credential_report_keeps_when_it_was_generated(write: Write) -> None:
    account = view_account(alone(write("report.json", REPORT_FORMS["json"])))
    assert account.credential_report_generated == datetime(2026, 11, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize("content", ["", "bm8gcmVwb3J0", "%%%", 7])
def test_content_that_is_no_credential_report_is_refused(write: Write, content: object) -> None:
    with pytest.raises(InputError, match="no credential report"):
        imported(write("a.json", {"Content": content, "ReportFormat": "text/csv"}))


def test_the_caller_is_remembered_and_tells_the_account(write: Write) -> None:
    caller = {"UserId": "AIDACKCEVSQ6C2EXAMPLE", "Account": "111122223333", "Arn": f"{ARN}user/audit"}
    snapshot = alone(write("who.json", caller))
    assert (snapshot.caller, snapshot.account) == (f"{ARN}user/audit", "111122223333")
    assert "sts:GetCallerIdentity" not in snapshot.sources


OIDC = {
    "Url": "https://gitlab.com",
    "ClientIDList": ["aud"],
    "ThumbprintList": [],
    "CreateDate": "2025-01-01T00:00:00Z",
}


def test_single_oidc_providers_find_their_arn(write: Write) -> None:
    other = {**OIDC, "Url": "oidc.example.com/id/1"}
    snapshot = alone(
        write("list.json", ANSWERS["iam:ListOpenIDConnectProviders"]),
        write("one.json", OIDC),
        write("two.json", other),
        account="111122223333",
    )
    assert set(answer(snapshot, "iam:GetOpenIDConnectProvider")) == {
        f"{ARN}oidc-provider/gitlab.com",
        f"{ARN}oidc-provider/oidc.example.com/id/1",
    }
    providers = view_account(snapshot).oidc_providers
    assert providers is not None
    assert [(each.arn, each.client_ids) for each in providers] == [
        (f"{ARN}oidc-provider/gitlab.com", ("aud",)),
        (f"{ARN}oidc-provider/oidc.example.com/id/1", ("aud",)),
    ]
    with pytest.raises(InputError, match="both hold iam:GetOpenIDConnectProvider"):
        imported(write("one.json", OIDC), write("three.json", OIDC), account="111122223333")


def test_single_saml_providers_are_found_by_their_times(write: Write) -> None:
    times = {"CreateDate": "2025-01-01T00:00:00+00:00", "ValidUntil": "2125-01-01T00:00:00+00:00"}
    listed = {
        "SAMLProviderList": [
            {"Arn": f"{ARN}saml-provider/a", **times},
            {"Arn": f"{ARN}saml-provider/b", **times, "CreateDate": "2026-01-01T00:00:00+00:00"},
        ]
    }
    single = write("one.json", {"SAMLMetadataDocument": "<xml/>", **times})
    snapshot = alone(write("list.json", listed), single, account="111122223333")
    assert list(answer(snapshot, "iam:GetSAMLProvider")) == [f"{ARN}saml-provider/a"]
    with pytest.raises(InputError, match="does not say which provider"):
        imported(single, account="111122223333")


def test_mfa_devices_are_kept_by_user(write: Write) -> None:
    alice = {"MFADevices": [{"UserName": "alice", "SerialNumber": f"{ARN}mfa/alice"}]}
    bob = {"MFADevices": [{"UserName": "bob", "SerialNumber": "GAHT12345678"}]}
    snapshot = alone(write("a.json", alice), write("b.json", bob), account="111122223333")
    assert answer(snapshot, "iam:ListMFADevices") == {"alice": alice, "bob": bob}
    nobody = alone(write("a.json", alice), write("c.json", {"MFADevices": []}), account="111122223333")
    assert nobody.status("iam:ListMFADevices") == "partial"
    assert nobody.gaps[0].operation == "iam:ListMFADevices"


ORGANIZATION = {
    "id": "o-example",
    "management": "444455556666",
    "accounts": {
        "111122223333": {
            "name": "prod",
            "path": "o-example/r-ab12/",
            "scps": [
                [{"name": "Full", "policy": json.dumps({"Statement": {"Effect": "Allow", "Action": "*"}})}]
            ],
        }
    },
}


def test_an_organization_file_goes_to_each_account_it_names(write: Write, details: dict[str, Any]) -> None:
    stranger = json.dumps(ANSWERS["iam:ListRoles"]).replace("111122223333", "555566667777")
    top = json.dumps(ANSWERS["iam:ListUsers"]).replace("111122223333", "444455556666")
    first, second, third = imported(
        write("org.json", ORGANIZATION),
        write("a.json", details),
        write("b.json", stranger),
        write("c.json", top),
    )
    assert [each.status("organization") for each in (first, second, third)] == ["ok", "ok", "absent"]
    stored = answer(first, "organization")["accounts"]["111122223333"]["scps"][0][0]["policy"]
    assert stored == {"Statement": {"Effect": "Allow", "Action": "*"}}
    organization = view_account(first).organization
    assert organization is not None
    assert organization.accounts[0].name == "prod"


def test_an_organization_file_without_any_of_its_accounts_is_refused(write: Write) -> None:
    path = write("org.json", ORGANIZATION)
    with pytest.raises(InputError, match="names none of the accounts"):
        imported(path)
    assert alone(path, account="111122223333").status("organization") == "ok"


@pytest.mark.parametrize("member", ["accounts", "management"])
def test_a_broken_organization_file_is_refused(write: Write, member: str) -> None:
    with pytest.raises(InputError, match="is no organization file"):
        imported(write("org.json", {**ORGANIZATION, member: 7}), account="111122223333")


UNKNOWN = {
    "list-policies": {"Policies": [{"PolicyName": "x", "Arn": f"{ARN}policy/x"}]},
    "a manifest": {"name": "x"},
    "a snapshot": {"schema": "iamscout/snapshot/1"},
    "an empty object": {},
}


@pytest.mark.parametrize("content", UNKNOWN.values(), ids=UNKNOWN)
def test_json_of_another_kind_is_told(write: Write, content: object) -> None:
    with pytest.raises(InputError, match=r"of a kind that is not known|is a snapshot already") as problem:
        imported(write("a.json", content))
    assert problem.value.remedy


def test_other_files_of_a_folder_are_passed_over_with_a_warning(
    write: Write, details: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write("a.json", details)
    write("manifest.json", UNKNOWN["a manifest"])
    write("notes.txt", "not looked at")
    write(".hidden.json", "{")
    with caplog.at_level(logging.WARNING):
        assert alone(tmp_path).status(DETAILS) == "ok"
    assert [record.message for record in caplog.records] == [
        record.message for record in caplog.records if "manifest.json" in record.message
    ]
    assert len(caplog.records) == 1


def test_a_broken_file_of_a_folder_is_not_passed_over(
    write: Write, details: dict[str, Any], tmp_path: Path
) -> None:
    write("a.json", details)
    write("b.json", '{"Roles": [')
    with pytest.raises(InputError, match="ends too early"):
        imported(tmp_path)


def test_folders_with_nothing_to_import_are_told(write: Write, tmp_path: Path) -> None:
    write("empty/notes.txt", "x")
    write("other/manifest.json", UNKNOWN["a manifest"])
    with pytest.raises(InputError, match=r"holds no \.json or \.csv file"):
        imported(tmp_path / "empty")
    with pytest.raises(InputError, match="holds nothing that can be imported"):
        imported(tmp_path / "other")
    with pytest.raises(InputError, match="no such file"):
        imported(tmp_path / "missing")


@pytest.mark.parametrize("value", ["[1, 2]", '"x"', '{"Arn": 7}', "[[]]", "null"])
def test_listings_of_another_shape_are_refused(write: Write, value: str) -> None:
    path = write("a.json", f'{{"Roles": {value}}}')
    with pytest.raises(InputError, match="Roles is not a list of objects"):
        imported(path, account="111122223333")


@pytest.mark.parametrize("value", ["9" * 5_000, "1e999"])
def test_numbers_beyond_all_bounds_are_told(write: Write, value: str) -> None:
    path = write("a.json", f'{{"Roles": [{{"Arn": "{ARN}role/x", "MaxSessionDuration": {value}}}]}}')
    with pytest.raises(InputError, match="holds a value that cannot be kept"):
        imported(path)


def test_every_kind_is_recognised_once() -> None:
    assert len({kind.source for kind in KINDS}) == len(KINDS)
    assert set(SOURCES) == {kind.source for kind in KINDS} - {"sts:GetCallerIdentity"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_mutated_files_import_or_raise_input_error(
    tmp_path: Path, details: dict[str, Any], data: st.DataObject
) -> None:
    content = bytearray(
        json.dumps(data.draw(st.sampled_from([details, *ANSWERS.values(), ORGANIZATION]))).encode()
    )
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 25))] = data.draw(
            st.binary(max_size=6)
            | st.sampled_from([b"{", b"[" * 3000, b"null", b'"', b"[1]", b"\\ud800", b"[{}]"])
        )
    path = tmp_path / "mutated"
    path.write_bytes(content)
    try:
        for snapshot in imported(path):
            view_account(snapshot)
    except InputError as problem:
        assert str(problem)  # noqa: PT017  # both outcomes are right
