"""iamscout: an offline security report of AWS IAM.

The small public API loads on first use, so that importing the package costs nothing:

    assessment = iamscout.analyze([iamscout.load_snapshot("account.json")], rules=iamscout.load_rules())
    iamscout.render_site(assessment, "reports/account")
    changes = iamscout.diff(earlier_assessment, assessment)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamscout.analysis.run import analyze
    from iamscout.diff.compare import compare as diff
    from iamscout.report.site import render as render_site
    from iamscout.rules import load_rules
    from iamscout.snapshot.file import load as load_snapshot

__version__ = "0.1.0"

_PUBLIC = {
    "load_snapshot": ("iamscout.snapshot.file", "load"),
    "load_rules": ("iamscout.rules", "load_rules"),
    "analyze": ("iamscout.analysis.run", "analyze"),
    "render_site": ("iamscout.report.site", "render"),
}

__all__ = ["__version__", "analyze", "diff", "load_rules", "load_snapshot", "render_site"]


def __getattr__(name: str) -> object:
    """The public function of that name, imported when it is first asked for."""
    if name == "diff":
        return import_module("iamscout.diff")  # a package that can be called
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, function = _PUBLIC[name]
    value: object = getattr(import_module(module), function)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
