"""The statements that prove an answer."""

from __future__ import annotations

from iamscout.access.callers import Form
from iamscout.access.matching import FREEST_FIRST, TrustMatch
from iamscout.policy.decision import Result, StatementRef
from iamscout.policy.evaluate import Applied, Halves, LayerResult
from iamscout.policy.formula import ALWAYS, NEVER, simplify


def evidence(
    result: Result, halves: Halves, trust: TrustMatch, identity: LayerResult, layers: list[LayerResult]
) -> tuple[StatementRef, ...]:
    """The statements that decide.

    For an allow the shortest proof, for a deny what refuses and the half that is there.
    """
    denies = [item for _, item in trust.applied if item.effect == "Deny"]
    denies += [item for layer in layers for item in layer.applied if item.effect == "Deny"]
    certain = {item.ref for item in denies if simplify(item.formula) == ALWAYS}
    if result == "deny" and certain:
        return tuple(sorted(certain))
    found = {item.ref for item in denies if simplify(item.formula) != NEVER}
    allows: dict[Form, list[Applied]] = {}
    for form, item in trust.applied:
        if item.effect == "Allow":
            allows.setdefault(form, []).append(item)
    if result == "allow":
        for form, items in sorted(allows.items(), key=lambda said: FREEST_FIRST.index(said[0])):
            if any(item.formula == ALWAYS for item in items) and _suffices(form, halves):
                allows = {form: items}
                break
    for items in allows.values():
        found.update(_shortest(items))
    if halves.relation == "cross_account" or "account" in allows or not allows:
        found.update(_shortest([item for item in identity.applied if item.effect == "Allow"]))
    return tuple(sorted(found))


def _suffices(form: Form, halves: Halves) -> bool:
    """Whether an Allow of the trust in this form needs nothing further that is not certain."""
    if halves.relation != "same_account" or form not in ("user", "role", "account"):
        return True
    needed = [halves.boundary, halves.session] if form == "role" else [halves.boundary]
    if form == "account":
        needed = [halves.identity, halves.boundary, halves.session]
    return all(simplify(formula) == ALWAYS for formula in needed)


def _shortest(items: list[Applied]) -> list[StatementRef]:
    """The statements that can apply, or the first that needs nothing; else those whose conditions fail."""
    able = [item for item in items if item.formula != NEVER]
    plain = [item.ref for item in able if item.formula == ALWAYS]
    return plain[:1] or [item.ref for item in able or items]
