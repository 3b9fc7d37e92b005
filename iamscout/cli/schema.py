"""`iamscout schema`: the JSON Schemas of the files that iamscout writes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import typer

from iamscout.analysis.document import analysis_schema
from iamscout.cli.printer import say_json
from iamscout.diff.document import diff_schema
from iamscout.diff.history_document import history_schema
from iamscout.snapshot.schema import snapshot_schema

Kind = Literal["snapshot", "analysis", "diff", "history"]


def schema_command(
    kind: Annotated[Kind, typer.Argument(help="Which file's schema.", show_default=False)],
) -> None:
    """Print the JSON Schema (2020-12) of a kind of file.

    Members are only ever added, never changed or taken away, within one version of a format.

    Example: iamscout schema snapshot
    """
    schemas = {
        "snapshot": snapshot_schema,
        "analysis": analysis_schema,
        "diff": diff_schema,
        "history": history_schema,
    }
    say_json(msgspec.json.format(msgspec.json.encode(schemas[kind]()), indent=2))
