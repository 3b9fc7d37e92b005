"""All sources, found by looking into the folder `sources/`, in the order in which they are asked."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterable
from functools import cache

from iamscout.fetch import sources
from iamscout.fetch.spec import SourceSpec, Switch


@cache
def all_sources() -> tuple[SourceSpec, ...]:
    """Every declared source: by name, but after the ones it needs, and those that come first in front."""
    names = sorted(module.name for module in pkgutil.iter_modules(sources.__path__))
    modules = [importlib.import_module(f"{sources.__name__}.{name}") for name in names]
    return ordered(module.SOURCE for module in modules)


def ordered(specs: Iterable[SourceSpec]) -> tuple[SourceSpec, ...]:
    """The order to ask in. Raises ValueError where a source needs one that is not there, or a circle."""
    waiting = sorted(specs, key=lambda spec: (not spec.comes_first, spec.name))
    known = {spec.name for spec in waiting}
    asked: dict[str, SourceSpec] = {}
    while waiting:
        ready = next(
            (spec for spec in waiting if known.issuperset(spec.needs) and asked.keys() >= set(spec.needs)),
            None,
        )
        if ready is None:
            raise ValueError(f"sources need what is never asked: {', '.join(spec.name for spec in waiting)}")
        asked[ready.name] = ready
        waiting.remove(ready)
    return tuple(asked.values())


def switched_on(switches: Collection[Switch]) -> tuple[SourceSpec, ...]:
    """The sources that are asked with these switches, `default` ones always."""
    return tuple(spec for spec in all_sources() if spec.switch == "default" or spec.switch in switches)
