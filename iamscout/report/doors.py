"""Who gets into each role, counted once for all roles: the short answer that lists and headings give."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from iamscout.access.credentials import Mfa
from iamscout.access.model import AccessMap
from iamscout.access.principals import PrincipalKind
from iamscout.report.guards import NOT_APPLICABLE, State, mfa_state, weakest
from iamscout.report.words import listed, plural

_NOUNS: dict[PrincipalKind, str] = {
    "account": "outside account",
    "user": "user",
    "role": "role",
    "session": "role session",
    "saml": "SAML provider",
    "oidc": "OIDC provider",
    "service": "AWS service",
}


class Door(Struct, frozen=True):
    """Who gets into one role: callers by kind, and the weakest MFA among those for whom it can matter."""

    counts: Mapping[PrincipalKind, int]
    mfa: State
    weakest: Mfa | None
    certain: bool
    """Whether somebody gets in without any condition left open."""

    @property
    def mfa_matters(self) -> bool:
        """Whether anybody gets in for whom MFA can play a part."""
        return self.weakest is not None

    @property
    def words(self) -> str:
        """The callers in words: `everyone`, `2 users and 1 AWS service`, or `nobody`."""
        if self.counts.get("everyone"):
            return "everyone"
        return listed(
            [plural(self.counts[kind], noun) for kind, noun in _NOUNS.items() if self.counts.get(kind)]
        ) or ("nobody")


CLOSED = Door({}, NOT_APPLICABLE, None, certain=False)


def doors(access: AccessMap) -> Mapping[str, Door]:
    """Role ARN to who gets in; roles that nobody gets into are missing."""
    counts: dict[str, dict[PrincipalKind, int]] = {}
    guards: dict[str, set[Mfa]] = {}
    certain: set[str] = set()
    for entry in access.entries:
        kind = entry.principals[0].kind
        number = len(entry.principals)
        mixed = any(principal.kind != kind for principal in entry.principals)
        for role in entry.roles:
            found = counts.setdefault(role, {})
            if mixed:
                for principal in entry.principals:
                    found[principal.kind] = found.get(principal.kind, 0) + 1
            else:
                found[kind] = found.get(kind, 0) + number
            guards.setdefault(role, set()).add(entry.verdict.mfa)
        if entry.verdict.result == "allow":
            certain.update(entry.roles)
    made: dict[tuple[object, ...], Door] = {}
    result: dict[str, Door] = {}
    for role, found in counts.items():
        mfa = weakest(sorted(guards[role], key=lambda each: (each.grade, each.max_age_seconds or 0)))
        key = (tuple(sorted(found.items())), mfa, role in certain)
        door = made.get(key)
        if door is None:
            state = mfa_state(mfa) if mfa else NOT_APPLICABLE
            door = made[key] = Door(found, state, mfa, certain=role in certain)
        result[role] = door
    return result
