"""All access of a run, by classes instead of pairs: who can assume which role, under which conditions.

Callers with equal layers and roles with equal trust meet once; only pairs that a trust policy names one by
one are looked at singly, and trust policies whose conditions ask about the caller once for each kind of
answer. No step visits callers x roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from operator import attrgetter

from msgspec import Struct

from iamscout.access.arnindex import ArnIndex, places_of
from iamscout.access.cover import CoverReader, split
from iamscout.access.directory import Directory, Entry, build_directory
from iamscout.access.half import half_entries
from iamscout.access.layers import Bundle, CallerLayers, LayerReader
from iamscout.access.matching import NOT_PRINCIPAL_PAGE
from iamscout.access.model import AccessEntry, AccessMap, Scope, Verdict
from iamscout.access.outside import outside_entries, session_entries
from iamscout.access.pairs import PairReader
from iamscout.access.principals import Principal
from iamscout.access.settle import decide_for, has_open_keys, known_facts, settle_open
from iamscout.access.trust import ASSUME_ROLE, explode
from iamscout.access.trustindex import TrustClass, TrustIndex
from iamscout.access.verdict import make_verdict
from iamscout.policy.decision import StatementRef
from iamscout.policy.evaluate import Halves, Outcome, TrustForms
from iamscout.policy.formula import ALWAYS, NEVER, Formula, all_of, any_of
from iamscout.snapshot.account import Account
from iamscout.snapshot.reading import collector_off

Sets = dict[tuple[Scope, Verdict], int]
"""For each scope and verdict the roles."""
Parts = list[tuple[int, tuple[Formula, ...]]]
"""The roles cut into parts for which all layers of a caller say the same."""


def build_access(accounts: Iterable[Account]) -> AccessMap:
    """Work out all access among these accounts and from outside into them."""
    with collector_off():
        return _build(accounts)


def _build(accounts: Iterable[Account]) -> AccessMap:
    directory = build_directory(accounts)
    index = ArnIndex(role.arn for account in directory.accounts.values() for role in account.roles)
    trust = TrustIndex(directory, index)
    layers = LayerReader(directory, index, CoverReader(index, ASSUME_ROLE, trust.facts))
    pairs = PairReader(directory, index, trust, layers)
    joined = Join(directory, index, trust, layers, pairs)
    entries = [*joined.entries(), *session_entries(trust, pairs), *outside_entries(trust)]
    return AccessMap(
        directory=directory,
        entries=tuple(sorted(entries, key=_entry_order)),
        grants={arn: explode(arn, trust.statements[place]) for place, arn in enumerate(index.arns)},
        finding_halves=half_entries(trust, layers, pairs, joined.reached),
    )


def _entry_order(entry: AccessEntry) -> tuple[object, ...]:
    return (entry.scope, entry.action, entry.principals, entry.roles, entry.verdict.result)


_Known = tuple[Sets, list[tuple[Scope, Verdict]]]
"""What a class of callers gets, and of it what may be told apart further."""


class _Alike(Struct, frozen=True, eq=False):
    """Callers who get the same of all roles, and what grants it to one or other of them."""

    principals: tuple[Principal, ...]
    bundles: frozenset[Bundle]


class Join:
    """Joins the callers of the snapshots with the roles of the snapshots."""

    def __init__(
        self, directory: Directory, index: ArnIndex, trust: TrustIndex, layers: LayerReader, pairs: PairReader
    ) -> None:
        self.directory, self.index, self.trust, self.layers, self.pairs = (
            directory,
            index,
            trust,
            layers,
            pairs,
        )
        self.reached: dict[str, int] = {}
        """Caller ARN to the roles it can or may take."""
        self._known: dict[tuple[str, str, CallerLayers, tuple[TrustClass, ...]], _Known] = {}
        self._plain: dict[tuple[str, str, CallerLayers], Sets] = {}
        self._asked: dict[tuple[str, str, CallerLayers, TrustClass], Sets] = {}
        self._parts: dict[CallerLayers, Parts] = {}
        self._verdicts: dict[tuple[object, ...], Verdict | None] = {}

    def entries(self, callers: Iterable[Entry] | None = None) -> Iterable[AccessEntry]:
        """One entry for each set of roles that some callers (by default all) share under one verdict."""
        classes: dict[int, tuple[Sets, list[Entry]]] = {}
        for entry in self.directory.by_arn.values() if callers is None else callers:
            sets = self._of(entry)
            classes.setdefault(id(sets), (sets, []))[1].append(entry)
        shared: dict[tuple[Scope, Verdict, int], list[_Alike]] = {}
        for sets, entries in classes.values():
            reached = 0
            alike = self._alike(entries) if sets else None
            for (scope, verdict), bits in sets.items():
                if alike and bits:
                    shared.setdefault((scope, verdict, bits), []).append(alike)
                    reached |= bits
            if reached:
                self.reached.update((entry.arn, reached) for entry in entries)
        members: dict[int, tuple[str, ...]] = {}
        for (scope, verdict, bits), sharing in shared.items():
            if bits not in members:
                members[bits] = self.index.members(bits)
            yield AccessEntry(
                # Users and roles never share a verdict, so their ARNs alone put them in order.
                principals=tuple(
                    sorted(
                        chain.from_iterable(alike.principals for alike in sharing), key=attrgetter("value")
                    )
                ),
                roles=members[bits],
                action=ASSUME_ROLE,
                scope=scope,
                verdict=verdict,
                identity_by=_identity_by(sharing, bits) if verdict.needs_identity_policy else (),
            )

    def _alike(self, entries: list[Entry]) -> _Alike:
        return _Alike(
            tuple(Principal(entry.kind, entry.arn, entry.account) for entry in entries),
            frozenset(bundle for entry in entries for bundle in self.layers.bundles(entry) if bundle.grants),
        )

    def _of(self, entry: Entry) -> Sets:
        """What a caller gets; the same object for callers of one class, unless a policy tells them apart."""
        layers = self.layers.of(entry)
        asked = self.pairs.asked(entry, layers.reach)
        key = (entry.account, entry.kind, layers, asked)
        known = self._known.get(key)
        if known is None:
            found = self._of_class(entry, layers, asked)
            known = self._known[key] = (found, _open_pairs(found))
        found, open_pairs = known
        # Callers that a policy names are looked at one by one: what it says to them holds for nobody else.
        named = self.trust.named(entry.arn)
        if named:
            found = {pair: bits & ~named for pair, bits in found.items()}
            for place in places_of(named):
                pair = self.pairs.verdict(entry, place)
                if pair is not None:
                    found[pair] = found.get(pair, 0) | 1 << place
            open_pairs = _open_pairs(found)
        return self._settled(entry, found, open_pairs) if open_pairs and entry.kind == "role" else found

    def _of_class(self, entry: Entry, layers: CallerLayers, asked: tuple[TrustClass, ...]) -> Sets:
        key = (entry.account, entry.kind, layers)
        plain = self._plain.get(key)
        if plain is None:
            plain = self._plain[key] = {}
            for trust_class in self.trust.classes(entry.account):
                _add_all(plain, self._join(entry, layers, trust_class))
        found = dict(plain)
        for trust_class in asked:
            if trust_class.everyone == NEVER and not trust_class.bits & layers.reach:
                continue
            asked_key = (*key, trust_class)
            sets = self._asked.get(asked_key)
            if sets is None:
                sets = self._asked[asked_key] = self._join(entry, layers, trust_class)
            _add_all(found, sets)
        return found

    def _settled(self, entry: Entry, found: Sets, open_pairs: list[tuple[Scope, Verdict]]) -> Sets:
        """Work in what is known of `aws:userid` in the open sessions of one role."""
        caller = self.layers.caller(entry)
        settled = found
        for pair in open_pairs:
            scope, verdict = pair
            facts = known_facts(verdict.requires, caller, self.directory)
            outcome = Outcome(verdict.result, verdict.reason, verdict.requires, verdict.readings)
            left = outcome if facts == ALWAYS else settle_open(outcome, facts)
            if left == outcome:
                continue
            settled = dict(found) if settled is found else settled
            bits = settled.pop(pair)
            if left.result != "deny":
                needs_identity = verdict.needs_identity_policy
                now = (scope, make_verdict(left, entry.kind, needs_identity_policy=needs_identity))
                settled[now] = settled.get(now, 0) | bits
        return settled

    def _join(self, entry: Entry, layers: CallerLayers, trust: TrustClass) -> Sets:
        """Join one class of callers with one class of roles."""
        found: Sets = {}
        same = self.index.by_account.get(entry.account, 0)
        granted = trust.bits & layers.reach
        if not granted and trust.everyone == NEVER:
            return found
        inside = same & (granted if trust.everyone == NEVER else trust.bits)
        across = granted & ~same
        scopes: tuple[tuple[Scope, int], ...] = (("same_account", inside), ("cross_account", across))
        for scope, candidates in scopes:
            if not candidates:
                continue
            needs_identity = scope == "cross_account" or trust.everyone == NEVER
            for part, said in self._parts_of(layers):
                bits = candidates & part
                if not bits:
                    continue
                # The same few formulas meet again and again: what they come to is remembered.
                met = (scope, entry.kind, layers.boundary is None, *trust.said, *said)
                if met in self._verdicts:
                    verdict = self._verdicts[met]
                else:
                    outcome = decide_for(_halves(layers, trust, said, scope), entry.kind)
                    verdict = self._verdicts[met] = (
                        None
                        if outcome.result == "deny"
                        else make_verdict(outcome, entry.kind, needs_identity_policy=needs_identity)
                    )
                if verdict is not None:
                    found[scope, verdict] = found.get((scope, verdict), 0) | bits
        return found

    def _parts_of(self, layers: CallerLayers) -> Parts:
        known = self._parts.get(layers)
        if known is None:
            boundary = layers.boundary
            known = self._parts[layers] = split(
                self.index.everything,
                (
                    layers.identity.allow,
                    layers.identity.deny,
                    layers.rcp_deny,
                    boundary.allow if boundary else (),
                    boundary.deny if boundary else (),
                    *(level.allow for level in layers.scps),
                    *(level.deny for level in layers.scps),
                ),
            )
        return known


def _identity_by(sharing: list[_Alike], bits: int) -> tuple[StatementRef, ...]:
    """The statements of the identity half for some of these roles."""
    bundles = frozenset[Bundle]().union(*(alike.bundles for alike in sharing))
    return tuple(sorted({ref for bundle in bundles for ref, reach, _ in bundle.grants if reach & bits}))


def _open_pairs(found: Sets) -> list[tuple[Scope, Verdict]]:
    """What depends on who exactly has a role's session."""
    return [pair for pair in found if pair[1].result == "conditional" and has_open_keys(pair[1].requires)]


def _halves(layers: CallerLayers, trust: TrustClass, said: tuple[Formula, ...], scope: Scope) -> Halves:
    identity, identity_deny, rcp_deny, boundary, boundary_deny, *levels = said
    middle = len(levels) // 2
    return Halves(
        relation=scope,  # type: ignore[arg-type]  # both names are relations, too
        trust=TrustForms(everyone=trust.everyone, account=trust.account),
        identity=identity,
        boundary=boundary if layers.boundary else ALWAYS,
        scp=all_of(*levels[:middle]),
        deny=any_of(identity_deny, boundary_deny, trust.deny),
        scp_deny=any_of(*levels[middle:]),
        rcp_deny=rcp_deny,
        contested_deny=trust.contested,
        contested_source=NOT_PRINCIPAL_PAGE if trust.contested != NEVER else "",
        identity_covers=identity != NEVER,
    )


def _add_all(found: Sets, more: Sets) -> None:
    for pair, bits in more.items():
        found[pair] = found.get(pair, 0) | bits
