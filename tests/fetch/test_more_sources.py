"""The rules that single sources keep: jobs that are waited for, what is an answer and what is a gap."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from iamscout.fetch.collect import FetchOptions, collect
from iamscout.fetch.spec import OPTIONS
from iamscout.snapshot.file import encode
from iamscout.snapshot.model import Gap, Snapshot
from iamscout.snapshot.schema import snapshot_schema
from tests.fetch.more_answers import ANALYZER, INSTANCE, JOB, PERMISSION_SET

if TYPE_CHECKING:
    from tests.fetch.conftest import ScriptedAws, ServiceError, SimulatedClock

ALICE = "arn:aws:iam::111122223333:user/alice"
OPS = "arn:aws:iam::111122223333:role/ops"
GENERATE, REPORT = "iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails"
IN_PROGRESS = {"JobStatus": "IN_PROGRESS", "ServicesLastAccessed": []}

Script = dict[str, Any]
Run = Callable[..., tuple[Snapshot, "ScriptedAws"]]


@pytest.fixture
def run(clock: SimulatedClock, scripted: type[ScriptedAws], script: Script) -> Run:
    def do(answers: Script | None = None) -> tuple[Snapshot, ScriptedAws]:
        session = scripted({**script, **(answers or {})})
        options = FetchOptions(switches=tuple(OPTIONS))
        return collect(session, clock=clock, options=options, uniform=lambda: 0.0), session

    return do


def _data(snapshot: Snapshot, source: str) -> Any:
    return json.loads(snapshot.data(source) or b"null")


def test_the_published_schema_accepts_what_all_switches_fetch(run: Run) -> None:
    snapshot, _ = run()
    assert {source.status for source in snapshot.sources.values()} == {"ok"}
    Draft202012Validator(snapshot_schema()).validate(json.loads(encode(snapshot)))


def test_a_user_without_a_password_is_an_answer(run: Run, error: type[ServiceError]) -> None:
    snapshot, _ = run({"iam:GetLoginProfile": error("NoSuchEntity", 404)})
    assert _data(snapshot, "iam:GetLoginProfile") == {"alice": {"LoginProfile": None}}
    assert snapshot.sources["iam:GetLoginProfile"].status == "ok"
    assert snapshot.gaps == ()


def test_a_user_who_is_gone_by_now_has_no_keys_to_ask_about(run: Run, error: type[ServiceError]) -> None:
    snapshot, session = run({"iam:ListAccessKeys": error("NoSuchEntity", 404)})
    assert _data(snapshot, "iam:ListAccessKeys") == {}
    assert snapshot.sources["iam:ListAccessKeys"].status == "ok"
    assert [(gap.operation, gap.resource) for gap in snapshot.gaps] == [("iam:ListAccessKeys", "alice")]
    assert "iam:GetAccessKeyLastUsed" not in session.operations


@pytest.mark.parametrize("code", ["ValidationError", "NotSupportedService"])
def test_an_endpoint_that_cannot_list_for_all_users_is_no_gap_for_ever(
    run: Run, error: type[ServiceError], code: str
) -> None:
    snapshot, _ = run({"iam:ListServiceSpecificCredentials": error(code, 400, "Must specify userName")})
    source = snapshot.sources["iam:ListServiceSpecificCredentials"]
    assert source.status == "skipped"
    assert snapshot.data("iam:ListServiceSpecificCredentials") is None
    assert source.reason == f"not offered here: AWS does not list them for all users ({code})"
    assert snapshot.gaps == ()


def test_a_denied_listing_for_all_users_is_a_gap(run: Run, error: type[ServiceError]) -> None:
    snapshot, _ = run({"iam:ListServiceSpecificCredentials": error("AccessDenied", 403)})
    assert snapshot.sources["iam:ListServiceSpecificCredentials"].status == "denied"


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("organizations:ListRoots", {"Roots": [{"Name": "Root"}]}),
        ("organizations:ListAccountsForParent", {"Accounts": [{"Name": "main"}]}),
        ("organizations:ListOrganizationalUnitsForParent", {"OrganizationalUnits": [{"Name": "work"}]}),
        ("organizations:ListPolicies", {"Policies": [{"Name": "Deny"}]}),
        ("organizations:ListTargetsForPolicy", {"Targets": [{"Name": "main"}]}),
    ],
)
def test_what_comes_without_an_id_makes_the_organization_partial(
    run: Run, operation: str, answer: dict[str, Any]
) -> None:
    snapshot, _ = run({operation: answer})
    assert snapshot.sources["organization"].status == "partial"
    assert {(gap.operation, gap.error_code) for gap in snapshot.gaps} == {(operation, "NoId")}


def test_providers_without_an_arn_are_passed_over(run: Run) -> None:
    lists: Script = {
        "iam:ListSAMLProviders": {"SAMLProviderList": [{}]},
        "iam:ListOpenIDConnectProviders": {"OpenIDConnectProviderList": [{}]},
    }
    snapshot, _ = run(lists)
    assert _data(snapshot, "iam:GetSAMLProvider") == _data(snapshot, "iam:GetOpenIDConnectProvider") == {}


def test_all_users_are_asked_about_in_one_listing(run: Run) -> None:
    _, session = run()
    asked = [asked for operation, asked in session.calls if operation.endswith("ServiceSpecificCredentials")]
    assert asked == [{"AllUsers": True, "MaxItems": 1000}]


def test_jobs_are_begun_before_the_first_is_read(run: Run) -> None:
    snapshot, session = run()
    made = [operation for operation in session.operations if operation in (GENERATE, REPORT)]
    assert made == [GENERATE, GENERATE, REPORT, REPORT]
    assert list(_data(snapshot, REPORT)) == [OPS, ALICE]


def test_a_job_in_progress_is_waited_for_longer_and_longer(
    run: Run, clock: SimulatedClock, script: Script
) -> None:
    snapshot, _ = run({REPORT: [*[IN_PROGRESS] * 4, script[REPORT]]})
    assert [seconds for seconds in clock.slept if seconds >= 1] == [1.0, 1.5, 2.25, 3.375]
    assert snapshot.gaps == ()


def test_jobs_that_are_never_done_are_gaps_after_three_minutes_together(
    run: Run, clock: SimulatedClock
) -> None:
    snapshot, _ = run({REPORT: IN_PROGRESS})
    assert 180 <= clock.monotonic() < 200
    assert snapshot.sources[REPORT].status == "failed"
    assert [(gap.resource, gap.error_code) for gap in snapshot.gaps] == [
        (OPS, "JobInProgress"), (ALICE, "JobInProgress")
    ]  # fmt: skip


def test_a_job_that_failed_is_a_gap_in_awss_words(run: Run, script: Script) -> None:
    failed = {
        "JobStatus": "FAILED",
        "ServicesLastAccessed": [],
        "Error": {"Code": "SERVICE_ERROR", "Message": "try later"},
    }
    snapshot, _ = run({REPORT: [failed, script[REPORT]]})
    assert snapshot.gaps == (Gap(REPORT, ALICE, "SERVICE_ERROR", "try later"),)
    assert snapshot.sources[REPORT].status == "partial"
    assert list(_data(snapshot, REPORT)) == [OPS]


def test_a_job_of_another_session_is_begun_again(run: Run, script: Script, error: type[ServiceError]) -> None:
    new = JOB.replace("1", "9")
    jobs = [{"JobId": JOB}, {"JobId": JOB}, {"JobId": new}]

    def report(asked: dict[str, Any]) -> Any:
        return script[REPORT] if asked["JobId"] == new else error("NoSuchEntity", 404)

    snapshot, session = run({GENERATE: jobs, REPORT: report})
    assert snapshot.gaps == ()
    assert list(_data(snapshot, REPORT)) == [OPS, ALICE]
    assert session.operations.count(GENERATE) == 4


def test_a_job_without_a_name_is_a_gap(run: Run) -> None:
    snapshot, _ = run({GENERATE: {}})
    assert {(gap.operation, gap.error_code) for gap in snapshot.gaps} == {(GENERATE, "NoJob")}
    assert snapshot.sources[REPORT].status == "failed"


def test_a_job_that_aws_lost_is_no_principal_that_is_gone(run: Run, error: type[ServiceError]) -> None:
    snapshot, _ = run({REPORT: error("NoSuchEntity", 404)})
    assert snapshot.sources[REPORT].status == "failed"
    assert {gap.error_code for gap in snapshot.gaps} == {"JobLost"}


def test_the_pages_of_a_job_are_merged(run: Run, script: Script) -> None:
    whole = script[REPORT]
    first, second = whole["ServicesLastAccessed"]

    def page(asked: dict[str, Any]) -> dict[str, Any]:
        assert (asked["JobId"], asked["MaxItems"]) == (JOB, 1000)
        if "Marker" in asked:
            return {**whole, "ServicesLastAccessed": [second]}
        return {**whole, "ServicesLastAccessed": [first], "IsTruncated": True, "Marker": "m"}

    snapshot, _ = run({REPORT: page})
    found = _data(snapshot, REPORT)[ALICE]
    assert [each["ServiceNamespace"] for each in found["ServicesLastAccessed"]] == ["s3", "lambda"]
    assert "IsTruncated" not in found
    assert found["JobStatus"] == "COMPLETED"


FEATURES = "iam:ListOrganizationsFeatures"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ServiceAccessNotEnabledException", "IAM has no trusted access to the organization"),
        ("OrganizationNotInAllFeaturesModeException", "the organization has not all features enabled"),
    ],
)
def test_features_that_cannot_be_on_are_off(
    run: Run, error: type[ServiceError], code: str, reason: str
) -> None:
    snapshot, _ = run({FEATURES: error(code)})
    assert _data(snapshot, FEATURES) == {"EnabledFeatures": []}
    assert (snapshot.sources[FEATURES].status, snapshot.sources[FEATURES].reason) == ("ok", reason)
    assert snapshot.gaps == ()


def test_a_member_account_is_denied_the_features(run: Run, error: type[ServiceError]) -> None:
    snapshot, _ = run({FEATURES: error("AccountNotManagementOrDelegatedAdministratorException")})
    assert snapshot.sources[FEATURES].status == "denied"
    assert [gap.operation for gap in snapshot.gaps] == [FEATURES]


def test_an_account_in_no_organization_has_nothing_to_tell_and_no_gap(
    run: Run, error: type[ServiceError]
) -> None:
    alone = error("AWSOrganizationsNotInUseException")
    operations = (
        "DescribeOrganization",
        "ListDelegatedAdministrators",
        "ListAWSServiceAccessForOrganization",
    )
    snapshot, session = run(
        {
            FEATURES: error("OrganizationNotFoundException"),
            **{f"organizations:{name}": alone for name in operations},
        }
    )
    names = [FEATURES, "organization", *(f"organizations:{name}" for name in operations[1:])]
    assert {(snapshot.sources[name].status, snapshot.sources[name].reason) for name in names} == {
        ("ok", "the account is in no organization")
    }
    assert [snapshot.data(name) for name in names] == [None] * 4
    assert "organizations:ListDelegatedServicesForAccount" not in session.operations
    assert snapshot.gaps == ()


def test_one_delegated_administrator_that_is_refused_costs_no_other(
    run: Run, script: Script, error: type[ServiceError]
) -> None:
    listed = script["organizations:ListDelegatedAdministrators"]["DelegatedAdministrators"]
    services = script["organizations:ListDelegatedServicesForAccount"]
    source = "organizations:ListDelegatedServicesForAccount"
    snapshot, _ = run(
        {
            "organizations:ListDelegatedAdministrators": {
                "DelegatedAdministrators": [*listed, {**listed[0], "Id": "123456789012"}]
            },
            source: lambda asked: (
                error("AccessDeniedException") if asked["AccountId"][0] == "1" else services
            ),
        }
    )
    assert list(_data(snapshot, source)) == ["444455556666"]
    assert snapshot.sources[source].status == "partial"
    assert [gap.resource for gap in snapshot.gaps] == ["123456789012"]


def test_findings_come_in_pages_for_each_analyzer(run: Run, script: Script) -> None:
    other = ANALYZER.replace("external", "unused")
    analyzers = script["access-analyzer:ListAnalyzers"]["analyzers"]
    (finding,) = script["access-analyzer:ListFindingsV2"]["findings"]

    def page(asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["maxResults"] == 100
        if asked["analyzerArn"] == other:
            return {"findings": []}
        if "nextToken" in asked:
            return {"findings": [{**finding, "id": "f2"}]}
        return {"findings": [finding], "nextToken": "t"}

    snapshot, _ = run(
        {
            "access-analyzer:ListAnalyzers": {"analyzers": [*analyzers, {**analyzers[0], "arn": other}]},
            "access-analyzer:ListFindingsV2": page,
        }
    )
    found = _data(snapshot, "access-analyzer:ListFindingsV2")
    assert {arn: [each["id"] for each in answer["findings"]] for arn, answer in found.items()} == {
        ANALYZER: ["f1", "f2"],
        other: [],
    }


@pytest.mark.parametrize(
    "source", ["access-analyzer:ListAnalyzers", "identity_center", "rolesanywhere:ListProfiles"]
)
def test_a_regional_source_says_which_region_was_asked(run: Run, source: str) -> None:
    assert run()[0].sources[source].reason == "region eu-west-1 alone"


def test_who_has_a_permission_set_is_asked_for_each_account(run: Run, script: Script) -> None:
    def assignments(asked: dict[str, Any]) -> dict[str, Any]:
        assert (asked["InstanceArn"], asked["PermissionSetArn"]) == (INSTANCE, PERMISSION_SET)
        return {
            "AccountAssignments": [
                {"AccountId": asked["AccountId"], "PrincipalType": "USER", "PrincipalId": "u"}
            ]
        }

    snapshot, _ = run(
        {
            "sso:ListAccountsForProvisionedPermissionSet": {"AccountIds": ["111122223333", "444455556666"]},
            "sso:ListAccountAssignments": assignments,
        }
    )
    (found,) = _data(snapshot, "identity_center")["Instances"][0]["PermissionSets"]
    assert [each["AccountId"] for each in found["AccountAssignments"]] == ["111122223333", "444455556666"]


def test_what_is_denied_about_a_permission_set_is_left_out_and_the_rest_is_told(
    run: Run, error: type[ServiceError]
) -> None:
    operation = "sso:GetInlinePolicyForPermissionSet"
    snapshot, _ = run({operation: error("AccessDeniedException", 400, "not you")})
    (found,) = _data(snapshot, "identity_center")["Instances"][0]["PermissionSets"]
    assert "InlinePolicy" not in found
    assert found["Name"] == "Operators"
    assert len(found["AccountAssignments"]) == 1
    assert snapshot.gaps == (Gap(operation, PERMISSION_SET, "AccessDeniedException", "not you"),)


def test_a_member_account_tells_its_instances_and_what_it_was_refused(
    run: Run, error: type[ServiceError]
) -> None:
    snapshot, _ = run({"sso:ListPermissionSets": error("AccessDeniedException")})
    (instance,) = _data(snapshot, "identity_center")["Instances"]
    assert "PermissionSets" not in instance
    assert snapshot.sources["identity_center"].status == "partial"
    assert [gap.resource for gap in snapshot.gaps] == [INSTANCE]
