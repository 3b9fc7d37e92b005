"""Which targets an action reaches: every layer of a principal, by the condition that it leaves open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from iamscout.access.arnindex import ArnIndex
from iamscout.access.callers import RESOURCE_TAGS, Facts
from iamscout.access.cover import CoverReader, Piece, split
from iamscout.access.directory import Directory, Entry
from iamscout.access.escalation.reach import Kind, Reach, Request
from iamscout.access.layers import CallerLayers, LayerReader
from iamscout.access.permissions import Permissions
from iamscout.access.settle import decide_for
from iamscout.policy.context import Context
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import PolicyDocument
from iamscout.policy.evaluate import Halves, TrustForms
from iamscout.policy.formula import ALWAYS, Formula, all_of, any_of, assume, keys

_BOUNDARY_KEY = "iam:permissionsboundary"


class TargetReader:
    """Reads the layers of principals for one action after the other; remembers what they reach."""

    def __init__(self, permissions: Permissions, indexes: Mapping[Kind, ArnIndex]) -> None:
        self.permissions, self.indexes = permissions, indexes
        self.directory = directory = permissions.directory
        self._facts = _TargetFacts(directory)
        self._boundaries: dict[Kind, dict[str, int]] = {}
        self._readers: dict[tuple[str, Kind], LayerReader] = {}
        self._reached: dict[tuple[str, Kind, CallerLayers, str, Request], Reach] = {}

    def reach(self, entry: Entry, action: str, kind: Kind, request: Request) -> Reach:
        """The targets of its own account on which a principal may do an action, by condition."""
        reader = self._readers.get((action, kind))
        if reader is None:
            index, facts = self.indexes[kind], self._facts
            cover = _Reader(self.permissions, index, action, lambda place: facts.of(index.arns[place]))
            reader = self._readers[action, kind] = LayerReader(self.directory, index, cover)
        layers = reader.of(entry)
        key = (action, kind, layers, entry.account + entry.kind, request)
        found = self._reached.get(key)
        if found is None:
            found = self._reached[key] = tuple(self._reach(entry, layers, kind, request))
        return found

    def _reach(
        self, entry: Entry, layers: CallerLayers, kind: Kind, request: Request
    ) -> Iterable[tuple[Formula, int]]:
        context = Context({key: (value,) for key, value in request})
        universe = self.indexes[kind].by_account.get(entry.account, 0) & layers.identity.reach
        boundary = layers.boundary
        parts = split(
            universe,
            (
                layers.identity.allow,
                layers.identity.deny,
                boundary.allow if boundary else (),
                boundary.deny if boundary else (),
                *(level.allow for level in layers.scps),
                *(level.deny for level in layers.scps),
            ),
        )
        found: dict[Formula, int] = {}
        for bits, said in parts:
            for part, extra in self._by_boundary(kind, bits, said):
                identity, denied, limit, limit_denied, *levels = (
                    assume(assume(formula, context), extra) for formula in said
                )
                middle = len(levels) // 2
                halves = Halves(
                    relation="same_account",
                    trust=TrustForms(account=ALWAYS),
                    identity=identity,
                    boundary=limit if boundary else ALWAYS,
                    scp=all_of(*levels[:middle]),
                    deny=any_of(denied, limit_denied),
                    scp_deny=any_of(*levels[middle:]),
                )
                outcome = decide_for(halves, entry.kind)
                if outcome.result != "deny":
                    found[outcome.requires] = found.get(outcome.requires, 0) | part
        yield from found.items()

    def _by_boundary(self, kind: Kind, bits: int, said: tuple[Formula, ...]) -> Iterable[tuple[int, Context]]:
        """Cut targets by their permissions boundary where a condition asks for it."""
        if kind not in ("user", "role") or not any(_BOUNDARY_KEY in keys(formula) for formula in said):
            yield bits, Context()
            return
        for boundary, holders in self._of_boundary(kind).items():
            if bits & holders:
                known = Context({_BOUNDARY_KEY: (boundary,)} if boundary else {}, frozenset({_BOUNDARY_KEY}))
                yield bits & holders, known

    def _of_boundary(self, kind: Kind) -> Mapping[str, int]:
        if kind not in self._boundaries:
            places: dict[str, list[int]] = {}
            index = self.indexes[kind]
            for place, arn in enumerate(index.arns):
                places.setdefault(self.directory.by_arn[arn].entity.boundary_arn, []).append(place)
            self._boundaries[kind] = {arn: index.bits(found) for arn, found in places.items()}
        return self._boundaries[kind]

    def granting(self, entry: Entry, action: str, kind: Kind, bits: int) -> set[StatementRef]:
        """The Allow statements that permit an action on some targets; none where it was never asked."""
        reader = self._readers.get((action, kind))
        return {ref for ref, reach in reader.grants(entry) if reach & bits} if reader else set()


class _Reader(CoverReader):
    """Passes over documents that say nothing of its action: the sets of actions tell at once."""

    def __init__(
        self, permissions: Permissions, index: ArnIndex, action: str, facts: Callable[[int], Facts]
    ) -> None:
        super().__init__(index, action, facts)
        self._documents = permissions.reader
        self._bit = permissions.index.bit(action)

    def pieces(self, document: PolicyDocument, policy: str = "") -> tuple[Piece, ...]:
        """The statements of a document that cover the action."""
        return super().pieces(document, policy) if self._documents.about(document) & self._bit else ()


class _TargetFacts:
    """What AWS derives from targets. Apart from their reader: all that it knows goes as soon as it does."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._tags: dict[str, Facts] = {}

    def of(self, arn: str) -> Facts:
        """The facts of one target."""
        found = self._tags.get(arn)
        if found is None:
            entry = self.directory.by_arn.get(arn)
            values: dict[str, tuple[str, ...]] = {"aws:resourceaccount": (arn.split(":")[4],)}
            known = entry is not None or ":group/" in arn
            for tag in entry.entity.tags if entry else ():
                for family in RESOURCE_TAGS:
                    values[family + tag.key.lower()] = (tag.value,)
            families = frozenset(RESOURCE_TAGS) if known else frozenset[str]()
            found = self._tags[arn] = Facts(values, families=families)
        return found
