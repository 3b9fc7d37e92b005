r"""Prints for people and programs: results to stdout, the rest to stderr, nothing that acts on a terminal.

Names, messages and even file names come from the audited account or from whoever sent the files. Control,
bidirectional and invisible characters in them are shown as marks such as ``\u001B``.
"""

from __future__ import annotations

import os
import re
import sys

from iamscout.analysis.masking import INVISIBLE, visible
from iamscout.errors import OutputError

_WHITE_SPACE = re.compile(r"[ \t\r\n]+")


def say(text: object) -> None:
    """Print a result to stdout; line feeds and tabs within it stay."""
    _write(clean(str(text)) + "\n")


def say_json(content: bytes | str) -> None:
    r"""Print JSON to stdout, invisible characters as ``\u`` escapes: other bytes, the same values."""
    text = content.decode() if isinstance(content, bytes) else content
    _write(_escaped(text.removesuffix("\n")) + "\n")


def tell(text: object) -> None:
    """Print a remark to stderr, on one line."""
    print(one_line(str(text)), file=sys.stderr)


def tell_lines(text: str) -> None:
    """Print several lines to stderr as they are laid out, such as a traceback."""
    print(clean(text.rstrip("\n")), file=sys.stderr)


def one_line(text: str) -> str:
    """Text for a terminal, on one line: white space as single spaces, invisible characters as marks."""
    return clean(_WHITE_SPACE.sub(" ", text).strip(" "))


def clean(text: str) -> str:
    """Text for a terminal, invisible characters as marks; line feeds and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return visible(text)


def prepare_streams() -> None:
    """Let stdout and stderr take any text, whatever the locale: pipes and files get UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if not hasattr(stream, "reconfigure"):
            continue  # a stand-in of some test, which takes any text anyway
        encoding = stream.encoding if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def flush() -> None:
    """Hand over everything printed. Raises BrokenPipeError where nobody reads it any more."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        forget_stdout()
        raise _not_written(problem) from None


def forget_stdout() -> None:
    """Nothing more can be written there; what is left must not fail again when Python ends."""
    # A stand-in for stdout is not handed over at the end.
    if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as problem:
        forget_stdout()
        raise _not_written(problem) from None


def _not_written(problem: OSError) -> OutputError:
    return OutputError(f"cannot be written: {problem.strerror}", where="standard output")


def _escaped(text: str) -> str:
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return INVISIBLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    """JSON's spelling of a character; one beyond the first 65,536 is two surrogates."""
    point = ord(found[0])
    if point < 0x10000:
        return f"\\u{point:04X}"
    return f"\\u{0xD800 + (point - 0x10000 >> 10):04X}\\u{0xDC00 + (point & 0x3FF):04X}"
