"""Every call of a fetch is allowed, limited, tried again where that helps, and counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from iamscout.fetch.gateway import Gateway, UndeclaredOperationError
from iamscout.fetch.limits import Limits
from iamscout.fetch.refusal import RefusalError, RunStoppedError

if TYPE_CHECKING:
    from tests.fetch.conftest import RecordingProgress, ScriptedAws, ServiceError, SimulatedClock

ROLES = "iam:ListRoles"
GOOD = {"Roles": [], "IsTruncated": False}

Open = Callable[..., tuple[Gateway, "ScriptedAws"]]


@pytest.fixture
def opened(clock: SimulatedClock, progress: RecordingProgress, scripted: type[ScriptedAws]) -> Open:
    def make(answers: Any, limits: Limits | None = None) -> tuple[Gateway, ScriptedAws]:
        session = scripted({ROLES: answers, "iam:ListUsers": {"Users": []}})
        gateway = Gateway(
            session, frozenset({ROLES}), clock=clock, progress=progress, limits=limits, uniform=lambda: 0.5
        )
        return gateway, session

    return make


def test_throttling_is_waited_out(opened: Open, clock: SimulatedClock, error: type[ServiceError]) -> None:
    gateway, _ = opened([error("Throttling"), error("TooManyRequestsException", 429), GOOD])
    assert gateway.send(ROLES, {}) == GOOD
    assert gateway.calls == {ROLES: 3}
    assert 0.25 in clock.slept
    assert 0.5 in clock.slept


def test_waits_are_told_with_their_reason(
    opened: Open, progress: RecordingProgress, error: type[ServiceError]
) -> None:
    gateway, _ = opened([error("ServiceFailure", 500), GOOD])
    gateway.send(ROLES, {})
    assert progress.events == [("waiting", ROLES, 0.25, "ServiceFailure")]


@pytest.mark.parametrize(
    "fault",
    [
        ReadTimeoutError(endpoint_url="https://iam.amazonaws.com"),
        ConnectionClosedError(endpoint_url="https://iam.amazonaws.com"),
    ],
)
def test_a_lost_connection_is_tried_again(opened: Open, fault: Exception) -> None:
    gateway, _ = opened([fault, GOOD])
    assert gateway.send(ROLES, {}) == GOOD


def test_tries_are_bounded(opened: Open, error: type[ServiceError]) -> None:
    gateway, session = opened(error("Throttling"))
    with pytest.raises(RefusalError) as caught:
        gateway.send(ROLES, {})
    assert caught.value.status == "throttled"
    assert len(session.calls) == 8


def test_the_time_of_one_call_is_bounded(
    opened: Open, clock: SimulatedClock, error: type[ServiceError]
) -> None:
    gateway, _ = opened(error("ServiceUnavailable", 503), Limits(tries=1_000, total_seconds=60.0))
    with pytest.raises(RefusalError) as caught:
        gateway.send(ROLES, {})
    assert caught.value.status == "failed"
    assert clock.monotonic() <= 60.0


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("AccessDenied", 403, "denied"),
        ("AccessDeniedException", 400, "denied"),
        ("UnauthorizedOperation", 403, "denied"),
        ("403", 403, "denied"),
        ("NoSuchEntity", 404, "failed"),
        ("ReportInProgress", 404, "failed"),
        ("LimitExceeded", 409, "failed"),
        ("ExpiredToken", 403, "failed"),
        ("ValidationError", 400, "failed"),
    ],
)
def test_what_no_second_try_helps_is_not_tried_again(
    opened: Open, error: type[ServiceError], code: str, status: int, expected: str
) -> None:
    gateway, session = opened(error(code, status))
    with pytest.raises(RefusalError) as caught:
        gateway.send(ROLES, {})
    assert (caught.value.code, caught.value.status) == (code, expected)
    assert len(session.calls) == 1


def test_an_undeclared_operation_is_stopped_before_it_is_sent(opened: Open) -> None:
    gateway, _ = opened(GOOD)
    with pytest.raises(UndeclaredOperationError, match="iam:ListUsers"):
        gateway.send("iam:ListUsers", {})


def test_the_allow_list_holds_for_the_client_itself(opened: Open) -> None:
    gateway, _ = opened(GOOD)
    with pytest.raises(UndeclaredOperationError, match="iam:DeleteUser"):
        gateway._client("iam").delete_user(UserName="alice")


WHO = "sts:GetCallerIdentity"
ACCOUNT = "111122223333"


@pytest.fixture
def signed_in(clock: SimulatedClock, progress: RecordingProgress, scripted: type[ScriptedAws]) -> Open:
    """A gateway whose run has begun: it knows the account, and `renew` gives another session."""

    def make(answers: Any, who: Any, renewed: ScriptedAws | None = None) -> tuple[Gateway, ScriptedAws]:
        session = scripted({ROLES: answers, WHO: who})
        renew = (lambda: renewed) if renewed is not None else None
        gateway = Gateway(session, frozenset({ROLES, WHO}), clock=clock, progress=progress, renew=renew)
        gateway.account = ACCOUNT
        return gateway, session

    return make


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId", "UnrecognizedClientException"])
def test_the_run_stops_where_the_credentials_are_lost(
    signed_in: Open, error: type[ServiceError], code: str
) -> None:
    gateway, session = signed_in(error(code, 403), error("ExpiredToken", 403))
    with pytest.raises(RunStoppedError, match="ExpiredToken"):
        gateway.send(ROLES, {})
    assert session.operations == [ROLES, WHO]


def test_new_credentials_go_on_with_the_same_call(
    signed_in: Open, scripted: type[ScriptedAws], error: type[ServiceError]
) -> None:
    renewed = scripted({ROLES: GOOD, WHO: {"Account": ACCOUNT}})
    gateway, session = signed_in(error("ExpiredToken", 403), error("ExpiredToken", 403), renewed)
    assert gateway.send(ROLES, {"Marker": "2"}) == GOOD
    assert session.operations == [ROLES]
    assert renewed.calls == [(WHO, {}), (ROLES, {"Marker": "2"})]
    assert gateway.calls == {ROLES: 2, WHO: 1}


def test_new_credentials_of_another_account_stop_the_run(
    signed_in: Open, scripted: type[ScriptedAws], error: type[ServiceError]
) -> None:
    renewed = scripted({ROLES: GOOD, WHO: {"Account": "444455556666"}})
    gateway, _ = signed_in(error("ExpiredToken", 403), {}, renewed)
    with pytest.raises(RunStoppedError, match="belong to account 444455556666, not 111122223333"):
        gateway.send(ROLES, {})


def test_a_service_that_refuses_good_credentials_is_a_refusal(
    signed_in: Open, error: type[ServiceError]
) -> None:
    """As a service of a region that the account has not opted in to."""
    gateway, session = signed_in(error("UnrecognizedClientException", 403), {"Account": ACCOUNT})
    with pytest.raises(RefusalError, match="UnrecognizedClientException"):
        gateway.send(ROLES, {})
    assert session.operations == [ROLES, WHO, ROLES, WHO, ROLES]


def test_credentials_that_are_new_and_have_expired_are_lost_credentials(opened: Open) -> None:
    told = "Credentials were refreshed, but the refreshed credentials are still expired."
    gateway, _ = opened(RuntimeError(told))
    with pytest.raises(RefusalError) as caught:
        gateway.send(ROLES, {})
    assert caught.value.is_sign_in_lost


def test_a_network_that_is_lost_stops_the_run(signed_in: Open) -> None:
    gone = EndpointConnectionError(endpoint_url="https://iam.amazonaws.com")
    gateway, session = signed_in([GOOD, gone], {})
    gateway.send(ROLES, {})
    with pytest.raises(RunStoppedError, match="EndpointConnectionError"):
        gateway.send(ROLES, {})
    assert len(session.calls) == 1 + 8


def test_a_host_that_never_answered_is_a_refusal(signed_in: Open) -> None:
    gateway, _ = signed_in(EndpointConnectionError(endpoint_url="https://iam.amazonaws.com"), {})
    with pytest.raises(RefusalError, match="EndpointConnectionError"):
        gateway.send(ROLES, {})


def test_missing_credentials_are_a_refusal(opened: Open) -> None:
    gateway, _ = opened(NoCredentialsError())
    with pytest.raises(RefusalError) as caught:
        gateway.send(ROLES, {})
    assert caught.value.is_sign_in_lost


def test_a_bug_is_not_taken_for_a_refusal(opened: Open) -> None:
    gateway, _ = opened(KeyError("a bug"))
    with pytest.raises(KeyError):
        gateway.send(ROLES, {})


def test_no_full_key_id_is_kept_from_a_message(opened: Open, error: type[ServiceError]) -> None:
    gateway, _ = opened(error("Odd", 400, "key AKIAIOSFODNN7EXAMPLE\nis odd"))
    with pytest.raises(RefusalError) as caught:
        gateway.send(ROLES, {})
    assert caught.value.message == "key AKIA...MPLE is odd"


def _wire(client_answers: list[tuple[int, bytes]]) -> tuple[Any, list[str]]:
    """A session that answers with bytes, below botocore's parser."""
    sent: list[str] = []

    class Body:
        def __init__(self, content: bytes) -> None:
            self._content = content

        def stream(self) -> list[bytes]:
            return [self._content]

    def send(request: Any, **_: object) -> AWSResponse:
        status, content = client_answers[min(len(sent), len(client_answers) - 1)]
        sent.append(request.url)
        return AWSResponse(request.url, status, {}, Body(content))  # type: ignore[arg-type]  # enough of a body

    class Session:
        region_name = "us-east-1"
        _session = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up")

        def client(self, service: str, **options: Any) -> Any:
            client: Any = self._session.client(service, **options)  # type: ignore[call-overload]  # any service
            client.meta.events.register("before-send.*.*", send)
            return client

    return Session(), sent


