"""JSON as policy documents need it: no key is lost, no number respelled, and nothing hostile gets through.

Python's and most other readers keep the last of two equal keys; a policy's meaning may hang on the first.
"""

from __future__ import annotations

import json
import re
from collections import Counter

MAX_CHARACTERS = 200_000
"""Longer texts are not read: IAM's own limit is 10,240 characters, an SCP's 10,240."""
MAX_DEPTH = 20
"""Deeper nesting is not read: the grammar needs seven levels."""

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class NotReadableError(ValueError):
    """The text is no JSON object, or one beyond the limits; the message is a sentence for people."""


class StrictObject(dict[str, object]):
    """A JSON object; `repeated` holds the keys that occurred more than once, in order."""

    repeated: tuple[str, ...] = ()


class Number:
    """A JSON number that keeps its spelling, however long."""

    __slots__ = ("spelling",)

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling

    def __repr__(self) -> str:
        return self.spelling


def read_object(text: str) -> StrictObject:
    """The object that a text says, with :class:`StrictObject` and :class:`Number` throughout.

    Raises NotReadableError for everything else.
    """
    if not text.strip():
        raise NotReadableError("the document is missing")
    if len(text) > MAX_CHARACTERS:
        raise NotReadableError(
            f"the document has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read"
        )
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise NotReadableError("the document is nested too deeply") from None
    except ValueError as problem:
        raise NotReadableError(f"the document is not JSON: {problem}") from None
    if not isinstance(value, StrictObject):
        raise NotReadableError("the document is not a JSON object")
    # Few documents have so many brackets at all, and counting them is quick.
    if text.count("{") + text.count("[") > MAX_DEPTH and nested_too_deeply(value):
        raise NotReadableError(f"the document is nested deeper than {MAX_DEPTH} levels")
    if _has_half_surrogate(text, value):
        raise NotReadableError("the document holds half of a surrogate pair, which is no text")
    return value


def nested_too_deeply(value: object) -> bool:
    """Whether decoded JSON goes deeper than :data:`MAX_DEPTH`."""
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return True


def _has_half_surrogate(text: str, value: StrictObject) -> bool:
    """Written out as a character or as an escape: neither can be put into a file afterwards."""
    try:
        text.encode()
        if _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False, default=repr).encode()
    except UnicodeEncodeError:
        return True
    return False


def _object(pairs: list[tuple[str, object]]) -> StrictObject:
    made = StrictObject(pairs)
    if len(made) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        made.repeated = tuple(key for key, count in counts.items() if count > 1)
    return made


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON value")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=Number, parse_int=Number
)
