"""A comparison as Markdown for a comment on a pull request: what lets more in first, within the limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamscout.diff.effect import MAY_WIDEN
from iamscout.diff.model import Changes
from iamscout.diff.phrases import plain
from iamscout.diff.text import by_effect, sections
from iamscout.diff.words import (
    CHANGE_SIGNS,
    GLYPHS,
    account_words,
    finding_words,
    lacking_words,
    named_resource,
    parts_words,
    resource_words,
    summary,
    title,
    unchanged_words,
)

MAX_BYTES = 60_000
"""GitHub refuses a comment above 65,536 characters; the rest is room for whoever posts it."""
_RESERVED = 400
_LONGEST = 800
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@$:])")


def markdown(changes: Changes) -> str:
    """The comment. Where not all fits, the last line says how many lines are missing."""
    kept: list[str] = []
    size, dropped = 0, 0
    for line in _lines(changes):
        size += len(line.encode()) + 1
        if dropped or size > MAX_BYTES - _RESERVED:
            dropped += bool(line)
        else:
            kept.append(line)
    if dropped:
        kept += ["", f"*{dropped:,} more lines do not fit here; `iamscout diff --format text` shows them.*"]
    return "\n".join(kept) + "\n"


def escape(text: str) -> str:
    """Text from an account, so that it neither formats nor mentions anybody.

    A comment parts each @ from its name: GitHub looks for mentions in what is rendered.
    """
    plain = " ".join(text.split())
    if len(plain) > _LONGEST:
        plain = f"{plain[: _LONGEST - 1]}…"
    return _SPECIAL.sub(_entity, plain)


def _entity(found: re.Match[str]) -> str:
    if found[1] == "@":
        return "&#64;<!-- -->"
    return f"&#{ord(found[1])};" if found[1] in "<>&|`:" else f"\\{found[1]}"


def _lines(changes: Changes) -> Iterator[str]:
    yield "## IAM changes"
    yield ""
    yield escape(title(changes))
    yield ""
    told = summary(changes)
    yield f"**{escape(', '.join(told))}**" if told else f"**{unchanged_words(changes).capitalize()}.**"
    if told_apart := parts_words(changes):
        yield ""
        yield f"Here {escape(told_apart)}."
    for name, accounts in (("came", changes.accounts_added), ("went", changes.accounts_removed)):
        if accounts:
            yield ""
            yield f"Accounts that {name} and are not compared: {escape(', '.join(accounts))}"
    yield from _section("What may let more in", _wider(changes))
    yield from _section("Findings", _findings(changes))
    yield from _section("Everything else", _rest(changes))
    yield from _section(
        "Not comparable (a gap is no change)",
        (f"- {escape(lacking_words(lack))}" for lack in changes.not_comparable),
    )


def _section(heading: str, lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, None)
    if first is None:
        return
    yield ""
    yield f"### {heading}"
    yield ""
    yield first
    yield from lines


def _wider(changes: Changes) -> Iterator[str]:
    yield from _sentences(changes, wider=True)
    yield from _resources(changes, wider=True)


def _rest(changes: Changes) -> Iterator[str]:
    yield from _sentences(changes, wider=False)
    yield from _resources(changes, wider=False)


def _sentences(changes: Changes, *, wider: bool) -> Iterator[str]:
    for _, sentences in sections(changes):
        for each in sentences:
            if (each.effect in MAY_WIDEN) == wider:
                yield f"- {GLYPHS[each.effect]} **{each.effect}** `{each.sign}` {escape(plain(each.phrase))}"


def _resources(changes: Changes, *, wider: bool) -> Iterator[str]:
    for change in sorted(changes.resources or (), key=by_effect):
        if (change.effect in MAY_WIDEN) != wider:
            continue
        words = "; ".join(resource_words(change))
        where = account_words(change)
        what = f"{named_resource(change)}{where} {change.change}"
        sign = CHANGE_SIGNS[change.change]
        told = f": {escape(words)}" if words else ""
        yield f"- {GLYPHS[change.effect]} **{change.effect}** `{sign}` {escape(what)}{told}"


def _findings(changes: Changes) -> Iterator[str]:
    found = changes.findings
    for name, findings in (("new", found.new), ("reopened", found.reopened), ("resolved", found.resolved)):
        for each in findings:
            yield f"- **{name}** {each.finding.severity}: {escape(finding_words(each))}"
    for each in found.persisting:
        if each.before:
            yield f"- **changed** {each.finding.severity}: {escape(finding_words(each))}"
