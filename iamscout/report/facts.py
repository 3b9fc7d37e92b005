"""What is said about an entity in pairs of label and value."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from iamscout.report.text import told
from iamscout.report.words import moment
from iamscout.snapshot.account import Group, Role, Tag, User


class Fact(Struct, frozen=True):
    """A label and its value."""

    label: str
    value: str


def entity_facts(entity: User | Group | Role) -> tuple[Fact, ...]:
    """What every entity has: its id (a recreated one has another), path and age."""
    path = (Fact("Path", entity.path),) if entity.path not in ("", "/") else ()
    return (Fact("Unique id", entity.unique_id), *path, Fact("Created", moment(entity.created)))


def tag_facts(tags: Iterable[Tag]) -> tuple[Fact, ...]:
    """Tags as facts; the value of one whose key names a secret is hidden."""
    return tuple(Fact(f"Tag {tag.key}", told(tag.key, tag.value)) for tag in tags)
