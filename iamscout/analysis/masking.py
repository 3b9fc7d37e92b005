"""Text from an account as every output shows it: secrets masked, invisible characters visible.

Names, tags and documents are written by whoever may write to the account.
"""

from __future__ import annotations

import math
import re
from collections import Counter

INVISIBLE = re.compile(
    # Unicode's categories Cc, Cf, Cs, Zl and Zp but for tab and line feed, as all Pythons are to agree
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    # ... then what has no shape of its own all the same: fillers, joiners, variation selectors, tags.
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0e\ufffe\uffff\U000e0000-\U000e0fff]"
)
"""Characters that a reader would not see, or that would move what they see."""

KEY_ID = re.compile(r"(?<![A-Za-z0-9])(A[KS]IA|ABIA|ACCA)([A-Z0-9]{8,120})([A-Z0-9]{4})(?![A-Za-z0-9])")
"""Access key ids and their kin ("IAM identifiers", unique ID prefixes): prefix, what is hidden, the end."""

_SECRET_KEY = re.compile(r"(?<![A-Za-z0-9/+=_-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])")
_TOKEN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk_live_)[A-Za-z0-9_-]{16,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    re.DOTALL,
)
_NAME_OF_SECRET = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret(?:[_ -]?access)?(?:[_ -]?key)?|(?:api|private)[_ -]?key"
    r"|(?:auth[_ -]?)?token)"
)
_ASSIGNED = re.compile(rf"(?i)(?<![a-z]){_NAME_OF_SECRET}(?:\s*=\s*|:\s+)(?P<value>[^\s,;\"'<>]{{6,}})")
NAMES_A_SECRET = re.compile(rf"(?i)(?:^|[^a-z]){_NAME_OF_SECRET}$")
"""The name of a tag or setting whose value is a secret."""
_HIDDEN = "*" * 12
PLACEHOLDER = "************ (masked)"
"""What stands for a secret of which nothing is shown."""


class Masker:
    """Hides secrets in texts; `masked` holds the distinct ones that were hidden, to be counted."""

    def __init__(self) -> None:
        self.masked: set[str] = set()

    def one_line(self, text: str) -> str:
        """The text as an export shows it: on one line, secrets hidden, invisible characters as marks."""
        return visible(self.mask(text)).replace("\n", " ").replace("\t", " ")

    def mask(self, text: str) -> str:
        """The text with secrets hidden; key ids keep their prefix and last four characters."""
        if len(text) < 12:
            return text
        if _might_hold_key(text):
            text = KEY_ID.sub(self._key_id, text)
        if _might_hold_token(text):
            text = _TOKEN.sub(self._whole, text)
        if len(text) >= 40:
            text = _SECRET_KEY.sub(self._secret_key, text)
        if _might_assign(text):
            text = _ASSIGNED.sub(self._assigned, text)
        return text

    def _key_id(self, found: re.Match[str]) -> str:
        self.masked.add(found[0])
        return f"{found[1]}{_HIDDEN}{found[3]}"

    def _whole(self, found: re.Match[str]) -> str:
        self.masked.add(found[0])
        return PLACEHOLDER

    def _secret_key(self, found: re.Match[str]) -> str:
        return self._whole(found) if _looks_random(found[0]) else found[0]

    def _assigned(self, found: re.Match[str]) -> str:
        value = found["value"]
        if _HIDDEN in value:
            return found[0]
        self.masked.add(value)
        return found[0][: found.start("value") - found.start()] + PLACEHOLDER


def visible(text: str) -> str:
    r"""The text with every invisible character as a mark such as ``\u202E``; tabs and line feeds stay."""
    if text.isascii() and text.isprintable():
        return text
    return INVISIBLE.sub(_mark, text)


def _mark(found: re.Match[str]) -> str:
    point = ord(found[0])
    return f"\\u{point:04X}" if point < 0x10000 else f"\\U{point:08X}"


def _might_hold_key(text: str) -> bool:
    return "KIA" in text or "SIA" in text or "BIA" in text or "CCA" in text


def _might_hold_token(text: str) -> bool:
    return "_" in text or "-----BEGIN " in text or "glpat-" in text or "xox" in text or "eyJ" in text


def _might_assign(text: str) -> bool:
    if "=" not in text and ":" not in text:
        return False
    folded = text.casefold()
    return "pass" in folded or "token" in folded or "secret" in folded or "key" in folded or "pwd" in folded


def _looks_random(text: str) -> bool:
    """Whether 40 characters look like a secret access key: of all sorts, without the repetition of words."""
    if not (re.search("[a-z]", text) and re.search("[A-Z]", text) and re.search("[0-9]", text)):
        return False
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) > 4.25
