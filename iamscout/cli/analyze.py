"""`iamscout analyze`: what is wrong in some accounts, for people and in the formats of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from iamscout.analysis.finding import SEVERITIES, Finding, Severity
from iamscout.analysis.run import analyze
from iamscout.cli.choose import choose_rules, split_names
from iamscout.cli.config import (
    ConfigOption,
    ExceptionsOption,
    ThresholdOption,
    read_terms,
    tell_unmatched,
)
from iamscout.cli.delivery import processors
from iamscout.cli.exit import Status, combined
from iamscout.cli.findings import show_findings
from iamscout.cli.formats import FrameworkName, show_exported, show_framework
from iamscout.cli.summary import has_gaps
from iamscout.rules import load_rules
from iamscout.snapshot.file import load_all
from iamscout.snapshot.reading import collector_off

Format = Literal["text", "json", "csv", "sarif", "junit", "markdown", "ocsf", "asff"]


def analyze_command(  # noqa: PLR0913  # one argument per option of the command line
    snapshots: Annotated[
        list[Path],
        typer.Argument(metavar="SNAPSHOT...", help="Snapshot files or folders of them.", show_default=False),
    ],
    *,
    format: Annotated[  # noqa: A002  # the option's name
        Format,
        typer.Option(
            help="text for people, json for the whole analysis.json, the findings for other programs."
        ),
    ] = "text",
    framework: Annotated[
        FrameworkName | None,
        typer.Option(
            help="Tell by the controls of a benchmark what was judged, and what not and why (text, json).",
            show_default=False,
        ),
    ] = None,
    fail_on: Annotated[
        Severity | None,
        typer.Option(
            envvar="IAMSCOUT_FAIL_ON",
            help="End with status 1 where an open finding is as grave.",
            show_default=False,
        ),
    ] = None,
    rules: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE[,RULE]",
            envvar="IAMSCOUT_RULES",
            help="Only these rules, also those that are off; * and ? stand for any letters. May be repeated.",
            show_default=False,
        ),
    ] = None,
    skip_rules: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE[,RULE]",
            envvar="IAMSCOUT_SKIP_RULES",
            help="All but these rules, written likewise.",
            show_default=False,
        ),
    ] = None,
    config: ConfigOption = None,
    exceptions: ExceptionsOption = None,
    threshold: ThresholdOption = None,
    details: Annotated[
        bool, typer.Option("--details", help="Also show the statements, and what to do about each flaw.")
    ] = False,
) -> None:
    """Tell what is wrong in the accounts of some snapshots.

    Findings come by severity and rule. What could not be judged, because a source is missing, is told at the
    end and is no pass. SARIF names the snapshots' files and lines. Exit status 1 tells of findings as grave
    as --fail-on, 4 of a source that AWS refused.

    Example: iamscout analyze snapshot.json --rules 'role-trust*' --fail-on high
    """
    terms = read_terms(config, exceptions, threshold)
    configuration = terms.configuration.with_rules_on() if rules else terms.configuration
    chosen = choose_rules(load_rules(), only=split_names(rules), skip=split_names(skip_rules))
    with collector_off():
        assessment = analyze(
            load_all(snapshots),
            rules=chosen,
            configuration=configuration,
            exceptions=terms.exceptions,
            processes=processors(),
        )
    tell_unmatched(assessment, terms)
    if framework is not None:
        show_framework(assessment, framework, format)
    elif format == "text":
        show_findings(assessment, details=details)
    else:
        show_exported(assessment, format, snapshots)
    statuses = [Status.GAPS] if has_gaps(assessment) else []
    if fail_on is not None and any(reaches(finding, fail_on) for finding in assessment.findings):
        statuses.append(Status.FINDINGS)
    if status := combined(statuses):
        raise typer.Exit(status)


def reaches(finding: Finding, severity: Severity) -> bool:
    """Whether a finding is open and at least as grave."""
    return finding.status == "open" and SEVERITIES.index(finding.severity) <= SEVERITIES.index(severity)
