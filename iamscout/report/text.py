"""How text from an account is shown: secrets masked, invisible characters visible, markup escaped.

Every value that a template prints goes through :class:`Display` (it is the environment's `finalize`), so that
no view and no template can forget it. This is the one module that makes :class:`markupsafe.Markup`.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from jinja2 import Undefined
from markupsafe import Markup, escape

INVISIBLE = re.compile(
    # Unicode's categories Cc, Cf, Cs, Zl and Zp but for tab and line feed, spelled out so that all Pythons agree ...
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
_NAMES_A_SECRET = re.compile(rf"(?i)(?:^|[^a-z]){_NAME_OF_SECRET}$")
_HIDDEN = "*" * 12
_PLACEHOLDER = "************ (masked)"
_FEW = 200_000
"""Distinct texts that are remembered; a bound for memory, beyond any real account's names."""


class Secret(str):
    """A text that is not shown at all, because what stands beside it says that it is a secret."""

    __slots__ = ()


class Content(str):
    """A text that stands only between tags, never in an attribute: its quotation marks stay as they are."""

    __slots__ = ()


def told(name: str, value: str) -> str:
    """The value of a tag or setting, as a :class:`Secret` where its name says that it is one."""
    return Secret(value) if value and _NAMES_A_SECRET.search(name) else value


class Display:
    """Turns values into HTML for one rendering; `masked` holds the distinct secrets that were hidden, to be counted.

    Texts are escaped once and remembered: names, ARNs and lines of policies occur many times.
    """

    def __init__(self) -> None:
        self.masked: set[str] = set()
        self._known: dict[str, Markup] = {}
        self._contents: dict[str, Markup] = {}

    def __call__(self, value: object) -> Markup:
        """What a template prints for `value`; markup that this module made is kept as it is."""
        if type(value) is Markup:
            return value
        if isinstance(value, Undefined):
            str(value)  # raises what StrictUndefined has to say
        if type(value) is Secret:
            self.masked.add(value)
            return escape(_PLACEHOLDER)
        if type(value) is Content:
            return self._content(value)
        text = value if type(value) is str else str(value)
        known = self._known.get(text)
        if known is None:
            known = escape(visible(self.mask(text)))
            if len(self._known) < _FEW:
                self._known[text] = known
        return known

    def _content(self, text: str) -> Markup:
        known = self._contents.get(text)
        if known is None:
            cleaned = visible(self.mask(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            known = Markup(cleaned)  # noqa: S704  # all that HTML gives a meaning between tags is escaped
            if len(self._contents) < _FEW:
                self._contents[text] = known
        return known

    def mask(self, text: str) -> str:
        """The text with secrets hidden; key ids keep their prefix and last four characters."""
        if len(text) < 12:
            return text
        if _might_hold_key(text):
            text = KEY_ID.sub(self._key_id, text)
        text = _TOKEN.sub(self._whole, text)
        text = _SECRET_KEY.sub(self._secret_key, text)
        return _ASSIGNED.sub(self._assigned, text)

    def _key_id(self, found: re.Match[str]) -> str:
        self.masked.add(found[0])
        return f"{found[1]}{_HIDDEN}{found[3]}"

    def _whole(self, found: re.Match[str]) -> str:
        self.masked.add(found[0])
        return _PLACEHOLDER

    def _secret_key(self, found: re.Match[str]) -> str:
        return self._whole(found) if _looks_random(found[0]) else found[0]

    def _assigned(self, found: re.Match[str]) -> str:
        value = found["value"]
        if _HIDDEN in value:
            return found[0]
        self.masked.add(value)
        return found[0][: found.start("value") - found.start()] + _PLACEHOLDER


def visible(text: str) -> str:
    r"""The text with every invisible character as a mark such as ``\u202E``; tabs and line feeds stay."""
    if text.isascii() and text.isprintable():
        return text
    return INVISIBLE.sub(_mark, text)


def rendered(html: str) -> Markup:
    """Marks the output of one of our own templates as markup, to be placed in a page around it."""
    return Markup(html)  # noqa: S704  # autoescape has been over every value in it


def _mark(found: re.Match[str]) -> str:
    point = ord(found[0])
    return f"\\u{point:04X}" if point < 0x10000 else f"\\U{point:08X}"


def _might_hold_key(text: str) -> bool:
    return "KIA" in text or "SIA" in text or "BIA" in text or "CCA" in text


def _looks_random(text: str) -> bool:
    """Whether 40 characters look like a secret access key: of all sorts, without the repetition of words."""
    if not (re.search("[a-z]", text) and re.search("[A-Z]", text) and re.search("[0-9]", text)):
        return False
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) > 4.25
