"""Decode JSON into structs without letting one bad value cost the rest.

What AWS sends fits the shapes and is decoded in one step. What other programs wrote may not: then each member
that does not fit is left out, and said so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import Raw, Struct, structs

S = TypeVar("S", bound=Struct)

NoteOdd = Callable[[str, str], None]
"""Called with where a value stands (`RoleDetailList[3].CreateDate`) and its beginning as text."""

_LONGEST = 80


def decode_struct(raw: Raw | bytes, shape: type[S], odd: NoteOdd, at: str = "") -> S | None:
    """Decode an object; members that are null count as missing, those that do not fit are noted and left out.

    None where it is no object at all.
    """
    try:
        return msgspec.json.decode(raw, type=shape)
    except (ValueError, RecursionError):
        pass
    members = _decode(raw, dict[str, Raw])
    if members is None:
        odd(at, shown(raw))
        return None
    values: dict[str, object] = {}
    for field in structs.fields(shape):
        member = members.get(field.encode_name)
        if member is not None and bytes(member) != b"null":
            found = _member(member, field.type, odd, f"{at}.{field.encode_name}" if at else field.encode_name)
            if found is not None:
                values[field.name] = found
    return shape(**values)


def shown(raw: Raw | bytes) -> str:
    """The beginning of a JSON value, for a note."""
    text = bytes(raw)[: 4 * _LONGEST].decode("utf-8", "replace")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _member(raw: Raw, kind: Any, odd: NoteOdd, at: str) -> object:
    found = _decode(raw, kind)
    if found is not None:
        return found
    origin, inner = get_origin(kind), get_args(kind)
    if origin is list:
        items = _decode(raw, list[Raw])
        if items is not None:
            read = [_member(item, inner[0], odd, f"{at}[{number}]") for number, item in enumerate(items)]
            return [item for item in read if item is not None]
    elif origin is dict:
        members = _decode(raw, dict[str, Raw])
        if members is not None:
            pairs = {key: _member(value, inner[1], odd, f"{at}.{key}") for key, value in members.items()}
            return {key: value for key, value in pairs.items() if value is not None}
    else:
        shapes = [each for each in (kind, *inner) if isinstance(each, type) and issubclass(each, Struct)]
        if shapes:
            return decode_struct(raw, shapes[0], odd, at)
    odd(at, shown(raw))
    return None


def _decode(raw: Raw | bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, RecursionError):
        return None
