"""Other words for words, by a secret key: one word always becomes the same other one, and no two become one.

Letters become letters of the same case and digits digits, as many as there were, so that what was a valid
name or account id is one afterwards. The numbers behind them go through a Feistel network whose rounds are
keyed hashes, which is one-to-one by construction (NIST SP 800-38G describes the idea).

A wildcard may cut a word of a policy in two: `app*` is about `application`. Names are therefore cut where
such fragments of the policies cut them, and each piece is translated for itself, so that the translated
pattern is about the translated names.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

KEY_BYTES = 32
"""The length of a key."""

_ROUNDS = 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALPHANUMERIC = f"0123456789{_LETTERS.upper()}"
_IDENTIFIER = r"(?:A[KS]IA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA|AIPA|ANVA|APKA|ASCA)[A-Z0-9]{8,124}(?![A-Za-z0-9])"
_PIECE = re.compile(
    rf"(?P<variable>\$\{{[^}}]*\}})|(?<![A-Za-z0-9])(?P<identifier>{_IDENTIFIER})"
    r"|(?P<word>[A-Z]+[a-z]*|[a-z]+|[0-9]+)|(?P<foreign>[^\x00-\x7f]+)"
)
_ACCOUNT_DIGITS = 12
_FRAGMENT = re.compile(r"(?<=[*?}])[A-Za-z0-9]+|[A-Za-z0-9]+(?=[*?]|\$\{)")
_WORD = re.compile(r"[A-Z]+[a-z]*|[a-z]+|[0-9]+")


class Pseudonyms:
    """Translates by one key; `fragments` are pieces of words that stand beside a wildcard in a policy."""

    def __init__(self, key: bytes, patterns: Iterable[str] = ()) -> None:
        self._key = key
        self._begins: dict[str, set[str]] = {}
        self._ends: dict[str, set[str]] = {}
        self._within: set[str] = set()
        for text in patterns:
            self._learn(text)
        self.account = lru_cache(maxsize=None)(self._account)
        self._piece = lru_cache(maxsize=None)(self._shaped)
        self.words = lru_cache(maxsize=200_000)(self._words)

    @property
    def fingerprint(self) -> str:
        """Tells one key from another, and nothing else of it."""
        return self._hash("fingerprint", "").hex()[:12]

    def identifier(self, text: str) -> str:
        """A unique id or a key id (`AROA…`): its prefix tells of what kind it is and stays."""
        number = self._permuted("identifier", int(text[4:], 36), 36, len(text) - 4)
        letters = []
        for _ in text[4:]:
            number, place = divmod(number, 36)
            letters.append(_ALPHANUMERIC[place])
        return text[:4] + "".join(reversed(letters))

    def token(self, text: str) -> str:
        """Eight letters that stand for a whole text."""
        value = int.from_bytes(self._hash("token", text)[:8])
        return "".join(_LETTERS[value // 26**place % 26] for place in range(8))

    def _words(self, text: str) -> str:
        """The text with each of its words translated; what joins them, wildcards and variables stay."""
        return _PIECE.sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        if found["variable"]:
            return found[0]
        if found["identifier"]:
            return self.identifier(found[0])
        if found["foreign"]:
            return self.token(found[0])
        word = found[0]
        if word.isdigit() and len(word) == _ACCOUNT_DIGITS:
            return self.account(word)
        return "".join(map(self._piece, self._cut(word)))

    def _account(self, digits: str) -> str:
        """A first digit of 0 stays, and no other becomes one: JSON may have the id as a number."""
        if digits[0] == "0":
            return "0" + self._digits("account", digits[1:])
        found = self._digits("account", digits)
        while found[0] == "0":
            found = self._digits("account", found)
        return found

    def _digits(self, use: str, digits: str) -> str:
        return str(self._permuted(use, int(digits), 10, len(digits))).zfill(len(digits))

    def _shaped(self, word: str) -> str:
        if word.isdigit():
            return self._digits("digits", word)
        number = 0
        for letter in word.lower():
            number = number * 26 + ord(letter) - 97
        value, letters = self._permuted("letters", number, 26, len(word)), []
        for letter in reversed(word):
            value, place = divmod(value, 26)
            letters.append(_LETTERS[place].upper() if letter.isupper() else _LETTERS[place])
        return "".join(reversed(letters))

    def _permuted(self, use: str, number: int, radix: int, length: int) -> int:
        low: int = radix ** (length // 2)
        high: int = radix ** (length - length // 2)
        left, right = divmod(number, low)
        for turn in range(_ROUNDS):
            if turn % 2:
                right = (right + self._round(use, radix, length, turn, left)) % low
            else:
                left = (left + self._round(use, radix, length, turn, right)) % high
        return left * low + right

    def _round(self, use: str, radix: int, length: int, turn: int, half: int) -> int:
        return int.from_bytes(self._hash(f"{use} {radix} {length} {turn}", str(half)))

    def _hash(self, use: str, text: str) -> bytes:
        said = f"{use}\n{text}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(said, key=self._key, digest_size=32).digest()

    def _learn(self, text: str) -> None:
        for found in _FRAGMENT.finditer(text):
            words = _WORD.findall(found[0])
            open_before = found.start() > 0 and text[found.start() - 1] in "*?}"
            open_after = text[found.end() : found.end() + 1] in ("*", "?", "$")
            if open_before and open_after and len(words) == 1:
                self._within.add(words[0])
                continue
            if open_before:
                self._ends.setdefault(words[0][-1:], set()).add(words[0])
            if open_after:
                self._begins.setdefault(words[-1][:1], set()).add(words[-1])

    def _cut(self, word: str) -> Iterator[str]:
        places = {0, len(word)}
        for fragment in self._begins.get(word[:1], ()):
            if word.startswith(fragment):
                places.add(len(fragment))
        for fragment in self._ends.get(word[-1:], ()):
            if word.endswith(fragment):
                places.add(len(word) - len(fragment))
        for fragment in self._within:
            if fragment in word:
                places.update((word.index(fragment), word.index(fragment) + len(fragment)))
        cuts = sorted(places)
        for start, end in itertools.pairwise(cuts):
            yield word[start:end]
