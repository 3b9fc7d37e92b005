"""Names for what a plan creates: IAM's limits hold, and nothing that exists is met."""

from __future__ import annotations

import hashlib

ROLE_LENGTH = 64
GROUP_LENGTH = 128
POLICY_LENGTH = 128


class Names:
    """Hands out names that are taken by nobody; IAM compares them without case."""

    def __init__(self, taken: frozenset[str], length: int) -> None:
        self._taken = {name.lower() for name in taken}
        self._length = length

    def take(self, stem: str, suffix: str) -> str:
        """Stem and suffix; a longer stem is cut and told apart by a hash, a taken name by a number."""
        name = f"{stem}{suffix}"
        if len(name) > self._length:
            short = hashlib.sha256(stem.encode()).hexdigest()[:8]
            name = f"{stem[: self._length - len(suffix) - 9]}-{short}{suffix}"
        found, number = name, 2
        while found.lower() in self._taken:
            tail = f"-{number}"
            found, number = f"{name[: self._length - len(tail)]}{tail}", number + 1
        self._taken.add(found.lower())
        return found
