"""Faults of AWS and of the network, by seed, at any call: nothing is lost, every gap is told.

`make soak` prints the table of all seeds.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from msgspec import Struct

from iamscout.errors import SignInError
from iamscout.fetch.collect import FetchOptions, collect_resumably
from iamscout.fetch.limits import Limits
from iamscout.fetch.resume import Resumption
from iamscout.snapshot.model import Snapshot
from tests.fetch.conftest import SimulatedClock
from tests.fetch.embedded_server import Call, Hook, Reply, embedded_server, error

if TYPE_CHECKING:
    from collections.abc import Mapping

USERS = 105
ROLES = 65
FAULTS = 53
"""Of each run; less than a tenth of its calls."""
MOST_STOPS = 10
CI_SEEDS = (1, 2)
SOAK_SEEDS = tuple(range(1, 21))

OPTIONS = FetchOptions(
    switches=("deep",), limits=Limits(connect_timeout_seconds=2.0, read_timeout_seconds=2.0)
)
KINDS = ("throttled", "server", "unavailable", "reset", "cut", "denied", "gone", "expired", "timeout")
WEIGHTS = (10, 6, 6, 6, 6, 5, 5, 5, 1)
"""Time-outs are rare only because each takes two real seconds."""

_SAYS_NOTHING_IS_THERE = ("iam:GetLoginProfile", "iam:GetAccountPasswordPolicy")
"""Where NoSuchEntity is an answer: the user has no password, the account no password policy."""
_PER_ITEM = {
    "iam:GetLoginProfile": "UserName",
    "iam:ListAccessKeys": "UserName",
    "iam:ListMFADevices": "UserName",
    "iam:ListSSHPublicKeys": "UserName",
    "iam:ListSigningCertificates": "UserName",
    "iam:GetAccessKeyLastUsed": "AccessKeyId",
}
_MOVING = "iam:GetCredentialReport"
"""Holds the time at which it was made."""


class Outcome(Struct):
    """One run with faults: the injected ones by kind, and what came of them."""

    snapshot: Snapshot
    injected: list[tuple[str, Call]]
    calls: int
    stops: int
    seconds: float


class World:
    """The account behind its server, whose calls `hook` may spoil."""

    def __init__(self) -> None:
        self.hook: Hook = _honest
        self.calls = 0

    def answer(self, call: Call, honest: Callable[[], Reply]) -> Reply:
        self.calls += 1
        return self.hook(call, honest)


def _honest(_: Call, answer: Callable[[], Reply]) -> Reply:
    return answer()


def _session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up", region_name="us-east-1"
    )


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[World, str]]:
    world = World()
    with embedded_server(world.answer) as url:
        iam = _session().client("iam", endpoint_url=url)
        for number in range(USERS):
            iam.create_user(UserName=f"user-{number:03}")
            if number % 4 == 0:
                iam.create_access_key(UserName=f"user-{number:03}")
        for number in range(ROLES):
            trust = '{"Version":"2012-10-17","Statement":[]}'
            iam.create_role(RoleName=f"role-{number:03}", AssumeRolePolicyDocument=trust)
        yield world, url


@pytest.fixture
def world(served: tuple[World, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world, url = served
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    yield world
    world.hook = _honest


def _run(world: World, folder: Path, seed: int | None, first_calls: int = 0) -> Outcome:
    """A run to its end, gone on with as often as it stops; without a seed nothing goes wrong."""
    clock, injected = SimulatedClock(), list[tuple[str, Call]]()
    world.hook = _honest if seed is None else _faulty(random.Random(seed), clock, injected, first_calls)
    before, stops = world.calls, 0
    resumption = Resumption(lambda account: folder / f"{account}.journal", "resume")
    while True:
        try:
            found = collect_resumably(
                _session(), resumption, clock=clock, options=OPTIONS, uniform=random.Random(seed).random
            )
        except SignInError as problem:
            stops += 1
            if stops > MOST_STOPS:
                raise AssertionError("the run does not come to an end") from problem
            continue
        return Outcome(found.snapshot, injected, world.calls - before, stops, clock.monotonic())


def _faulty(dice: random.Random, clock: SimulatedClock, injected: list[tuple[str, Call]], calls: int) -> Hook:
    """Spoil FAULTS of the first calls, each in a way that fits it."""
    numbers, count = set(dice.sample(range(int(calls * 0.9)), FAULTS)), iter(range(10**9))

    def hook(call: Call, answer: Callable[[], Reply]) -> Reply:
        if next(count) not in numbers:
            return answer()
        kind = dice.choices(KINDS, WEIGHTS)[0]
        if kind == "gone" and (call.operation not in _PER_ITEM or call.operation in _SAYS_NOTHING_IS_THERE):
            kind = "server"
        if kind == "denied" and call.operation.startswith("sts:"):
            kind = "expired"  # GetCallerIdentity needs no permission
        injected.append((kind, call))
        return _spoiled(kind, call, answer, clock)

    return hook


def _spoiled(kind: str, call: Call, answer: Callable[[], Reply], clock: SimulatedClock) -> Reply:
    match kind:
        case "throttled":
            return error(call, 400, "Throttling")
        case "server":
            return error(call, 500, "InternalFailure")
        case "unavailable":
            return error(call, 503, "ServiceUnavailable")
        case "denied":
            return error(call, 403, "AccessDenied")
        case "gone":
            return error(call, 404, "NoSuchEntity")
        case "expired":
            return error(call, 403, "ExpiredToken")
        case "cut":
            whole = answer()
            return Reply(whole.status, whole.headers, whole.body, cut=0.6)
        case "timeout":
            clock.sleep(60.0)  # what the default time-out would have taken
            time.sleep(2.5)
    return Reply(is_reset=True)


def _values(snapshot: Snapshot, source: str) -> Any:
    return json.loads(snapshot.data(source) or b"null")


def _lost(clean: Snapshot, found: Snapshot) -> Iterator[str]:
    """Records of the clean run that neither stand in the other snapshot nor are told as missing."""
    told = {(gap.operation, gap.resource) for gap in found.gaps}
    for name, source in clean.sources.items():
        if source.status == "skipped" or name == _MOVING:
            continue
        whole, part, status = _values(clean, name), _values(found, name), found.sources[name].status
        if part is None:
            if not any(operation == name for operation, _ in told) and not found.sources[name].reason:
                yield f"{name}: nothing, and no word of it"
        elif name in _PER_ITEM:
            yield from (
                f"{name}: {item}"
                for item in whole
                if item not in part and not told & {(name, item), *_listed_by(clean, name, item)}
            )
            yield from (f"{name}: {item} altered" for item in part if part[item] != whole[item])
        else:
            for key, records in whole.items() if isinstance(whole, dict) else ():
                kept = part.get(key)
                if kept != records and ((name, "") not in told or status != "partial"):
                    yield f"{name}: {key}"
                if isinstance(records, list) and any(record not in records for record in kept or ()):
                    yield f"{name}: {key} altered"


def _listed_by(clean: Snapshot, source: str, item: str) -> Iterator[tuple[str, str]]:
    """The calls by which a run comes to know of an item: operation and resource."""
    yield ("iam:ListUsers", "")
    if source == "iam:GetAccessKeyLastUsed":
        for user, keys in _values(clean, "iam:ListAccessKeys").items():
            if item in (key["AccessKeyId"] for key in keys["AccessKeyMetadata"]):
                yield ("iam:ListAccessKeys", user)


def _untold(outcome: Outcome) -> Iterator[str]:
    """Injected refusals that no gap tells with operation, resource and error code."""
    codes = {"denied": "AccessDenied", "gone": "NoSuchEntity"}
    told = {(gap.operation, gap.resource, gap.error_code) for gap in outcome.snapshot.gaps}
    for kind, call in outcome.injected:
        if kind in codes:
            resource = call.parameters.get(_PER_ITEM.get(call.operation, ""), "")
            if (call.operation, resource, codes[kind]) not in told:
                yield f"{call.operation} {resource} {codes[kind]}"


def _check(clean: Outcome, outcome: Outcome) -> None:
    assert list(_lost(clean.snapshot, outcome.snapshot)) == []
    assert list(_untold(outcome)) == []
    assert len(outcome.injected) <= outcome.calls / 10
    assert outcome.calls <= 2 * clean.calls
    assert outcome.seconds <= 2 * clean.seconds + 30 * len(outcome.injected)


@pytest.fixture(scope="module")
def clean_runs() -> dict[str, Outcome]:
    return {}


@pytest.fixture
def clean(world: World, clean_runs: dict[str, Outcome], tmp_path: Path) -> Outcome:
    """The run without faults, made once."""
    if "clean" not in clean_runs:
        clean_runs["clean"] = _run(world, tmp_path / "clean", None)
    found = clean_runs["clean"]
    assert found.snapshot.gaps == ()
    assert len(_values(found.snapshot, "iam:ListRoles")["Roles"]) == ROLES
    return found


@pytest.mark.parametrize("seed", CI_SEEDS)
def test_faults_lose_no_record(world: World, clean: Outcome, tmp_path: Path, seed: int) -> None:
    outcome = _run(world, tmp_path, seed, clean.calls)
    assert len(outcome.injected) > FAULTS * 0.8
    _check(clean, outcome)


@pytest.mark.soak
def test_a_thousand_faults_of_twenty_seeds_lose_no_record(
    world: World, clean: Outcome, tmp_path: Path
) -> None:
    rows = [f"clean run: {clean.calls} calls, {clean.seconds:.0f} simulated seconds"]
    rows.append("seed  faults  calls  stops  gaps  seconds  " + "  ".join(KINDS))
    total: Counter[str] = Counter()
    for seed in SOAK_SEEDS:
        outcome = _run(world, tmp_path / str(seed), seed, clean.calls)
        _check(clean, outcome)
        kinds = Counter(kind for kind, _ in outcome.injected)
        total += kinds
        rows.append(_row(str(seed), outcome, kinds))
    rows.append(f"{total.total()} faults: " + ", ".join(f"{total[kind]} {kind}" for kind in KINDS))
    print("\n".join(rows))
    assert total.total() >= 1_000


def _row(seed: str, outcome: Outcome, kinds: Mapping[str, int]) -> str:
    counts = "  ".join(f"{kinds.get(kind, 0):{len(kind)}}" for kind in KINDS)
    return (
        f"{seed:>4}  {len(outcome.injected):6}  {outcome.calls:5}  {outcome.stops:5}  "
        f"{len(outcome.snapshot.gaps):4}  {outcome.seconds:7.0f}  {counts}"
    )
