"""From what botocore parsed to plain JSON values: times as text, policy documents verbatim.

Which fields are times and which are documents is read from botocore's own model of the operation, so no
text of the account (a tag named like a field, a description that looks like JSON) is ever taken for one.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import HTTPClientError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from iamscout.snapshot.documents import document_value

DOCUMENT_SHAPES = frozenset({"policyDocumentType", "PolicyContent", "PermissionSetPolicyDocument"})
"""Policy documents: IAM's (URL-encoded text), those of AWS Organizations and Identity Center (JSON text)."""

Converter = Callable[[Any], Any]


class MutilatedAnswerError(HTTPClientError):
    """An answer of which nothing could be read; botocore takes half a JSON text for an empty answer."""

    fmt = "The answer to {operation} holds none of its fields"


def reader(operation: OperationModel) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The function that makes plain values of the answers to an operation; it changes the answer in place."""
    shape = operation.output_shape
    convert = (_converter(shape, _read_leaf) if shape is not None else None) or _as_it_is
    members = frozenset(shape.members) if isinstance(shape, StructureShape) else frozenset()
    is_json = "json" in operation.service_model.resolved_protocol

    def read(answer: dict[str, Any]) -> dict[str, Any]:
        answer.pop("ResponseMetadata", None)
        if is_json and members.isdisjoint(answer):
            raise MutilatedAnswerError(operation=operation.name)
        converted: dict[str, Any] = convert(answer)
        return converted

    return read


def revived(operation: OperationModel) -> Converter:
    """The function that makes of an answer read back from JSON what :func:`reader` had made of it: bytes."""
    shape = operation.output_shape
    return (_converter(shape, _revived_leaf) if shape is not None else None) or _as_it_is


def utc_text(when: datetime) -> str:
    """A time as ISO 8601 text in UTC, the way AWS writes it: `2026-01-31T23:59:59Z`."""
    aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return aware.isoformat().replace("+00:00", "Z")


def _read_leaf(shape: Shape) -> Converter | None:
    if shape.type_name == "timestamp":
        return utc_text
    return document_value if shape.name in DOCUMENT_SHAPES else None


def _revived_leaf(shape: Shape) -> Converter | None:
    return base64.b64decode if shape.type_name == "blob" else None


def _converter(shape: Shape, of_leaf: Callable[[Shape], Converter | None]) -> Converter | None:
    """What to do with a value of a shape; None where nothing in it needs a change."""
    convert = of_leaf(shape)
    if convert is not None:
        return convert
    if isinstance(shape, StructureShape):
        found = ((name, _converter(member, of_leaf)) for name, member in shape.members.items())
        return _of_members([(name, convert) for name, convert in found if convert])
    if isinstance(shape, ListShape):
        return _of_items(_converter(shape.member, of_leaf))
    if isinstance(shape, MapShape):
        return _of_values(_converter(shape.value, of_leaf))
    return None


def _of_members(converters: list[tuple[str, Converter]]) -> Converter | None:
    def structure(value: dict[str, Any]) -> dict[str, Any]:
        for name, convert in converters:
            if name in value:
                value[name] = convert(value[name])
        return value

    return structure if converters else None


def _of_items(convert: Converter | None) -> Converter | None:
    if convert is None:
        return None
    return lambda items: [convert(item) for item in items]


def _of_values(convert: Converter | None) -> Converter | None:
    if convert is None:
        return None
    return lambda values: {key: convert(value) for key, value in values.items()}


def _as_it_is(value: Any) -> Any:
    return value
