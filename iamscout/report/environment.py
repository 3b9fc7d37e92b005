"""The Jinja environment of all pages, and its compiled templates beside Python's own compiled modules."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import keyword
import pickle
import sys
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.compiler import CodeGenerator, MacroRef
from jinja2.compiler import Frame as Scope
from jinja2.nodes import Call, Expr, Getattr, Getitem, Slice

from iamscout.report import assets
from iamscout.report.text import Display, rendered


def environment(display: Display) -> Environment:
    """An environment in which every value that a template prints goes through `display`."""
    # autoescape is on, for every template whatever its name
    made = _Environment(
        loader=FileSystemLoader(assets.templates()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=display,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=False,
        bytecode_cache=_CompiledTemplates(),
    )
    # No template uses any of Jinja's; it compares their names whenever one imports another.
    made.globals.clear()
    made.filters["n"] = _grouped
    return made


def _grouped(value: object) -> object:
    """`{{ count | n }}`: a number with separators of thousands; in attributes numbers stand without."""
    return f"{value:,}" if isinstance(value, int) else value


class _Direct(CodeGenerator):
    """Compiles `{{ x }}` to `finalize(x)` instead of `escape(finalize(x))`; `x.y`, `x[y]`, `x(y)` to that.

    :class:`Display` is the finalize and returns nothing but escaped text, which markupsafe would only copy
    once more: a fifth of the time of a large report. Jinja tries items where there is no attribute and the
    other way round, two million calls a report; our views have attributes only. A macro without defaults is
    its function, and what is called gets its arguments alone: no function of ours asks for the context.
    """

    def visit_Getattr(self, node: Getattr, frame: Scope) -> None:  # noqa: N802  # Jinja's name
        """An attribute; one that is missing is an error either way."""
        if keyword.iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Getitem(self, node: Getitem, frame: Scope) -> None:  # noqa: N802  # Jinja's name
        """An item."""
        if isinstance(node.arg, Slice):
            super().visit_Getitem(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(")[")
        self.visit(node.arg, frame)
        self.write("]")

    def visit_Call(self, node: Call, frame: Scope, forward_caller: bool = False) -> None:  # noqa: FBT001, FBT002, N802  # Jinja's
        """A call."""
        if forward_caller or node.kwargs or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(")(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Scope) -> None:
        """A macro: the function that was just written."""
        special = macro_ref.accesses_caller or macro_ref.accesses_kwargs or macro_ref.accesses_varargs
        if special or macro_ref.node.defaults:
            super().macro_def(macro_ref, frame)
        else:
            self.write("macro")

    def return_buffer_contents(self, frame: Scope, force_unescaped: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """What a macro returns, which is markup: everything in it has been through the display."""
        self.writeline(f"return rendered(concat({frame.buffer}))")

    def write_commons(self) -> None:
        """What stands at the head of each function."""
        super().write_commons()
        self.writeline("show = environment.finalize")
        self.writeline("rendered = environment.rendered")

    def _output_child_pre(self, node: Expr, frame: Scope, finalize: Any) -> None:  # noqa: ARG002
        self.write("show(")

    def _output_child_post(self, node: Expr, frame: Scope, finalize: Any) -> None:  # noqa: ARG002
        self.write(")")


class _Environment(Environment):
    """Jinja's environment with that compiler."""

    code_generator_class = _Direct
    rendered = staticmethod(rendered)


_DAMAGED = (pickle.UnpicklingError, EOFError, ValueError, AttributeError, ImportError, IndexError)
"""What "The Python Standard Library" (pickle) says that reading may raise."""


class _CompiledTemplates(FileSystemBytecodeCache):
    """Templates compiled once a version: it takes a fifth of the time of a small report.

    They stand in this package's `__pycache__`, where Python keeps its own and only whoever may change the
    package may write.
    """

    def __init__(self) -> None:
        super().__init__(str(Path(importlib.util.cache_from_source(__file__)).parent))
        self._compiler = Path(__file__).read_bytes()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002  # Jinja's signature
        """One file a template and kind of Python, so that what is out of date is replaced."""
        return f"{name}.{sys.implementation.cache_tag}"

    def get_source_checksum(self, source: str) -> str:
        """What a compiled template depends on: its source, Jinja, and this module."""
        return hashlib.sha256(f"{jinja2.__version__}\n{source}".encode() + self._compiler).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template if it can be read, else have it compiled."""
        try:
            super().load_bytecode(bucket)
        except (OSError, *_DAMAGED):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template as Python keeps a module: not where told not to, and silent where it cannot."""
        if not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                super().dump_bytecode(bucket)
