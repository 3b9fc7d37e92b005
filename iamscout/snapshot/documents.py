"""Policy documents on their way into a snapshot and out of it.

A snapshot holds a document as a JSON object where that loses nothing but the order of keys, and as its text
where it would lose something: equal keys, numbers in another spelling, half surrogates, or no JSON at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

import msgspec
from msgspec import Raw

from iamscout.policy.document import PolicyDocument
from iamscout.policy.parse import parse_document
from iamscout.policy.strict_json import nested_too_deeply


def document_value(given: str | Raw | Mapping[str, object] | None) -> object:
    """What a snapshot holds for a document: an object, or its text.

    Text may be URL-encoded as IAM's API sends it (RFC 3986); it is decoded once, and only where it is not
    JSON already. Raw JSON is a document as the AWS CLI prints it, decoded or as a string. Other JSON values
    stay what they are. The same text gives the same object: it is to be stored, not changed.
    """
    if isinstance(given, Raw):
        return _from_raw(bytes(given))
    return _from_text(given) if isinstance(given, str) else given


def read_document(raw: Raw) -> PolicyDocument:
    """Parse a document as a source holds it; an empty `raw` is one that is not there. Never raises."""
    return parse_document(_text(bytes(raw)))


def _from_raw(content: bytes) -> object:
    start = content[:1]
    if start == b"{":
        return _from_text(_compact(content))
    try:
        value: object = msgspec.json.decode(content)
    except (ValueError, RecursionError):
        return _compact(content)
    return _from_text(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _from_text(text: str) -> object:
    value = _lossless(text)
    if value is None and "%" in text and not _is_json(text):
        plain = unquote(text)
        if _is_json(plain):
            found = _lossless(plain)
            return plain if found is None else found
    return text if value is None else value


def _lossless(text: str) -> dict[str, object] | None:
    """The object that a text says, or None where an object would say less than the text."""
    try:
        content = text.encode()
        value: object = msgspec.json.decode(content)
        if msgspec.json.encode(value) != msgspec.json.format(content, indent=-1):
            value = json.loads(
                text,
                object_pairs_hook=_without_repeats,
                parse_float=_same_spelling,
                parse_int=_same_spelling,
                parse_constant=_same_spelling,
            )
            msgspec.json.encode(value)
    except (ValueError, OverflowError, RecursionError):
        return None
    return value if isinstance(value, dict) and not nested_too_deeply(value) else None


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key occurs twice")
    return made


def _same_spelling(number: str) -> object:
    value: object = json.loads(number)
    if json.dumps(value) != number or number[-1:] in "yN":
        raise ValueError("a number would change its spelling")
    return value


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def _text(content: bytes) -> str:
    if content[:1] == b'"':
        try:
            return msgspec.json.decode(content, type=str)
        except ValueError:
            return content.decode("utf-8", "replace")
    return _compact(content)


def _compact(content: bytes) -> str:
    """Without white space between tokens, so that a document has one text however it was indented."""
    if not content:
        return ""
    try:
        return msgspec.json.format(content, indent=-1).decode()
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")
