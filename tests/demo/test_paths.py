"""The demo's administrators and paths, as reviewed."""

import json
from pathlib import Path
from typing import Any

from iamscout.access.escalation import Path as Way
from iamscout.analysis.run import analyze
from iamscout.cli.demo import take_demo_snapshots

REVIEWED = Path(__file__).parents[1] / "data" / "reviewed" / "paths.json"
"""Written anew by `python tests/demo/test_paths.py`; read the difference."""


def table() -> dict[str, Any]:
    """Who is administrator by which statements, and each principal's shortest paths step by step."""
    estate = analyze(take_demo_snapshots(quiet=True), rules=()).estate
    return {
        "admins": {
            each.principal: [f"{ref.owner} {ref.policy} #{ref.statement}" for ref in each.by]
            for each in estate.admins.entries
        },
        "paths": [_spelled(path) for path in estate.escalation.paths],
    }


def _spelled(path: Way) -> dict[str, Any]:
    return {
        "principal": path.principal,
        "by_design": path.by_design,
        "certain": path.is_certain,
        "steps": [
            {
                "method": step.method.id,
                "target": step.target,
                "by": [f"{ref.owner} {ref.policy} #{ref.statement}" for ref in step.by],
                "facts": list(step.facts),
            }
            for step in path.steps
        ],
    }


def test_the_paths_of_the_demo_are_the_reviewed_ones() -> None:
    assert table() == json.loads(REVIEWED.read_text("utf-8"))


if __name__ == "__main__":
    REVIEWED.write_text(json.dumps(table(), indent=1, sort_keys=True) + "\n", "utf-8")
