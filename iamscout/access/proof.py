"""The statements that prove an answer."""

from __future__ import annotations

from collections.abc import Iterable

from iamscout.access.matching import TrustMatch
from iamscout.policy.decision import StatementRef
from iamscout.policy.evaluate import Applied, Halves, LayerResult
from iamscout.policy.formula import ALWAYS, NEVER, simplify


def evidence(
    result: str, halves: Halves, trust: TrustMatch, identity: LayerResult, layers: list[LayerResult]
) -> tuple[StatementRef, ...]:
    """The statements that decide.

    For an allow the shortest proof, for a deny what refuses and the half that is there.
    """
    found: list[StatementRef] = []
    denies = [item for _, item in trust.applied if item.effect == "Deny"]
    denies += [item for layer in layers for item in layer.applied if item.effect == "Deny"]
    found += [item.ref for item in denies if simplify(item.formula) != NEVER]
    if result == "deny" and any(simplify(item.formula) == ALWAYS for item in denies):
        return tuple(sorted({item.ref for item in denies if simplify(item.formula) == ALWAYS}))
    allows = [(form, item) for form, item in trust.applied if item.effect == "Allow"]
    same = halves.relation == "same_account"
    free = [item for form, item in allows if not same or form != "account"]
    if same and any(item.formula == ALWAYS for item in free) and result == "allow":
        return tuple(sorted({*found, *_shortest(free)}))
    found += _shortest([item for _, item in allows])
    if halves.relation == "cross_account" or any(form == "account" for form, _ in allows) or not allows:
        found += _shortest([item for item in identity.applied if item.effect == "Allow"])
    return tuple(sorted(set(found)))


def _shortest(items: Iterable[Applied]) -> list[StatementRef]:
    """The statements that can apply, or the first that needs nothing; else those whose conditions fail."""
    covering = list(items)
    able = [item for item in covering if item.formula != NEVER]
    plain = [item.ref for item in able if item.formula == ALWAYS]
    return plain[:1] or [item.ref for item in able or covering]
