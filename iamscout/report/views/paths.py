"""Who can become administrator: the shortest path of each principal, and statements that many share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from iamscout.access.escalation import Path, Step
from iamscout.access.principals import Principal
from iamscout.policy.formula import ALWAYS
from iamscout.policy.words import describe_all
from iamscout.report.atlas import Atlas
from iamscout.report.page import Entry, Link, Page, Turn, paged
from iamscout.report.parts import Route, route
from iamscout.report.words import plural, sentence

_ROWS = 250
"""Paths on one static page; each has several steps."""
_POINTS = 20
_FEW = 4


class StepRow(Struct, frozen=True):
    """One step: what is done to whom, by which statements, and what that needs."""

    title: str
    actions: str
    target: Link
    routes: tuple[Route, ...]
    needs: tuple[str, ...]


class PathRow(Struct, frozen=True):
    """One principal's path."""

    principal: Link
    kind: str
    certainty: str
    steps: tuple[StepRow, ...]


class PointRow(Struct, frozen=True):
    """A statement, and how many principals' shortest paths it is on."""

    route: Route
    principals: int


class PathsView(Struct, frozen=True):
    """One page of the list; choke points stand on the first."""

    answer: str
    rows: Sequence[PathRow]
    points: tuple[PointRow, ...]
    first: bool
    turns: tuple[Turn, ...]


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number of principals that can escalate to administrator."""
    paths = atlas.assessment.estate.escalation.paths
    count = len({path.principal for path in paths if not path.by_design})
    shown = paths or atlas.assessment.estate.admins.entries
    return Entry(64, "paths", "Paths to admin", "paths.html", count) if shown else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`paths.html`, then `paths-2.html` and so on: escalation first, certain and short ones before others."""
    found = atlas.assessment.estate.escalation
    ordered = sorted(
        found.paths, key=lambda path: (path.by_design, not path.is_certain, len(path.steps), path.principal)
    )
    if not ordered and not atlas.assessment.estate.admins.entries:
        return
    principals = _principals(atlas)
    points = tuple(
        PointRow(route(atlas, point.statement), point.principals) for point in found.choke_points[:_POINTS]
    )
    answer = _answer(ordered)
    for number, (path, part, turns) in enumerate(paged("paths.html", ordered, _ROWS), start=1):
        title = "Paths to administrator" if number == 1 else f"Paths to administrator, page {number}"
        rows = tuple(_row(atlas, each, principals) for each in part)
        view = PathsView(answer, rows, points if number == 1 else (), number == 1, turns)
        yield Page(path, "paths.html", "paths", title, view)


def _principals(atlas: Atlas) -> dict[str, Principal]:
    """Principals outside the snapshots by value: their pages are found by more than an ARN."""
    return {
        principal.value: principal
        for entry in atlas.access.entries
        for principal in entry.principals
        if principal.value not in atlas.assessment.estate.directory.by_arn
    }


def _row(atlas: Atlas, path: Path, principals: dict[str, Principal]) -> PathRow:
    outside = principals.get(path.principal)
    return PathRow(
        principal=atlas.principal_link(outside) if outside else atlas.link(path.principal),
        kind="granted" if path.by_design else "escalation",
        certainty="certain" if path.is_certain else "under conditions",
        steps=tuple(_step(atlas, step) for step in path.steps),
    )


def _step(atlas: Atlas, step: Step) -> StepRow:
    alternatives = () if step.requires == ALWAYS else step.requires.alternatives[:_FEW]
    needs = [describe_all(each) for each in alternatives]
    return StepRow(
        title=step.method.title,
        actions=", ".join(step.actions),
        target=atlas.link(step.target),
        routes=tuple(route(atlas, ref) for ref in step.by[:_FEW]),
        needs=(*needs, *step.facts),
    )


def _answer(paths: Sequence[Path]) -> str:
    escalating = {path.principal for path in paths if not path.by_design}
    certain = {path.principal for path in paths if not path.by_design and path.is_certain}
    granted = {path.principal for path in paths if path.by_design}
    certainly = f"{len(certain):,} of these without conditions"
    return sentence(
        f"{plural(len(escalating), 'principal')} can make themselves administrator, {certainly}; "
        f"{plural(len(granted), 'principal')} can by roles that are granted to them"
    )
