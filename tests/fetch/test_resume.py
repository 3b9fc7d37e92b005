"""A run that stopped anywhere goes on from there and ends with the snapshot it would have had."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError
from msgspec import structs

from iamscout.errors import SignInError
from iamscout.fetch.collect import Collected, FetchOptions, collect, collect_resumably
from iamscout.fetch.registry import all_sources
from iamscout.fetch.resume import Opening, Resumption
from iamscout.snapshot.file import encode
from iamscout.snapshot.model import Snapshot

if TYPE_CHECKING:
    from tests.fetch.conftest import ScriptedAws, ServiceError, SimulatedClock

EVERYTHING = FetchOptions(switches=tuple({spec.switch for spec in all_sources() if spec.switch != "default"}))

Run = Callable[..., Collected]


@pytest.fixture
def run(clock: SimulatedClock, tmp_path: Path) -> Run:
    def go(session: ScriptedAws, opening: Opening = "resume") -> Collected:
        resumption = Resumption(lambda account: tmp_path / f"{account}.journal", opening)
        return collect_resumably(session, resumption, clock=clock, options=EVERYTHING)

    return go


class KilledError(Exception):
    """Stands for what ends a process: nothing catches it."""


def _without_end(snapshot: Snapshot) -> bytes:
    return encode(structs.replace(snapshot, captured_until=snapshot.captured_at))


def test_a_run_killed_before_any_call_goes_on_from_there(
    run: Run, scripted: type[ScriptedAws], script: dict[str, Any], clock: SimulatedClock
) -> None:
    clean = scripted(script)
    expected = collect(clean, clock=type(clock)(), options=EVERYTHING)
    count = len(clean.calls)
    for number in range(1, count):
        shaken = scripted(script)
        note, answered = shaken._note, iter(range(count))

        def killing(number: int = number, answered: Any = answered, note: Any = note, **asked: Any) -> None:
            if next(answered) == number:
                raise KilledError
            note(**asked)

        shaken._note = killing  # type: ignore[assignment,method-assign]  # stops instead of noting
        with pytest.raises(KilledError):
            run(shaken, "restart")
        second = scripted(script)
        found = run(second)
        assert _without_end(found.snapshot) == _without_end(
            structs.replace(expected, captured_at=found.snapshot.captured_at)
        )
        # The identity and the start of the credential report are asked for again, nothing else.
        assert len(second.calls) <= count - number + 2
        assert found.calls == len(second.calls)


def test_the_journal_stays_until_it_is_removed(
    run: Run, scripted: type[ScriptedAws], script: dict[str, Any], tmp_path: Path
) -> None:
    found = run(scripted(script))
    assert [path.name for path in tmp_path.glob("*.journal")] == ["111122223333.journal"]
    assert found.journal is not None
    found.journal.remove()
    assert not list(tmp_path.glob("*.journal"))


@pytest.fixture
def stopping(script: dict[str, Any], error: type[ServiceError]) -> Callable[[Exception], dict[str, Any]]:
    """A script in which something ends the run at the second page of the authorization details."""

    def make(end: Exception) -> dict[str, Any]:
        page = {"UserDetailList": [{"UserName": "alice"}], "IsTruncated": True, "Marker": "1"}
        whole = script["iam:GetAccountAuthorizationDetails"]
        script["iam:GetAccountAuthorizationDetails"] = lambda asked: whole if "Marker" in asked else page
        who = script["sts:GetCallerIdentity"]
        return {
            **script,
            "iam:GetAccountAuthorizationDetails": lambda asked: end if "Marker" in asked else page,
            "sts:GetCallerIdentity": [who, end],
        }

    return make


@pytest.mark.parametrize("is_network", [True, False])
def test_a_lost_sign_in_or_network_is_told_and_goes_on(
    run: Run,
    scripted: type[ScriptedAws],
    script: dict[str, Any],
    error: type[ServiceError],
    stopping: Callable[[Exception], dict[str, Any]],
    tmp_path: Path,
    *,
    is_network: bool,
) -> None:
    network = EndpointConnectionError(endpoint_url="https://iam.amazonaws.com")
    stopped = scripted(stopping(network if is_network else error("ExpiredToken", 403)))
    with pytest.raises(SignInError) as caught:
        run(stopped)
    told = "could not be reached" if is_network else "have expired"
    assert told in str(caught.value)
    assert str(caught.value).endswith(
        f"what was fetched is kept in {tmp_path / '111122223333.journal'}: then go on with --resume"
    )
    second = scripted(script)
    found = run(second)
    assert found.snapshot.gaps == ()
    asked = [
        dict(parameters) for operation, parameters in second.calls if "AuthorizationDetails" in operation
    ]
    assert [each.get("Marker") for each in asked] == ["1"]


def test_refusals_that_last_are_not_asked_for_again_and_passing_ones_are(
    run: Run, scripted: type[ScriptedAws], script: dict[str, Any], error: type[ServiceError]
) -> None:
    script["iam:ListRoles"] = error("AccessDenied", 403)
    script["iam:ListUsers"] = error("Throttling")
    first = run(scripted(script)).snapshot
    assert first.sources["iam:ListUsers"].status == "throttled"
    del script["iam:ListRoles"]
    script["iam:ListUsers"] = {"Users": [], "IsTruncated": False}
    second = run(scripted(script)).snapshot
    assert second.sources["iam:ListRoles"].status == "denied"
    assert second.sources["iam:ListUsers"].status == "ok"


def test_bytes_are_bytes_again(run: Run, scripted: type[ScriptedAws], script: dict[str, Any]) -> None:
    first = run(scripted(script)).snapshot
    again = run(scripted({**script, "iam:GetCredentialReport": KilledError()})).snapshot
    assert again.sources == first.sources