XML = (
    b'<ListAccountAliasesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListAccountAliasesResult>'
    b"<IsTruncated>false</IsTruncated><AccountAliases><member>example</member></AccountAliases>"
    b"</ListAccountAliasesResult></ListAccountAliasesResponse>"
)


def test_botocore_does_not_retry_behind_our_back(clock: SimulatedClock, progress: RecordingProgress) -> None:
    session, sent = _wire([(500, b""), (200, XML)])
    gateway = Gateway(session, frozenset({"iam:ListAccountAliases"}), clock=clock, progress=progress)
    gateway.send("iam:ListAccountAliases", {})
    assert gateway.calls.total() == len(sent) == 2


def test_cut_xml_is_no_answer(clock: SimulatedClock, progress: RecordingProgress) -> None:
    session, _ = _wire([(200, XML[:-20]), (200, XML)])
    gateway = Gateway(session, frozenset({"iam:ListAccountAliases"}), clock=clock, progress=progress)
    assert gateway.send("iam:ListAccountAliases", {})["AccountAliases"] == ["example"]
    assert gateway.calls.total() == 2


def test_cut_json_is_no_empty_answer(clock: SimulatedClock, progress: RecordingProgress) -> None:
    whole = b'{"Roots":[{"Id":"r-root"}]}'
    session, _ = _wire([(200, whole[:15]), (200, b""), (200, whole)])
    gateway = Gateway(session, frozenset({"organizations:ListRoots"}), clock=clock, progress=progress)
    assert gateway.send("organizations:ListRoots", {}) == {"Roots": [{"Id": "r-root"}]}
    assert gateway.calls.total() == 3
