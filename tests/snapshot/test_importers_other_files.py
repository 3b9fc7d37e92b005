"""Credential reports, providers, devices, organization files, and what is no file of AWS at all."""

import base64
import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iamscout.cli.import_ import import_command
from iamscout.errors import InputError
from iamscout.snapshot.recognise import KINDS, SOURCES, Kind
from iamscout.snapshot.view import view_account
from tests.snapshot.importing import (
    ANSWERS,
    ARN,
    DETAILS,
    REPORT,
    Write,
    alone,
    answer,
    imported,
)

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


@pytest.mark.parametrize(
    ("source", "member"),
    [
        ("iam:ListAccessKeys", "AccessKeyMetadata"),
        ("iam:ListSigningCertificates", "Certificates"),
        ("iam:ListSSHPublicKeys", "SSHPublicKeys"),
    ],
)
def test_credentials_are_kept_by_user(write: Write, source: str, member: str) -> None:
    alice, bob = ({member: [{"UserName": name, "Status": "Active"}]} for name in ("alice", "bob"))
    snapshot = alone(write("a.json", alice), write("b.json", bob), account="111122223333")
    assert answer(snapshot, source) == {"alice": alice, "bob": bob}
    assert snapshot.status(source) == "ok"
    both = {member: alice[member] + bob[member]}
    with pytest.raises(InputError, match=f"holds {member} of several users"):
        alone(write("a.json", both), account="111122223333")


def test_a_login_profile_says_itself_whose_it_is(write: Write) -> None:
    alice = {"LoginProfile": {"UserName": "alice", "CreateDate": "2025-01-01T00:00:00+00:00"}}
    snapshot = alone(write("a.json", alice), account="111122223333")
    assert answer(snapshot, "iam:GetLoginProfile") == {"alice": alice}
    (profile,) = view_account(snapshot).login_profiles or ()
    assert (profile.user_arn, profile.created) == ("alice", datetime(2025, 1, 1, tzinfo=UTC))


REGIONAL = "arn:aws:{}:eu-west-1:111122223333:{}"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"ServerCertificateMetadataList": [{"Arn": f"{ARN}server-certificate/www"}]}, "server_certificates"),
        ({"InstanceProfiles": [{"Arn": f"{ARN}instance-profile/web"}]}, "instance_profiles"),
        ({"analyzers": [{"arn": REGIONAL.format("access-analyzer", "analyzer/a")}]}, "analyzers"),
        (
            {"trustAnchors": [{"trustAnchorArn": REGIONAL.format("rolesanywhere", "trust-anchor/a")}]},
            "trust_anchors",
        ),
        (
            {"profiles": [{"profileArn": REGIONAL.format("rolesanywhere", "profile/a")}]},
            "roles_anywhere_profiles",
        ),
        (
            {"subjects": [{"subjectArn": REGIONAL.format("rolesanywhere", "subject/a")}]},
            "roles_anywhere_subjects",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_listings_with_arns_tell_their_account(write: Write, content: dict[str, Any], field: str) -> None:
    account = view_account(alone(write("a.json", content)))
    assert account.id == "111122223333"
    assert len(getattr(account, field)) == 1


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"ServiceSpecificCredentials": [{"UserName": "alice"}]}, "service_specific_credentials"),
        ({"OrganizationId": "o-example", "EnabledFeatures": ["RootSessions"]}, "organization_features"),
        (
            {
                "DelegatedAdministrators": [
                    {
                        "Id": "444455556666",
                        "Arn": "arn:aws:organizations::555566667777:account/o-example/444455556666",
                    }
                ]
            },
            "delegated_administrators",
        ),
        ({"EnabledServicePrincipals": [{"ServicePrincipal": "iam.amazonaws.com"}]}, "trusted_services"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_listings_without_an_account_are_of_the_one_that_is_named(
    write: Write, content: dict[str, Any], field: str
) -> None:
    account = view_account(alone(write("a.json", content), account="111122223333"))
    assert len(getattr(account, field)) == 1
    with pytest.raises(InputError, match="does not say which account it is of"):
        alone(write("a.json", content))


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


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.source != "organization"])
def test_help_names_every_kind_of_file(kind: Kind) -> None:
    told = " ".join(str(import_command.__doc__).split())
    assert re.search(rf"[ :]{kind.printed_by.split(maxsplit=2)[2]}[,.]", told)
    assert " ".join(kind.printed_by.split()[:2]) in told
