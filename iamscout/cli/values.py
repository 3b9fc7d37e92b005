"""Values of the command line that are plainly right, taken without pydantic.

Typer builds a validator of pydantic for each parameter, also to find that text is text: 60 ms, a tenth of a
small report. What is not plainly right, and every error, is left to typer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin


@dataclass(frozen=True)
class _Conversion:
    """What typer asks to convert the value of a parameter; `otherwise` makes the one that it would ask."""

    otherwise: Callable[[], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value in the type of its annotation."""
        annotation = param.type_descriptor.annotation
        many = get_origin(annotation) is list and isinstance(value, (tuple, list))
        kind = get_args(annotation)[0] if many else annotation
        values = value if many else [value]
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if all(_is_plain(each, kind) for each in values):
            taken = [Path(each) if kind is Path else each for each in values]
            return taken if many else taken[0]
        return self.otherwise().coerce(value, param=param, ctx=ctx)


def take_plainly(parameter: Any) -> None:
    """Have the values of an argument or option converted here where that is easy.

    `parameter` is Any because typer does not export the class of what is put in the place of its own.
    """
    conversion = _Conversion(partial(type(parameter).get_runtime_param, parameter))
    parameter.get_runtime_param = lambda: conversion


def _is_plain(value: Any, kind: Any) -> bool:
    if kind is Path:
        return isinstance(value, (str, Path))
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    return type(value) is kind
