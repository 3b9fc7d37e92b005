"""Nothing that names the account, its people or their credentials is left of any source when redacted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from iamscout.fetch.collect import FetchOptions, collect
from iamscout.fetch.registry import all_sources
from iamscout.fetch.spec import OPTIONS
from iamscout.snapshot.model import CATEGORIES, Snapshot
from iamscout.snapshot.redact import redact, redactor_for

if TYPE_CHECKING:
    from tests.fetch.conftest import ScriptedAws, SimulatedClock

WORDS = (
    "111122223333", "444455556666", "o-example", "alice", "staff", '"ops"', "/web", "/www", '"member"',
    "AKIAIOSFODNN7EXAMPLE", "TA7SMP42TDN5Z26OBPJE7EXAMPLE", "APKAEIVFHP46CEXAMPLE", "ACCAEXAMPLE123EXAMPLE",
    "ssoins-1111222233334444", "d-1111111111", '"g-1"', "Operators", "operators", "/teams/", "own-ca",
    "analyzer/external", '"build"', "build.example.com", "BEGIN CERTIFICATE", "aaaaaaaa-1111-2222",
    "GAHT12345678",
)  # fmt: skip


@pytest.fixture
def told(scripted: type[ScriptedAws], script: dict[str, Any], clock: SimulatedClock) -> Snapshot:
    script["iam:ListSAMLProviders"] = {"SAMLProviderList": []}
    return collect(scripted(script), clock=clock, options=FetchOptions(switches=tuple(OPTIONS)))


@pytest.mark.parametrize("source", [spec.name for spec in all_sources()])
def test_no_source_tells_a_name_or_an_id(told: Snapshot, source: str) -> None:
    redacted = redact(told, redactor_for([told], CATEGORIES, b"k" * 32))
    text = (redacted.data(source) or b"").decode()
    assert [word for word in WORDS if word in text] == []


def test_the_words_are_there_before(told: Snapshot) -> None:
    text = "".join((told.data(spec.name) or b"").decode() for spec in all_sources())
    assert [word for word in WORDS if word not in text] == []
