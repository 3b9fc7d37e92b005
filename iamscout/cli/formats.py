"""An assessment on stdout for other programs, and by the controls of a benchmark."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.controls import ControlResult, FrameworkCoverage, cover
from iamscout.analysis.places import SnapshotFile
from iamscout.analysis.wording import count
from iamscout.cli.printer import say, say_json
from iamscout.errors import UsageError
from iamscout.export import load_format
from iamscout.snapshot.file import snapshot_files
from iamscout.snapshot.reading import decode_json, read_file

FrameworkName = Literal["cis-4.0.1", "cis-5.0", "cis-6.0", "cis-7.0", "fsbp"]
_WIDTH = 100
_INDENT = 12
_OUTCOMES = {"flawed": "FLAWED", "clear": "clear", "not_judged": "NOT JUDGED"}
_JSON = ("json", "sarif", "ocsf", "asff")


class _Header(Struct):
    """The one member that says whose snapshot a file is."""

    account: str = ""


def show_exported(assessment: Assessment, format_name: str, paths: Iterable[Path]) -> None:
    """Print the findings in a format of `iamscout/export/`; `paths` are those of the command line."""
    files = dict(_files(paths)) if format_name == "sarif" else {}
    content = load_format(format_name)(assessment, files)
    if format_name in _JSON:
        say_json(content)
    else:
        say(content.decode().removesuffix("\n"))


def show_framework(assessment: Assessment, framework: str, format_name: str) -> None:
    """Print how far the controls of a benchmark are judged. Raises UsageError for other formats."""
    coverage = cover(assessment, framework)
    if format_name == "json":
        say_json(msgspec.json.format(msgspec.json.encode(coverage, order="sorted"), indent=2))
    elif format_name == "text":
        for line in _lines(coverage):
            say(line)
    else:
        raise UsageError(f"a framework cannot be told as {format_name}", remedy="use text or json")


def _files(paths: Iterable[Path]) -> Iterator[tuple[str, SnapshotFile]]:
    """The snapshots' files by account, named from the current folder where they are below it."""
    for path in paths:
        for file in snapshot_files(path) if path.is_dir() else (path,):
            content = read_file(file)
            account = decode_json(content, _Header, str(file)).account
            relative = os.path.relpath(file)
            named = str(file.absolute()) if relative.startswith("..") else relative
            yield account, SnapshotFile(named, content)


def _lines(coverage: FrameworkCoverage) -> Iterator[str]:
    yield f"{coverage.name}, the controls on IAM"
    for account, group in groupby(coverage.controls, key=lambda result: result.account):
        results = list(group)
        yield ""
        yield f"account {account}"
        for result in results:
            yield from _control(result)
        judged = [result for result in results if result.outcome != "not_judged"]
        flawed = sum(result.outcome == "flawed" for result in judged)
        yield f"  {len(judged)} of {count(len(results), 'control')} judged, {flawed} flawed"


def _control(result: ControlResult) -> Iterator[str]:
    found = f" ({count(len(result.findings), 'finding')})" if result.findings else ""
    found += f" ({result.accepted:,} accepted)" if result.accepted else ""
    yield f"  {result.control:<8}{_OUTCOMES[result.outcome]:<12}{result.title}{found}"
    told = ", ".join(result.rules)
    for words in (result.reason, told if result.outcome == "flawed" else ""):
        margin = " " * _INDENT
        yield from textwrap.wrap(
            words, _WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
        )
