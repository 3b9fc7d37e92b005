"""`iamscout plan`: the way from groups with permissions to groups with roles, as files; it calls nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iamscout.analysis.run import analyze
from iamscout.cli.config import ConfigOption, ThresholdOption, read_configured
from iamscout.cli.printer import say
from iamscout.cli.unread import tell_unread
from iamscout.errors import OutputError
from iamscout.plan.design import make_plans
from iamscout.plan.files import plan_files
from iamscout.snapshot.file import load_all


def plan_command(
    snapshots: Annotated[
        list[Path],
        typer.Argument(metavar="SNAPSHOT...", help="Snapshot files or folders of them.", show_default=False),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="A new or empty folder; each account gets one of its own in it."),
    ] = Path("reports/plan"),
    config: ConfigOption = None,
    threshold: ThresholdOption = None,
) -> None:
    """Write a role-per-group kit: a role for each group that grants permissions, and the steps to get there.

    Policies, scripts for the AWS CLI with a way back, CloudFormation, Terraform, CLI profiles, Switch Role
    links and a check-list for each member. Nothing is executed: read the files, then run them yourself.

    Example: iamscout plan snapshot.json --out plan
    """
    configuration = read_configured(config, threshold)
    estate = analyze(load_all(snapshots), rules=(), configuration=configuration).estate
    tell_unread(estate.accounts)
    plans = make_plans(estate)
    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise OutputError("is there already and not empty", where=str(out), remedy="choose another --out")
    try:
        for plan in plans:
            for path, text in plan_files(plan).items():
                _write(out / plan.account / path, text)
    except OSError as problem:
        raise OutputError(
            f"cannot be written: {problem.strerror}", where=str(out), remedy="choose another --out"
        ) from None
    for plan in plans:
        score = "-" if plan.score is None else str(plan.score)
        say(
            f"account {plan.account}: score {score} of 100, {len(plan.groups)} groups to change, "
            f"{len(plan.steps)} steps, {len(plan.members)} members"
        )
    say(f"plan     {out.absolute().as_uri()}")


def _write(path: Path, text: str) -> None:
    """For the owner alone: what stands in it tells how to get in."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o700 if path.suffix == ".sh" else 0o600)
