"""What differs between the Pythons that are supported; `make pythons` runs all tests on each that is here."""

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import iamscout


def _classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(iamscout.__path__, "iamscout."):
        if module.name != "iamscout.__main__":
            for _, each in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if each.__module__ == module.name:
                    yield each


def test_no_class_holds_a_partial() -> None:
    """Python 3.14 binds one to the instance as it binds a function, which earlier ones do not."""
    classes = list(_classes())
    held = [
        f"{each.__module__}.{each.__qualname__}.{name}"
        for each in classes
        for name, value in vars(each).items()
        if isinstance(value, functools.partial)
    ]
    assert len(classes) > 300
    assert held == []
