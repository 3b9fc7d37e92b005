"""What changed as sentences whose names can be linked: who can enter what, and who became how powerful."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from iamscout.access.escalation.methods import all_methods
from iamscout.access.principals import Principal, PrincipalKind
from iamscout.diff.comparable import account_of
from iamscout.diff.edgewords import condition_words
from iamscout.diff.effect import Effect
from iamscout.diff.model import Changes, EdgeChange, ExposureChange, HalfChange
from iamscout.policy.arn import parse_arn
from iamscout.policy.decision import Result

NAMES_SHOWN = 5


class Named(Struct, frozen=True):
    """A name in a sentence, and whom or what it means: the ARN, and for a principal the principal."""

    text: str
    arn: str
    principal: Principal | None = None


Phrase = tuple[str | Named, ...]


class Told(Struct, frozen=True):
    """A sentence without a full stop: its sign (+, - or ~), its effect, and the sentence."""

    sign: str
    effect: Effect
    phrase: Phrase


def plain(phrase: Phrase) -> str:
    """The sentence as text."""
    return "".join(part if isinstance(part, str) else part.text for part in phrase)


class Phrases:
    """The sentences of one comparison; names tell their account where there are several."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self._several = len({moment.account for moment in (*changes.old, *changes.new)}) > 1

    @cached_property
    def power(self) -> tuple[Told, ...]:
        """Who became or ceased to be administrator, or can gain more; methods of one principal together."""
        power = self.changes.power
        former = {principal for principal, _ in power.escalation_left}
        came = frozenset(power.admins_gained)
        # Only who is administrator under conditions has methods as well.
        limited = came.intersection(principal for principal, _ in power.escalation_gained)
        return (
            *self._of_arns(
                "+",
                "widened",
                [arn for arn in power.admins_gained if arn not in limited],
                "is now administrator",
                "are now administrators",
            ),
            *self._escalation(
                "+",
                "widened",
                [pair for pair in power.escalation_gained if pair[0] in limited],
                "is now administrator under conditions, and can gain more",
                "are now administrators under conditions, and can gain more",
            ),
            *self._admins_changed(),
            *self._escalation(
                "+",
                "widened",
                [pair for pair in power.escalation_gained if pair[0] not in limited],
                "can now gain more",
            ),
            *self._escalation("-", "narrowed", power.escalation_lost, "can no longer gain more"),
            *self._of_arns(
                "-",
                "narrowed",
                [arn for arn in power.admins_lost if arn not in former],
                "is no longer administrator",
                "are no longer administrators",
            ),
            *self._escalation(
                "-",
                "narrowed",
                power.escalation_left,
                "is no longer administrator, but can still gain more",
                "are no longer administrators, but can still gain more",
            ),
        )

    def _admins_changed(self) -> Iterator[Told]:
        """Who is administrator at both moments, but not on the same terms."""
        alike: dict[tuple[str, Effect, str], list[str]] = {}
        for each in self.changes.power.admins_changed:
            sign = {"widened": "+", "narrowed": "-"}.get(each.effect, "~")
            if each.conditional_before and not each.conditional_now:
                how = "without conditions now"
            elif each.conditional_now and not each.conditional_before:
                how = "only under conditions now"
            else:
                how = {"widened": "on easier terms", "narrowed": "on stricter terms"}.get(
                    each.effect, "on other terms"
                )
            alike.setdefault((sign, each.effect, how), []).append(each.principal)
        for (sign, effect, how), arns in alike.items():
            yield from self._of_arns(
                sign, effect, arns, f"is administrator {how}", f"are administrators {how}"
            )

    def edge(self, change: EdgeChange) -> Told:
        """An edge that was gained, lost, or has other conditions."""
        who, roles = self._sides(change)
        before, after = change.before, change.after
        if before is not None and after is not None:
            how = {"widened": "on easier terms", "narrowed": "on stricter terms"}.get(
                change.effect, "on other terms"
            )
            words = ": " + "; ".join(change.words) if change.words else ""
            return Told("~", change.effect, (*who, " can enter ", *roles, f" {how}{words}"))
        verdict = after or before
        under = condition_words(verdict, change.principals[0].kind, lost=after is None) if verdict else ""
        is_open = after is not None and after.reason in ("contested", "unreadable")
        verb = "can no longer enter" if after is None else "may now enter" if is_open else "can now enter"
        return Told("-" if after is None else "+", change.effect, (*who, f" {verb} ", *roles, under))

    def half(self, change: HalfChange, *, gained: bool) -> Told:
        """Half of a way in that came or went."""
        who, roles = self._sides(change)
        many = len(change.principals) > 1
        adverb = "now" if gained else "no longer"
        if change.missing == "trust":
            verb = f"{'are' if many else 'is'} {adverb} granted "
            phrase: Phrase = (*who, f" {verb}", *roles, " without being trusted")
        else:
            verb = f"{'are' if many else 'is'} {adverb} trusted by "
            phrase = (*who, f" {verb}", *roles, " without a grant")
        return Told("+" if gained else "-", "neutral", phrase)

    def exposure(self, change: ExposureChange) -> Told:
        """How far some users get at any time, or with a stolen key, other than before."""
        clauses = tuple(self._exposed(change))
        sign = {"widened": "+", "narrowed": "-"}.get(change.effect, "~")
        joined: list[str | Named] = list(self._arns(change.users))
        for number, clause in enumerate(clauses):
            joined.append(": " if not number else "; ")
            joined.extend(clause)
        return Told(sign, change.effect, tuple(joined))

    def _exposed(self, change: ExposureChange) -> Iterator[Phrase]:
        was, now = change.before, change.after
        if was.admin_at_any_time != now.admin_at_any_time:
            yield (
                f"administrator at any time: {_now_and_then(now.admin_at_any_time, was.admin_at_any_time)}",
            )
        if was.holds_key is False and now.holds_key:
            yield ("has an active access key now",)
        if was.holds_key and now.holds_key is False:
            yield ("has no active access key any more",)
        if was.key_admin != now.key_admin:
            yield (f"a stolen key reaches administrator: {_now_and_then(now.key_admin, was.key_admin)}",)
        if was.key_escalates != now.key_escalates:
            yield (
                f"a stolen key {'now' if now.key_escalates else 'no longer'} leads to privilege escalation",
            )
        if change.roles_gained:
            yield ("a stolen key now takes ", *self._roles(change.roles_gained))
        if change.roles_lost:
            yield ("a stolen key no longer takes ", *self._roles(change.roles_lost))

    def _escalation(
        self, sign: str, effect: Effect, pairs: Iterable[tuple[str, str]], one: str, many: str = ""
    ) -> Iterator[Told]:
        held: dict[str, list[str]] = {}
        for principal, method in pairs:
            held.setdefault(principal, []).append(method)
        alike: dict[tuple[str, ...], list[str]] = {}
        for principal, methods in held.items():
            alike.setdefault(tuple(methods), []).append(principal)
        titles = {method.id: method.title for method in all_methods()}
        for ids, principals in alike.items():
            how = _names([*dict.fromkeys(titles.get(method, method) for method in ids)])
            verb = many if many and len(principals) > 1 else one
            yield Told(sign, effect, (*self._arns(principals), f" {verb}: ", *how))

    def _of_arns(self, sign: str, effect: Effect, arns: Sequence[str], one: str, many: str) -> Iterator[Told]:
        if arns:
            yield Told(sign, effect, (*self._arns(arns), f" {one if len(arns) == 1 else many}"))

    def _sides(self, change: EdgeChange | HalfChange) -> tuple[Phrase, Phrase]:
        """Who and which roles; an account that is the same everywhere is told once, at the end."""
        homes = {account_of(arn) for arn in change.roles}
        home = homes.pop() if len(homes) == 1 else ""
        who = self._listed([_one(principal) for principal in change.principals], home)
        return who, self._roles(change.roles)

    def _arns(self, arns: Iterable[str]) -> Phrase:
        return self._listed([(_kind(arn), account_of(arn), Named(_last(arn), arn)) for arn in arns])

    def _roles(self, arns: Iterable[str]) -> Phrase:
        """Roles by name, administrators first."""
        powerful = self.changes.admins
        ordered = sorted(arns, key=lambda arn: (arn not in powerful, arn))
        return self._listed(
            [
                ("role", account_of(arn), Named(f"{_last(arn)}{' (administrator)' * (arn in powerful)}", arn))
                for arn in ordered
            ]
        )

    def _listed(self, told: Sequence[tuple[str, str, Named]], home: str = "") -> Phrase:
        """The first few names, those of one kind behind its word, and how many more there are."""
        more = len(told) - NAMES_SHOWN
        shown = told[:NAMES_SHOWN]
        accounts = {account for _, account, _ in told}
        alike = self._several and len(accounts) == 1
        parts: list[str | Named] = []
        kinds = [kind for kind, _, _ in shown]
        for place, (kind, account, name) in enumerate(shown):
            if place:
                parts.append(" and " if place == len(shown) - 1 and more <= 0 else ", ")
            if kind and (not place or kinds[place - 1] != kind):
                parts.append(f"{kind}{'s' if kinds.count(kind) > 1 else ''} ")
            parts.append(name)
            if self._several and not alike and account not in ("", home):
                parts.append(f" of {account}")
        if more > 0:
            parts.append(f" and {more:,} more")
        if alike and not accounts <= {"", home}:
            parts.append(f" of {told[0][1]}")
        return tuple(parts)


