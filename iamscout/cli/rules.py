"""`iamscout rules`: the catalogue of rules, for people, for a wiki, for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import msgspec
import typer

from iamscout.analysis.document import rule_entry
from iamscout.analysis.finding import SEVERITIES
from iamscout.analysis.frameworks import FRAMEWORKS, TOOLS
from iamscout.analysis.rule import Rule
from iamscout.cli.choose import choose_rules
from iamscout.cli.printer import say, say_json
from iamscout.rules import load_rules

Format = Literal["text", "markdown", "json"]
_WIDTH = 100


def rules_command(
    rules: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RULE...]",
            help="Only these rules, in full; * and ? stand for any letters.",
            show_default=False,
        ),
    ] = None,
    *,
    format: Annotated[  # noqa: A002  # the option's name
        Format, typer.Option(help="text for people, markdown for a wiki, json for programs.")
    ] = "text",
) -> None:
    """List the rules, or tell all about some of them.

    Example: iamscout rules 'oidc*'
    """
    chosen = choose_rules(load_rules(), only=rules or ())
    if format == "json":
        entries = msgspec.json.encode([rule_entry(rule) for rule in chosen], order="sorted")
        say_json(msgspec.json.format(entries, indent=2))
    elif format == "markdown":
        say("\n".join(markdown(chosen)))
    else:
        say("\n".join(_full(chosen) if rules else _list(chosen)))


def markdown(rules: Sequence[Rule]) -> Iterator[str]:
    """The catalogue as a page: an overview, then a section for each rule."""
    yield "# Rules"
    yield ""
    yield "| rule | severity | what it finds |"
    yield "| --- | --- | --- |"
    yield from (f"| [{rule.id}](#{rule.id}) | {rule.severity} | {rule.title} |" for rule in rules)
    for rule in rules:
        advice, _, block = rule.remediation.partition("\n\n")
        yield from (
            "",
            f"## {rule.id}",
            "",
            f"**{rule.title}** · {rule.severity} · judged by {_sources(rule)}",
        )
        yield from ("", rule.rationale, "", advice)
        if block:
            yield from ("", "```", block, "```")
        yield from ("", *(f"- [{reference.title}]({reference.url})" for reference in rule.references))
        yield from (f"- {line}" for line in _mappings(rule))
        yield from ("", *(f"- {example.expected}: {example.title}" for example in rule.examples))


def _list(rules: Sequence[Rule]) -> Iterator[str]:
    for severity in SEVERITIES:
        found = [rule for rule in rules if rule.severity == severity]
        if found:
            yield f"{severity} ({len(found)})"
            yield from (f"  {rule.id:50}  {rule.title}" for rule in found)
    yield f"{len(rules)} rules; `iamscout rules RULE` tells all about one"


def _full(rules: Sequence[Rule]) -> Iterator[str]:
    for number, rule in enumerate(rules):
        if number:
            yield ""
        advice, _, block = rule.remediation.partition("\n\n")
        yield f"{rule.id}: {rule.title} ({rule.severity})"
        yield from _wrapped(rule.rationale)
        yield from _wrapped(advice)
        yield from (f"      {line}" for line in block.splitlines())
        yield f"  judged by {_sources(rule)}"
        yield from (f"  {line}" for line in _mappings(rule))
        yield from (f"  {reference.title}: {reference.url}" for reference in rule.references)
        yield from (f"  {example.expected}: {example.title}" for example in rule.examples)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")


def _sources(rule: Rule) -> str:
    needed = [*rule.needs, *([" or ".join(rule.needs_any)] if rule.needs_any else [])]
    return ", ".join(needed)


def _mappings(rule: Rule) -> Iterator[str]:
    for framework, controls in rule.frameworks.items():
        yield f"{FRAMEWORKS[framework]}: {', '.join(controls)}"
    for tool, names in rule.also_known_as.items():
        yield f"{TOOLS[tool]}: {', '.join(names)}"
