"""`iamscout can-assume`: who can take which role, under which conditions, proven by which statements."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from iamscout.access.directory import build_directory
from iamscout.access.explain import REASONS, explain
from iamscout.access.requests import (
    ContextScalar,
    ContextValue,
    Desk,
    Refusal,
    Request,
    read_request,
    spell_requires,
)
from iamscout.cli.printer import say, say_json
from iamscout.cli.unread import tell_unread
from iamscout.errors import InputError, UsageError
from iamscout.policy.decision import Decision, Reason, Result
from iamscout.policy.formula import Formula
from iamscout.policy.words import describe_all
from iamscout.snapshot.file import load_all
from iamscout.snapshot.view import view_account

Format = Literal["text", "json"]


def can_assume_command(  # noqa: PLR0913, PLR0917  # one parameter an option
    snapshots: Annotated[
        list[Path],
        typer.Argument(metavar="SNAPSHOT...", help="Snapshot files or folders of them.", show_default=False),
    ],
    principal: Annotated[
        str,
        typer.Option(
            metavar="ARN",
            help="Who asks: ARN of a user, role, role session, account root or identity provider, "
            "or a service's host name.",
        ),
    ] = "",
    role: Annotated[str, typer.Option(metavar="ARN", help="The role that is asked for.")] = "",
    action: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACTION",
            help="What is asked; repeat for several, all of which must be allowed. "
            "Default: the action that fits the principal.",
            show_default=False,
        ),
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="A context key of the request, such as aws:MultiFactorAuthPresent=true; "
            "repeat for more keys or values.",
            show_default=False,
        ),
    ] = None,
    closed: Annotated[
        bool | None,
        typer.Option(
            "--closed/--open",
            help="Whether a key that is not given is absent from the request, or unknown.",
            show_default="open, or closed where --context is given",
        ),
    ] = None,
    path: Annotated[bool, typer.Option("--path", help="Also by chains of roles.")] = False,  # noqa: FBT002  # typer's way to declare a flag
    requests: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Answer many: one JSON request a line (- for standard input), one JSON answer a line out.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List all pairs with access, one a line.")] = False,  # noqa: FBT002  # typer's way to declare a flag
    format: Annotated[  # noqa: A002  # the option's name
        Format | None,
        typer.Option(
            help="text for people, json (lines) for programs.",
            show_default="text, or json with --all and --requests",
        ),
    ] = None,
) -> None:
    """Tell who can assume which role, under which conditions, proven by which statements.

    One question with --principal and --role, many with --requests, or all pairs with --all. A no is an
    answer: the exit status is 0.

    Example: iamscout can-assume snapshot.json --principal arn:aws:iam::111122223333:user/alice
    --role arn:aws:iam::111122223333:role/audit --context aws:MultiFactorAuthPresent=true
    """
    asked = [bool(principal or role), requests is not None, every]
    if sum(asked) != 1:
        raise UsageError(
            "say what to answer",
            where="can-assume",
            remedy="give --principal and --role, or --requests, or --all",
        )
    if asked[0] and not (principal and role):
        raise UsageError("a question needs both --principal and --role", where="can-assume")
    given = _context(context or [])
    request = Request(
        principal=principal,
        role=role,
        kind="path" if path else "can_assume",
        actions=tuple(action or ()),
        context_mode="closed" if (bool(given) if closed is None else closed) else "open",
        context=given,
    )
    desk = Desk(build_directory(view_account(snapshot) for snapshot in load_all(snapshots)))
    tell_unread(desk.directory.accounts.values())
    shown = format or ("json" if every or requests is not None else "text")
    put = say_json if shown == "json" or requests is not None else say
    for line in _lines(desk, request, requests, every=every, format=shown):
        put(line)


def _lines(
    desk: Desk,
    request: Request,
    requests: Path | None,
    *,
    every: bool,
    format: Format,  # noqa: A002  # the option's name
) -> Iterator[str]:
    if requests is not None:
        yield from _answers(desk, requests)
    elif every:
        yield from _pairs(desk, format)
    elif format == "json":
        answer = desk.answer(request)
        if isinstance(answer, Refusal):
            raise InputError(answer.error)
        yield _json(answer)
    elif request.kind == "path":
        yield from _path_text(*desk.decide_path(request))
    else:
        question, decision = desk.decide(request)
        yield from explain(question, decision, desk.directory)


def _answers(desk: Desk, requests: Path) -> Iterator[str]:
    """A line for each request. Raises InputError after the last one where none could be read as a request."""
    lines = list(_read_lines(requests))
    refused = 0
    for line in lines:
        asked = read_request(line)
        refused += isinstance(asked, Refusal)
        yield _json(asked if isinstance(asked, Refusal) else desk.answer(asked))
    if lines and refused == len(lines):
        raise InputError(
            "no line is a request",
            where="standard input" if str(requests) == "-" else str(requests),
            remedy='write one JSON object a line, such as {"id": "1", "principal": ARN, "role": ARN}',
        )


def _read_lines(path: Path) -> Iterable[bytes]:
    try:
        text = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot be read: {problem.strerror}", where=str(path)) from None
    return [line for line in text.splitlines() if line.strip()]


def _pairs(desk: Desk, format: Format) -> Iterator[str]:  # noqa: A002  # the option's name
    for entry, principal, role in desk.pairs():
        verdict = entry.verdict
        if format == "json":
            yield _json(
                {
                    "principal": principal,
                    "role": role,
                    "action": entry.action,
                    "scope": entry.scope,
                    "result": verdict.result,
                    "reason": verdict.reason,
                    "requires": spell_requires(verdict.requires),
                    "mfa": verdict.mfa,
                    "credentials": verdict.credentials,
                }
            )
        else:
            needs = _needs(verdict.result, verdict.reason, verdict.requires)
            yield f"{verdict.result:11} {principal}  {role}{needs}"


def _path_text(decision: Decision, path: tuple[str, ...]) -> Iterator[str]:
    if decision.result == "deny":
        yield f"No: {REASONS.get(decision.reason, decision.reason)}"
        return
    yield "Yes, by this way:" if decision.result == "allow" else "It depends, by this way:"
    for number, role in enumerate(path, 1):
        yield f"  {number}. {role}"
    needs = _needs(decision.result, decision.reason, decision.requires)
    if needs:
        yield needs


def _needs(result: Result, reason: Reason, requires: Formula) -> str:
    if result == "allow":
        return ""
    if reason in {"contested", "unreadable"}:
        return f"  {REASONS[reason]}"
    return f"  needs {' or '.join(describe_all(alternative) for alternative in requires.alternatives)}"


def _context(pairs: list[str]) -> dict[str, ContextValue]:
    found: dict[str, list[ContextScalar]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"{pair!r} is not KEY=VALUE", where="--context")
        found.setdefault(key, []).append(value)
    return dict(found)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
