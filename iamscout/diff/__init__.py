"""Changes between two moments: what came and went, what lets more in or less, what was found and fixed.

The package can be called: `iamscout.diff(old, new)` is part of the public API and has the package's own name.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamscout.analysis.assessment import Assessment
    from iamscout.diff.model import Changes


class _Callable(ModuleType):
    """The package as a function: importing any module of it makes it an attribute of `iamscout` anyhow."""

    def __call__(self, old: Assessment, new: Assessment) -> Changes:
        """Everything that changed from one assessment to another."""
        from iamscout.diff.compare import compare  # noqa: PLC0415  # asking for the package loads nothing

        return compare(old, new)


sys.modules[__name__].__class__ = _Callable
