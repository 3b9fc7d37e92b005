"""The rules, one a file; this folder is their registry and holds nothing else.

A rule's id is its module's name with dashes. What is in the folder is a rule: a module without a `RULE` is
an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from iamscout.analysis.rule import Rule, RuleError


@cache
def load_rules() -> tuple[Rule, ...]:
    """Every rule of the catalogue, sorted by id."""
    names = sorted(module.name for module in iter_modules(__path__))
    return gather(import_module(f"{__name__}.{name}") for name in names)


def gather(modules: Iterable[ModuleType]) -> tuple[Rule, ...]:
    """The rules of these modules with their ids, sorted.

    Raises RuleError for a module without a rule and for an id used twice.
    """
    found: dict[str, Rule] = {}
    for module in modules:
        name = module.__name__.rpartition(".")[2]
        rule = getattr(module, "RULE", None)
        if not isinstance(rule, Rule):
            raise RuleError(
                "has no RULE", where=module.__name__, remedy="the folder holds rules and nothing else"
            )
        identifier = rule.id or name.replace("_", "-")
        if identifier in found:
            raise RuleError(f"has the id {identifier!r} of another rule", where=module.__name__)
        found[identifier] = replace(rule, id=identifier)
    return tuple(found[identifier] for identifier in sorted(found))
