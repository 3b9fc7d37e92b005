"""The list of commands, each loaded when it is called: `--version` and `--help` must be quick."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from iamscout.cli.values import take_plainly

MAIN_JOB = "The main job"
STEP_BY_STEP = "Step by step"
QUESTIONS = "Questions"
REFERENCE = "Reference"


class Command(NamedTuple):
    """One command: where its function is, the group it is listed in, what the list says of it."""

    function: str
    panel: str
    summary: str

    def load(self) -> Callable[..., Any]:
        """The function, with typer's annotations."""
        module, _, name = self.function.rpartition(".")
        found: Callable[..., Any] = getattr(import_module(f"iamscout.cli.{module}"), name)
        return found


COMMANDS = {
    "scan": Command("scan.scan_command", MAIN_JOB, "fetch, analyze and render in one go"),
    "demo": Command("demo.demo_command", MAIN_JOB, "the same with an embedded AWS: no account needed"),
    "fetch": Command("fetch.fetch_command", STEP_BY_STEP, "make a snapshot of an AWS account"),
    "import": Command("import_.import_command", STEP_BY_STEP, "make it from what the AWS CLI printed"),
    "report": Command("report.report_command", STEP_BY_STEP, "render the report of snapshots"),
    "analyze": Command("analyze.analyze_command", STEP_BY_STEP, "what is wrong, as text or for programs"),
    "diff": Command("diff.diff_command", QUESTIONS, "what changed, and whether it lets more in"),
    "history": Command("history.history_command", QUESTIONS, "findings over time, and how long until fixed"),
    "can-assume": Command("can_assume.can_assume_command", QUESTIONS, "who can take which role, and when"),
    "paths": Command("paths.paths_command", QUESTIONS, "who can become administrator, step by step"),
    "plan": Command("plan.plan_command", QUESTIONS, "a role for each group, as files to review and run"),
    "rules": Command("rules.rules_command", REFERENCE, "what is looked for, and what to do about it"),
    "policy": Command("policy.policy_command", REFERENCE, "the IAM policy that fetch and scan need"),
    "verify": Command("verify.verify_command", REFERENCE, "whether a report is still what was written"),
    "schema": Command("schema.schema_command", REFERENCE, "the JSON Schemas of what is written"),
}
"""By name, in the order of the help."""


def help_text(function: Callable[..., Any]) -> str:
    """The docstring for a terminal of any width: paragraphs on one line each, indented lines as they are."""
    paragraphs = inspect.cleandoc(function.__doc__ or "").split("\n\n")
    return "\n\n".join(
        paragraph if paragraph.startswith(" ") else paragraph.replace("\n", " ") for paragraph in paragraphs
    )


class PlainCommand(TyperCommand):
    """A command whose help is for people: no Python types, no braces around what must be given.

    `ctx` is Any because typer does not export the class that its own signature names.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, as the help lists them."""
        return _plain(super().get_params(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The parts of the line that shows the usage."""
        return [_usage(piece) for piece in super().collect_usage_pieces(ctx)]


class PlainGroup(TyperGroup):
    """The same for the command that has commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, as the help lists them."""
        return _plain(super().get_params(ctx))


def _usage(piece: str) -> str:
    """An argument in our own spelling, where typer has put `{...}...` or `[...]...` around it."""
    bare = piece.removesuffix("...")
    return bare[1:-1] if bare.startswith(("{", "[[")) else piece


def _plain(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if isinstance(parameter, (TyperArgument, TyperOption)):
            take_plainly(parameter)
        if isinstance(parameter, TyperArgument) and parameter.metavar:
            parameter.display_type_rich = _no_type  # type: ignore[method-assign]  # an argument has no setting for it
        elif isinstance(parameter, TyperOption) and parameter.is_flag:
            parameter.metavar = ""  # else typer shows "<bool>" where there is nothing to give
    return parameters


def _no_type(ctx: Any) -> str:  # noqa: ARG001  # typer passes it
    return ""
