"""A snapshot's sources, decoded into shapes on demand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

import msgspec
from msgspec import Raw, Struct

from iamscout.policy.arn import root_arn
from iamscout.snapshot.model import Snapshot, Status
from iamscout.snapshot.remarks import Remarks
from iamscout.snapshot.tolerant import decode_struct, shown

S = TypeVar("S", bound=Struct)


class _WithArn(Protocol):
    """A shape that names its own ARN; empty where AWS did not."""

    arn: str


A = TypeVar("A", bound=_WithArn)


class Answers:
    """What AWS answered in one snapshot, with the remarks on what could not be read."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.remarks = Remarks(root_arn(snapshot.account, snapshot.partition))
        self.arn_prefix = f"arn:{snapshot.partition}:iam::{snapshot.account}:"

    def read(self, source: str, shape: type[S]) -> S | None:
        """A source as its shape, whatever its status; None where it holds nothing, or nothing readable."""
        raw = self._raw(source)
        return None if raw is None else decode_struct(raw, shape, self.remarks.of_source(source))

    def read_each(self, source: str, shape: type[S]) -> dict[str, S] | None:
        """A source of one answer per item, by item and sorted."""
        raw = self._raw(source)
        if raw is None:
            return None
        try:
            answers = msgspec.json.decode(raw, type=dict[str, Raw])
        except (ValueError, RecursionError):
            self.remarks.lost(source, "", shown(raw))
            return {}
        found = {
            item: decode_struct(answers[item], shape, self.remarks.of_source(source), item)
            for item in sorted(answers)
        }
        return {item: answer for item, answer in found.items() if answer is not None}

    def with_arn(self, source: str, shapes: Iterable[A]) -> list[A]:
        """The shapes that have an ARN, sorted by it, each once; what has none is noted."""
        found: dict[str, A] = {}
        for number, shape in enumerate(shapes):
            if shape.arn:
                found.setdefault(shape.arn, shape)
            else:
                self.remarks.lost(source, f"[{number}]", "an item without ARN")
        return [found[arn] for arn in sorted(found)]

    def statuses(self) -> tuple[tuple[str, Status, str], ...]:
        """Source, status and reason, sorted; `ok` becomes `partial` where not all of it could be read."""
        return tuple(self._status(source) for source in sorted(self.snapshot.sources))

    def _status(self, source: str) -> tuple[str, Status, str]:
        told = self.snapshot.sources[source]
        losses = self.remarks.losses.get(source)
        if not losses or told.status != "ok":
            return source, told.status, told.reason
        places = ", ".join(losses[:3]) + (" and more" if len(losses) > 3 else "")
        return source, "partial", f"could not be read: {places or 'the answer as a whole'}"

    def _raw(self, source: str) -> Raw | None:
        found = self.snapshot.sources.get(source)
        if found is None or bytes(memoryview(found.data)[:8]).strip() in (b"", b"null"):
            return None
        return found.data
