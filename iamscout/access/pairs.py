"""One caller of the snapshots and one role, from layers that are read: for pairs a trust policy names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Self

from iamscout.access.arnindex import ArnIndex
from iamscout.access.callers import Caller
from iamscout.access.cover import formula_at
from iamscout.access.directory import Directory, Entry
from iamscout.access.layers import CallerLayers, LayerReader
from iamscout.access.matching import NOT_PRINCIPAL_PAGE, TrustMatch
from iamscout.access.model import Scope, Verdict
from iamscout.access.settle import assume_halves, decide_for, settle
from iamscout.access.trustindex import ANY_KEY, AskingClass, TrustClass, TrustIndex
from iamscout.access.verdict import make_verdict
from iamscout.policy.context import Context
from iamscout.policy.evaluate import Halves, Outcome
from iamscout.policy.formula import ALWAYS, NEVER, all_of, any_of


class PairReader:
    """Answers about single pairs from the layers of the caller and the trust of the role."""

    def __init__(self, directory: Directory, index: ArnIndex, trust: TrustIndex, layers: LayerReader) -> None:
        self.directory, self.index, self.trust, self.layers = directory, index, trust, layers
        self._resolved: dict[tuple[object, ...], TrustClass] = {}
        self._outcomes: dict[tuple[str, int, CallerLayers], tuple[Outcome, TrustMatch, Scope]] = {}
        self._common: dict[tuple[object, ...], tuple[TrustClass, ...]] = {}
        self._equal: dict[TrustClass, TrustClass] = {}

    def with_layers(self, directory: Directory, layers: LayerReader) -> Self:
        """The same where callers have other policies; what trust policies say to them stays known."""
        made = copy(self)
        made.directory, made.layers = directory, layers
        return made

    def verdict(self, entry: Entry, place: int) -> tuple[Scope, Verdict] | None:
        """Scope and verdict where the caller can or may take the role."""
        outcome, match, scope = self.outcome(entry, place)
        if outcome.result == "deny":
            return None
        free = scope == "same_account" and any(
            form != NEVER
            for form in (match.forms.everyone, match.forms.user, match.forms.role, match.forms.session)
        )
        return scope, make_verdict(outcome, entry.kind, needs_identity_policy=not free)

    def outcome(self, entry: Entry, place: int) -> tuple[Outcome, TrustMatch, Scope]:
        """What a caller gets of a role, what the trust says to it, and the scope."""
        key = (entry.arn, place, self.layers.of(entry))
        known = self._outcomes.get(key)
        if known is None:
            caller, context = self.layers.caller(entry), self.layers.context(entry)
            known = self._outcomes[key] = self.outcome_of(caller, entry, place, context)
        return known

    def outcome_of(
        self, caller: Caller, entry: Entry, place: int, context: Context
    ) -> tuple[Outcome, TrustMatch, Scope]:
        """The same for a caller that is one session of the role `entry`."""
        account = self.trust.accounts[place]
        match = self.trust.match(caller, place, context)
        layers = self.layers.of(entry)
        same = (entry.account, caller.partition) == (account.id, account.partition)
        scope: Scope = "same_account" if same else "cross_account"
        halves = self._halves(layers, match, 1 << place, scope)
        if caller.kind == "session":
            # The layers are those of any session of the role: of this one the id is known.
            halves = assume_halves(halves, context)
        outcome = decide_for(halves, caller.kind)
        if caller.partition != account.partition:
            outcome = Outcome("deny", "principal_cannot_assume", NEVER)
        return settle(outcome, halves, caller, self.directory), match, scope

    def asked(self, entry: Entry, reach: int) -> tuple[TrustClass, ...]:
        """What the trust policies that ask about the caller say to one whom they do not name.

        Policies that let nobody like it in are left out, and so may be those of roles that it lacks the grant
        for; `reach` are the roles that its identity policies may allow.
        """
        common = self._to_all_alike(entry)
        single = self.trust.asking_singly(entry.arn)
        if not single:
            return common
        granted = reach & ~self.trust.named(entry.arn)
        free = granted | self.index.by_account.get(entry.account, 0) & ~self.trust.named(entry.arn)
        fitting = [asking for asking in single if asking.bits & (free if asking.is_free else granted)]
        return (*common, *self._letting_in(fitting, entry)) if fitting else common

    def _to_all_alike(self, entry: Entry) -> tuple[TrustClass, ...]:
        """What the policies say whose answer depends on a few keys; one object for equal values of them."""
        asking = self.trust.asking_by_keys
        named = self.trust.named(entry.arn) & self.trust.asking_roles
        if named:
            return tuple(self._letting_in((each for each in asking if not each.bits & named), entry))
        values = self.layers.context(entry).values
        answers = tuple(values.get(key, ()) for key in self.trust.keys_asked)
        key = (entry.account, entry.kind, bool(entry.entity.boundary_arn), *answers)
        known = self._common.get(key)
        if known is None:
            known = self._common[key] = tuple(self._letting_in(asking, entry))
        return known

    def _letting_in(self, asking: Iterable[AskingClass], entry: Entry) -> Iterator[TrustClass]:
        partition = self.directory.accounts[entry.account].partition
        for each in asking:
            if each.account.partition == partition:
                resolved = self._resolve(each, entry)
                if resolved.everyone != NEVER or resolved.account != NEVER:
                    yield resolved

    def _resolve(self, asking: AskingClass, entry: Entry) -> TrustClass:
        """What a trust policy that asks about the caller says to one that it does not name."""
        context = self.layers.context(entry)
        if asking.keys == ANY_KEY:
            answers: tuple[object, ...] = (entry.arn,)
        else:
            answers = tuple(context.values.get(key, ()) for key in asking.keys)
        key = (asking.place, entry.account, entry.kind, bool(entry.entity.boundary_arn), *answers)
        known = self._resolved.get(key)
        if known is None:
            match = self.trust.match(self.layers.caller(entry), asking.place, context)
            made = TrustClass(
                asking.bits, match.forms.everyone, match.forms.account, match.deny, match.contested_deny
            )
            known = self._resolved[key] = self._equal.setdefault(made, made)
        return known

    def _halves(self, layers: CallerLayers, match: TrustMatch, bit: int, scope: Scope) -> Halves:
        boundary = layers.boundary
        deny = [formula_at(layers.identity.deny, bit), match.deny]
        if boundary is not None:
            deny.append(formula_at(boundary.deny, bit))
        reach = layers.reach
        return Halves(
            relation=scope,  # type: ignore[arg-type]  # both names are relations, too
            trust=match.forms,
            identity=formula_at(layers.identity.allow, bit),
            boundary=formula_at(boundary.allow, bit) if boundary is not None else ALWAYS,
            scp=all_of(*(formula_at(level.allow, bit) for level in layers.scps)),
            deny=any_of(*deny),
            scp_deny=any_of(*(formula_at(level.deny, bit) for level in layers.scps)),
            rcp_deny=formula_at(layers.rcp_deny, bit),
            contested_deny=match.contested_deny,
            contested_source=NOT_PRINCIPAL_PAGE if match.contested_deny != NEVER else "",
            identity_covers=bool(reach & bit),
            trust_covers=match.covers,
        )
