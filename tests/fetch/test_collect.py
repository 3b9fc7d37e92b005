"""A fetch turns everything that AWS says, or refuses to say, into a snapshot."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from iamscout import __version__
from iamscout.errors import SignInError
from iamscout.fetch.collect import FetchOptions, collect
from iamscout.fetch.least_privilege import policy_document
from iamscout.fetch.progress import Caller
from iamscout.fetch.registry import all_sources, switched_on
from iamscout.fetch.spec import OPTIONS, Switch
from iamscout.snapshot.file import encode
from iamscout.snapshot.model import Snapshot, Tool
from iamscout.snapshot.view import view_account

if TYPE_CHECKING:
    from tests.fetch.conftest import RecordingProgress, ScriptedAws, ServiceError, SimulatedClock

ACCOUNT = "111122223333"
EVERYTHING = FetchOptions(switches=tuple(OPTIONS))
OPERATIONS = sorted({operation for spec in all_sources() for operation in spec.operations})

Fetch = Callable[..., Snapshot]


@pytest.fixture
def fetch(clock: SimulatedClock, progress: RecordingProgress) -> Fetch:
    def run(session: ScriptedAws, options: FetchOptions = EVERYTHING) -> Snapshot:
        return collect(session, clock=clock, progress=progress, options=options, uniform=lambda: 0.0)

    return run


def _data(snapshot: Snapshot, source: str) -> Any:
    return json.loads(snapshot.data(source) or b"null")


def test_a_whole_account_is_told_without_a_gap(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any]
) -> None:
    snapshot = fetch(scripted(script))
    assert {name: source.status for name, source in snapshot.sources.items()} == {
        spec.name: "ok" for spec in all_sources()
    }
    assert snapshot.gaps == ()
    assert (snapshot.account, snapshot.partition) == (ACCOUNT, "aws")
    assert snapshot.caller == f"arn:aws:iam::{ACCOUNT}:user/auditor"
    assert snapshot.tool == Tool("iamscout", __version__)
    assert snapshot.time_source == "fetch"
    assert _data(snapshot, "iam:GetSAMLProvider") == {
        f"arn:aws:iam::{ACCOUNT}:saml-provider/idp": {
            "SAMLMetadataDocument": "<xml/>",
            "ValidUntil": "2026-11-01T08:00:00Z",
        }
    }
    assert _data(snapshot, "iam:GetAccountAuthorizationDetails")["RoleDetailList"] == [{"RoleName": "ops"}]


def test_the_start_and_the_end_are_kept(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any]
) -> None:
    script["iam:GenerateCredentialReport"] = {"State": "STARTED"}
    snapshot = fetch(scripted(script))
    assert snapshot.captured_at.isoformat() == "2026-11-01T08:00:00+00:00"
    assert (snapshot.captured_until - snapshot.captured_at).total_seconds() >= 2


def test_the_same_answers_give_the_same_bytes(
    clock: SimulatedClock, scripted: type[ScriptedAws], script: dict[str, Any]
) -> None:
    first = collect(scripted(script), clock=type(clock)(), options=EVERYTHING)
    second = collect(scripted(dict(reversed(script.items()))), clock=type(clock)(), options=EVERYTHING)
    assert encode(first) == encode(second)


def test_the_caller_is_shown_before_iam_is_asked(
    scripted: type[ScriptedAws], script: dict[str, Any], progress: RecordingProgress, clock: SimulatedClock
) -> None:
    session = scripted(script)
    seen: list[tuple[Caller, list[str]]] = []

    class Watching(type(progress)):  # type: ignore[misc]  # the fixture's class
        def signed_in(self, caller: Caller) -> None:
            seen.append((caller, session.operations))

    collect(session, clock=clock, progress=Watching(), options=EVERYTHING)
    hosts = (
        "iam.amazonaws.com",
        "access-analyzer.eu-west-1.amazonaws.com",
        "organizations.us-east-1.amazonaws.com",
        "rolesanywhere.eu-west-1.amazonaws.com",
        "sso.eu-west-1.amazonaws.com",
        "sts.eu-west-1.amazonaws.com",
    )
    assert seen == [
        (Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/auditor", "aws", hosts), ["sts:GetCallerIdentity"])
    ]


def test_another_host_than_aws_is_said_to_be_one(
    fetch: Fetch,
    scripted: type[ScriptedAws],
    script: dict[str, Any],
    progress: RecordingProgress,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:5000")
    fetch(scripted(script), FetchOptions())
    caller = progress.events[0][1]
    assert isinstance(caller, Caller)
    assert caller.hosts == ("127.0.0.1:5000", "sts.eu-west-1.amazonaws.com")
    assert caller.is_redirected


@pytest.mark.parametrize(
    ("region", "host"),
    [(None, "sts.us-east-1.amazonaws.com"), ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn")],
)
def test_sts_is_asked_in_the_region(
    fetch: Fetch,
    scripted: type[ScriptedAws],
    script: dict[str, Any],
    progress: RecordingProgress,
    region: str | None,
    host: str,
) -> None:
    fetch(scripted(script, region=region), FetchOptions())
    caller = progress.events[0][1]
    assert isinstance(caller, Caller)
    assert caller.hosts[-1] == host
    assert not caller.is_redirected


def test_the_partition_is_the_callers(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any]
) -> None:
    script["sts:GetCallerIdentity"]["Arn"] = f"arn:aws-us-gov:sts::{ACCOUNT}:assumed-role/audit/me"
    assert fetch(scripted(script, region="us-gov-west-1"), FetchOptions()).partition == "aws-us-gov"


def test_another_account_than_expected_is_left_alone(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any]
) -> None:
    session = scripted(script)
    with pytest.raises(SignInError, match="belong to account 111122223333, not 444455556666"):
        fetch(session, FetchOptions(expect_account="444455556666"))
    assert session.operations == ["sts:GetCallerIdentity"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ExpiredToken", "expired"),
        ("InvalidClientTokenId", "--region us-gov-west-1"),
        ("SignatureDoesNotMatch", "secret key"),
        ("RegionDisabledException", "another --region"),
        ("SomethingNew", "SomethingNew"),
    ],
)
def test_credentials_that_are_not_accepted_end_the_run(
    fetch: Fetch,
    scripted: type[ScriptedAws],
    script: dict[str, Any],
    error: type[ServiceError],
    code: str,
    told: str,
) -> None:
    script["sts:GetCallerIdentity"] = error(code, 403)
    with pytest.raises(SignInError) as caught:
        fetch(scripted(script))
    assert told in str(caught.value)
    assert caught.value.exit_status == 5


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_denied_operation_is_a_gap_and_ends_nothing(
    fetch: Fetch,
    scripted: type[ScriptedAws],
    script: dict[str, Any],
    error: type[ServiceError],
    operation: str,
) -> None:
    script[operation] = error("AccessDenied", 403, "not you")
    snapshot = fetch(scripted(script))
    assert {gap.operation for gap in snapshot.gaps} == {operation}
    assert {gap.error_code for gap in snapshot.gaps} == {"AccessDenied"}
    hit = {spec.name for spec in all_sources() if operation in spec.operations}
    # Sources come after those they need, so that one pass finds what needs them in turn.
    for spec in all_sources():
        if hit.intersection(spec.needs):
            hit.add(spec.name)
    not_ok = {name: source.status for name, source in snapshot.sources.items() if source.status != "ok"}
    # Put together ones keep what they were told before the refusal, all others have nothing then.
    expected = "partial" if operation in LATER_OPERATIONS else "denied"
    assert not_ok == dict.fromkeys(hit, expected)
    assert all(snapshot.sources[name].reason for name in hit)


LATER_OPERATIONS = [
    operation
    for spec in all_sources()
    if spec.name in ("organization", "identity_center")
    for operation in spec.operations[1:]
]
"""All but the first of the sources that are put together."""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_throttled_operation_is_a_gap(
    fetch: Fetch,
    scripted: type[ScriptedAws],
    script: dict[str, Any],
    error: type[ServiceError],
    operation: str,
) -> None:
    script[operation] = error("Throttling", 400)
    snapshot = fetch(scripted(script))
    assert {(gap.operation, gap.error_code) for gap in snapshot.gaps} == {(operation, "Throttling")}
    statuses = {source.status for source in snapshot.sources.values()}
    assert statuses in ({"ok", "throttled"}, {"ok", "partial"})


def test_the_view_of_a_denied_source_is_unknown_not_empty(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any], error: type[ServiceError]
) -> None:
    script["iam:ListSAMLProviders"] = error("AccessDenied", 403)
    account = view_account(fetch(scripted(script)))
    assert account.saml_providers is None
    assert account.oidc_providers is not None


def test_credentials_that_expire_end_the_run(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any], error: type[ServiceError]
) -> None:
    expired = error("ExpiredToken", 403, "it has expired")
    script["iam:GetAccountAuthorizationDetails"] = expired
    script["sts:GetCallerIdentity"] = [script["sts:GetCallerIdentity"], expired]
    session = scripted(script)
    with pytest.raises(SignInError, match=r"have expired; sign in again") as caught:
        fetch(session)
    assert "--resume" not in str(caught.value)
    assert session.operations[-2:] == ["iam:GetAccountAuthorizationDetails", "sts:GetCallerIdentity"]


def test_what_is_not_offered_or_not_asked_for_is_skipped_with_its_reason(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any]
) -> None:
    session = scripted(script)
    snapshot = fetch(session, FetchOptions(not_offered={"iam:ListSAMLProviders": "not in the demo"}))
    skipped = {name: source.reason for name, source in snapshot.sources.items() if source.status == "skipped"}
    assert skipped == {
        "iam:ListSAMLProviders": "not in the demo",
        "iam:GetSAMLProvider": "needs iam:ListSAMLProviders, which is skipped",
        **{
            spec.name: f"not asked for; {OPTIONS[spec.switch]} does"
            for spec in all_sources()
            if spec.switch != "default"
        },
    }
    assert snapshot.gaps == ()
    assert not {"iam:ListSAMLProviders", "iam:GetSAMLProvider", "iam:ListMFADevices"}.intersection(
        session.operations
    )


def test_what_a_cut_listing_leaves_out_makes_its_details_partial_too(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any], error: type[ServiceError]
) -> None:
    script["iam:ListUsers"] = [
        {"Users": [{"UserName": "alice"}], "IsTruncated": True, "Marker": "1"},
        error("AccessDenied", 403),
    ]
    snapshot = fetch(scripted(script))
    assert snapshot.sources["iam:ListMFADevices"].status == "partial"
    assert list(_data(snapshot, "iam:ListMFADevices")) == ["alice"]


def test_calls_are_told_before_and_counted_after(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any], progress: RecordingProgress
) -> None:
    script["iam:GetAccountSummary"] = {"SummaryMap": {"Users": 2_500, "Roles": 1}}
    session = scripted(script)
    fetch(session, FetchOptions())
    planned = [event for event in progress.events if event[0] == "planned"]
    # Once more when the summary is known: authorization details then take three pages and users three.
    assert [event[1:] for event in planned] == [(15, 15), (15, 19)]
    assert progress.events.index(planned[0]) == 1
    assert progress.events[-1] == ("finished", len(session.calls), 0)


@pytest.mark.parametrize("switches", [*((switch,) for switch in OPTIONS), tuple(OPTIONS)], ids="+".join)
def test_the_policy_allows_the_calls_that_are_made_and_nothing_else(
    fetch: Fetch, scripted: type[ScriptedAws], script: dict[str, Any], switches: tuple[Switch, ...]
) -> None:
    session = scripted(script)
    fetch(session, FetchOptions(switches=switches))
    statements = policy_document(switched_on(switches))["Statement"]
    allowed = {action for statement in statements for action in statement["Action"]}
    # One action of IAM allows both versions of that listing.
    called = {operation.replace("ListFindingsV2", "ListFindings") for operation in session.operations}
    assert allowed == called - {"sts:GetCallerIdentity"}


@pytest.mark.parametrize("seed", range(10))
def test_passing_faults_lose_nothing(
    clock: SimulatedClock,
    scripted: type[ScriptedAws],
    script: dict[str, Any],
    error: type[ServiceError],
    seed: int,
) -> None:
    clean = scripted(script)
    expected = collect(clean, clock=type(clock)(), options=EVERYTHING)
    dice = random.Random(seed)
    faults = [
        error("Throttling"), error("InternalFailure", 500), ResponseParserError("cut"),
        ReadTimeoutError(endpoint_url="x"), ConnectionClosedError(endpoint_url="x"),
    ]  # fmt: skip

    def faulty(answer: Any) -> Any:
        def ask(parameters: dict[str, Any]) -> Any:
            if dice.random() < 0.1:
                return dice.choice(faults)
            return answer(parameters) if callable(answer) else answer

        return ask

    shaken = scripted({operation: faulty(answer) for operation, answer in script.items()})
    snapshot = collect(shaken, clock=clock, options=EVERYTHING, uniform=dice.random)
    assert snapshot.sources == expected.sources
    assert snapshot.gaps == ()
    assert len(shaken.calls) <= 2 * len(clean.calls)
    assert clock.monotonic() < 300
