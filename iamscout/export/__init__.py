"""Findings in the formats of other programs, one module each; this folder is their registry.

A format's name is its module's. Each has `export(assessment, files)`: from an assessment, and from the
snapshots' files by account id where lines are told, to the bytes of the document. Pure: the snapshots' time
is the only time. Secrets are masked and invisible characters are shown as marks in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeAlias

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.places import SnapshotFile

Export: TypeAlias = Callable[[Assessment, Mapping[str, SnapshotFile]], bytes]


def formats() -> tuple[str, ...]:
    """The names of all formats, sorted."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def load_format(name: str) -> Export:
    """What makes a document of this format. Raises KeyError for a name that is not in `formats()`."""
    if name not in formats():
        raise KeyError(name)
    export: Export = import_module(f"{__name__}.{name}").export
    return export
