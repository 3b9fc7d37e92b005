"""Names of pages and fragments: `[a-z0-9-]`, never a raw name, the same for the same ARN in every run.

IAM names may hold `+=,.@_-`, differ by case alone between accounts, or be `CON`, so a name is only a readable
part of the file's name and the hash tells files apart.
"""

from __future__ import annotations

import hashlib
import re

_OTHER = re.compile(r"[^a-z0-9]+")
_SLUG_LENGTH = 16
_HASH_LENGTH = 10


def slug(name: str) -> str:
    """At most 16 characters of `[a-z0-9-]` that remind of the name: whole words where they fit.

    A large report names its pages a million times, always beside the whole name.
    """
    words = _OTHER.sub("-", name.lower()).strip("-")
    if len(words) > _SLUG_LENGTH:
        words = words[: _SLUG_LENGTH + 1].rpartition("-")[0] or words[:_SLUG_LENGTH]
    return words or "x"


def digest(identity: str, length: int = _HASH_LENGTH) -> str:
    """The first hex digits of the SHA-256 of an ARN or another stable text; lone surrogates do no harm."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def page_path(folder: str, name: str, identity: str) -> str:
    """Where the page of an entity stands in the report: `roles/vendor-deploy-21112dd5b5.html`."""
    return f"{folder}/{slug(name)}-{digest(identity)}.html"


def numbered(path: str, page: int) -> str:
    """The path of a later static page of a list: `roles.html`, then `roles-2.html`."""
    return path if page == 1 else f"{path.removesuffix('.html')}-{page}.html"
