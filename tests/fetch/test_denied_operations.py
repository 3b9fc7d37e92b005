"""Each operation denied in turn, from the fetch to the first page: no rule turns from fail to pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

import msgspec
import pytest

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.run import analyze
from iamscout.cli.summary import has_gaps
from iamscout.demo import embedded_organization
from iamscout.demo.clock import StoppedClock
from iamscout.fetch.answer import utc_text
from iamscout.fetch.collect import FetchOptions, collect
from iamscout.fetch.gateway import IDENTITY, Gateway, SessionLike
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.registry import all_sources
from iamscout.fetch.spec import OPTIONS
from iamscout.report.atlas import Atlas
from iamscout.report.edition import Edition
from iamscout.report.frame import frame
from iamscout.report.pages import entries
from iamscout.report.render import Renderer
from iamscout.report.views import index
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot
from tests.fetch.conftest import small_account

EVERYTHING = FetchOptions(switches=tuple(OPTIONS))
OPERATIONS = sorted({operation for spec in all_sources() for operation in spec.operations})

Told = Mapping[tuple[str, bytes], Any]
"""What AWS said, by operation and parameters: an answer or a refusal."""


class Replaying(Gateway):
    """Answers from what was told before, scripted for what the embedded AWS does not offer."""

    told: ClassVar[Told] = {}
    denied: ClassVar[str] = ""

    def _try(self, operation: str, parameters: Mapping[str, object]) -> dict[str, Any] | RefusalError:
        if operation == self.denied:
            return RefusalError(operation, "AccessDenied", "denied in turn", "denied")
        found = self.told.get((operation, msgspec.json.encode(parameters, order="sorted")))
        if found is None:
            scripted = small_account()[operation]
            found = _plain(scripted(parameters) if callable(scripted) else scripted)
        return found  # type: ignore[no-any-return]  # what was told is plain JSON


def _without_idle_policies(answer: Any) -> Any:
    """AWS's own policies by the thousand would be most of the work, and those not in use say nothing."""
    if isinstance(answer, dict) and "RoleDetailList" in answer:
        used = [
            each
            for each in answer["Policies"]
            if each.get("AttachmentCount") or not each["Arn"].startswith("arn:aws:iam::aws:")
        ]
        return {**answer, "Policies": used}
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return utc_text(value) if isinstance(value, datetime) else value


class World:
    """The demo's main account as it was told once, and its assessment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._rules = load_rules()
        told: dict[tuple[str, bytes], Any] = {}
        asked = Gateway._try

        def recording(gateway: Gateway, operation: str, parameters: Mapping[str, object]) -> Any:
            found = asked(gateway, operation, parameters)
            told[operation, msgspec.json.encode(parameters, order="sorted")] = found
            return found

        with embedded_organization() as aws:
            account = aws.accounts[0]
            self._session: SessionLike = account.session
            with monkeypatch.context() as patch:
                patch.setattr(Gateway, "_try", recording)
                options = FetchOptions(switches=tuple(OPTIONS), not_offered=account.not_offered)
                collect(self._session, clock=StoppedClock(), options=options)
        self._told = {asked: _without_idle_policies(answer) for asked, answer in told.items()}
        self.clean = self.judge("")
        assert self.clean[0].gaps == ()

    def judge(self, denied: str) -> tuple[Snapshot, Assessment]:
        """The snapshot and the assessment with an operation denied; none where it is empty."""
        replaying = type("ReplayingNow", (Replaying,), {"told": self._told, "denied": denied})
        with self._monkeypatch.context() as patch:
            patch.setattr("iamscout.fetch.collect.Gateway", replaying)
            snapshot = collect(self._session, clock=StoppedClock(), options=EVERYTHING)
        return snapshot, analyze([snapshot], rules=self._rules)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield World(monkeypatch)


def _first_page(assessment: Assessment) -> str:
    """`index.html` alone; a whole report for each operation would take minutes."""
    atlas = Atlas(assessment, None, None)
    renderer = Renderer(frame(atlas, entries(atlas), Edition()))
    return str(renderer.html(next(index.pages(atlas))))


def _open(assessment: Assessment) -> set[tuple[str, str]]:
    return {(each.rule, each.resource) for each in assessment.findings if each.status == "open"}


def _not_available(assessment: Assessment) -> set[str]:
    return {each.rule for each in assessment.findings if each.status == "not_available"}


def test_the_account_has_flaws_to_lose(world: World) -> None:
    found = _open(world.clean[1])
    assert len({rule for rule, _ in found}) >= 20
    assert not has_gaps(world.clean[1])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_denied_operation_turns_no_rule_from_fail_to_pass(world: World, operation: str) -> None:
    snapshot, assessment = world.judge(operation)
    assert {(gap.operation, gap.error_code) for gap in snapshot.gaps} == {(operation, "AccessDenied")}
    unknown = _not_available(assessment)
    passed = {
        (rule, resource)
        for rule, resource in _open(world.clean[1]) - _open(assessment)
        if rule not in unknown
    }
    assert passed == set()
    # What makes a command end with status 4, and the first page tell.
    assert has_gaps(assessment)
    assert "Not everything was collected." in _first_page(assessment)


def test_the_identity_alone_is_not_to_be_denied() -> None:
    assert IDENTITY not in OPERATIONS
