"""The snapshot: what AWS said about one account at one time, verbatim, and what it refused to say."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

SCHEMA = "iamscout/snapshot/1"
"""Format and version, the first thing that is checked on reading."""

Status = Literal["ok", "partial", "denied", "throttled", "failed", "skipped", "absent"]
"""How a source went: `partial` was cut or some items failed, `skipped` was not asked for or is not offered,
`absent` was not given to an import. Only `ok` lets a rule say that something is not there."""

UNANSWERED: tuple[Status, ...] = ("partial", "denied", "throttled", "failed")
"""The statuses that make a run end with exit status 4."""

Category = Literal["accounts", "names", "emails", "keys"]
"""What can be redacted: account and organization ids; names of people and things with their unique ids,
tags and descriptions; email addresses; key ids."""
CATEGORIES: tuple[Category, ...] = get_args(Category)


class Tool(Struct, frozen=True):
    """What wrote a file."""

    name: str
    version: str


class Gap(Struct, frozen=True, order=True):
    """One thing that AWS did not tell: an operation, on one resource or on all (empty), and AWS's error."""

    operation: str
    resource: str
    error_code: str
    message: str


class Source(Struct, frozen=True):
    """The answer to one operation, in AWS's own response shape with pages merged, as raw JSON bytes.

    An operation that is called once per item holds an object of item (ARN or name) to response. `reason`
    says why the status is not ok.
    """

    status: Status
    data: Raw = Raw(b"null")
    reason: str = ""


class Redaction(Struct, frozen=True):
    """Which categories of texts are pseudonyms (`accounts`, `names`…), and the fingerprint of their key."""

    categories: tuple[str, ...]
    key: str


class Snapshot(Struct, frozen=True):
    """One account, one capture. Times are UTC; `captured_at` is the start and every report's only "now".

    `sources` is keyed by operation as IAM spells it (`iam:ListRoles`) or, for assembled ones, a plain name
    (`organization`). `time_source` tells whether the time was measured by a fetch, given to an import, or
    is the clock at import. `redaction` is there where texts are pseudonyms.
    """

    account: str
    partition: str
    captured_at: datetime
    captured_until: datetime
    tool: Tool
    sources: dict[str, Source]
    caller: str = ""
    gaps: tuple[Gap, ...] = ()
    time_source: Literal["fetch", "given", "import"] = "fetch"
    schema: str = SCHEMA
    redaction: Redaction | UnsetType = UNSET

    def status(self, source: str) -> Status:
        """The status of a source; one that the file does not mention was not asked for."""
        found = self.sources.get(source)
        return found.status if found else "skipped"

    def data(self, source: str) -> bytes | None:
        """The raw JSON of a source, or None where there is none."""
        found = self.sources.get(source)
        if found is None:
            return None
        raw = bytes(found.data)
        return None if raw == b"null" else raw


def encode_source(value: object) -> Raw:
    """Turn plain JSON values into the bytes a :class:`Source` holds, keys sorted."""
    return Raw(msgspec.json.encode(value, order="sorted"))
