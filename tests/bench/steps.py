"""The steps that are measured one by one, each a process of its own: `steps.py NAME ARGUMENT...`."""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamscout.snapshot.account import Account


def load(snapshot: str) -> None:
    """Load a snapshot and view it as an account: every document parsed."""
    _accounts(snapshot)


def edges(snapshot: str) -> None:
    """Load, then work out all access."""
    from iamscout.access.edges import build_access

    access = build_access(_accounts(snapshot))
    pairs = sum(len(entry.principals) * len(entry.roles) for entry in access.entries)
    print(f"{len(access.entries)} entries for {pairs} pairs, {len(access.half_entries)} half-edges")


def analyze(snapshot: str) -> None:
    """Load, work out all access, and judge with every rule."""
    from iamscout.analysis.run import analyze as run
    from iamscout.rules import load_rules
    from iamscout.snapshot.file import load as load_snapshot

    assessment = run((load_snapshot(Path(snapshot)),), rules=load_rules())
    print(f"{len(assessment.findings)} findings")


def ask(snapshot: str, count: str) -> None:
    """Load, then answer this many questions about callers and roles taken in turn."""
    from iamscout.access.directory import build_directory
    from iamscout.access.requests import Desk, Request

    desk = Desk(build_directory(_accounts(snapshot)))
    callers = sorted(desk.directory.by_arn)
    roles = [arn for arn in callers if desk.directory.by_arn[arn].kind == "role"]
    allowed = 0
    for number in range(int(count)):
        caller, role = callers[number * 7919 % len(callers)], roles[number * 104729 % len(roles)]
        answer = desk.answer(Request(principal=caller, role=role))
        allowed += getattr(answer, "result", "") == "allow"
    print(f"{allowed} of {count} allowed")


def floor(file: str, like: str) -> None:
    """The least that any report costs: decode the file, write what `like` holds in bytes and files."""
    gc.disable()
    json.loads(Path(file).read_bytes())
    sizes = [path.stat().st_size for path in Path(like).rglob("*") if path.is_file()]
    filler = memoryview(b"x" * max(sizes, default=0))
    with tempfile.TemporaryDirectory(dir=Path(like).parent) as folder:
        for number, size in enumerate(sizes):
            Path(folder, f"{number}.html").write_bytes(filler[:size])
    print(f"{len(sizes)} files, {sum(sizes)} bytes")


def _accounts(snapshot: str) -> list[Account]:
    from iamscout.snapshot.file import load as load_snapshot
    from iamscout.snapshot.view import view_account

    gc.disable()
    account = view_account(load_snapshot(Path(snapshot)))
    gc.freeze()
    return [account]


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    steps: dict[str, Callable[..., None]] = {
        "load": load,
        "edges": edges,
        "analyze": analyze,
        "ask": ask,
        "floor": floor,
    }
    steps[name](*arguments)
    sys.stdout.flush()
    os._exit(0)  # as the command line does: nothing is left to clean up