def _now_and_then(now: Result, then: Result) -> str:
    return f"{_YES[now]} now, {_YES[then]} before"


_YES: dict[Result, str] = {"allow": "yes", "conditional": "under conditions", "deny": "no"}
_KINDS: dict[PrincipalKind, str] = {
    "saml": "SAML provider",
    "oidc": "OIDC provider",
    "service": "service",
    "deleted": "deleted principal",
    "unknown": "unknown principal",
}


def _names(found: Sequence[str]) -> Phrase:
    more = len(found) - NAMES_SHOWN
    return (", ".join(found[:NAMES_SHOWN]) + (f" and {more:,} more" if more > 0 else ""),)


def _kind(arn: str) -> str:
    parsed = parse_arn(arn)
    return parsed.resource_type if parsed and parsed.resource_type in ("user", "role", "group") else ""


def _one(principal: Principal) -> tuple[str, str, Named]:
    """A principal as its kind in words, its account where that is worth telling, and its name."""
    kind, value = principal.kind, principal.value
    if kind == "everyone":
        return "", "", Named("everyone (*)", value, principal)
    if kind == "account":
        return "account", "", Named(principal.account, value, principal)
    if kind in ("user", "role", "session"):
        return kind, principal.account, Named(_last(value), value, principal)
    return _KINDS[kind], "", Named(principal.name, value, principal)


def _last(arn: str) -> str:
    """The name at the end, which is unique among its kind in an account."""
    return arn.rpartition("/")[2] or arn
