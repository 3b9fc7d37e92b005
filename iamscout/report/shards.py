"""Data for the report's script, as scripts: pages opened from file:// may not fetch, but may add scripts.

A shard is one call, `IAMSCOUT.shard("roles",3,[...])`, in a file of at most 256 KB. Texts are as pages show
them (secrets hidden, invisible characters as marks), in ASCII, without what means something to HTML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import msgspec

SHARD_BYTES = 256_000
"""What a file of data weighs at most, unless one item alone is heavier."""

_encode = msgspec.json.Encoder().encode
_encode_in_ascii = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def encoded(value: object) -> str:
    """A value as JSON that may stand in any script or page."""
    text = _encode(value).decode()
    if not text.isascii():  # of few rows; the encoder that can escape takes five times as long
        text = _encode_in_ascii(value)
    return text.translate(_ESCAPES) if "<" in text or ">" in text or "&" in text else text


def shard(kind: str, number: int, content: str) -> bytes:
    """One file of data; `content` is JSON from :func:`encoded`, or made of such."""
    return f"IAMSCOUT.shard({encoded(kind)},{number},{content});\n".encode("ascii")


def cut(items: Iterable[object]) -> Iterator[list[str]]:
    """Items as JSON, in lists of which each fits in one file."""
    part: list[str] = []
    weight = 0
    for item in items:
        text = encoded(item)
        if part and weight + len(text) + 1 > SHARD_BYTES - 200:
            yield part
            part, weight = [], 0
        part.append(text)
        weight += len(text) + 1
    if part:
        yield part


def files_of(folder: str, kind: str, items: Iterable[object]) -> list[tuple[str, bytes]]:
    """Pairs of path and content of all the files that hold these items."""
    return [
        (f"assets/{folder}/{kind}-{number}.js", shard(kind, number, f"[{','.join(part)}]"))
        for number, part in enumerate(cut(items))
    ]
