"""Who can become administrator: each way with all who can go it, and statements that many ways share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from iamscout.access.escalation import Path, Step
from iamscout.policy.decision import StatementRef
from iamscout.policy.formula import ALWAYS
from iamscout.policy.words import describe_all
from iamscout.report.atlas import Atlas
from iamscout.report.charts import ChainFigure
from iamscout.report.charts import chain as chain_figure
from iamscout.report.page import Entry, Link, Page, Turn
from iamscout.report.parts import Route, route, target_link
from iamscout.report.ways import PAGE, Chain, Ways, anchor
from iamscout.report.words import nouns, plural, sentence

_POINTS = 20
_FEW = 4
_DRAWN = 6
"""Chains of a page that have a picture; all have their steps as a list."""
_OPEN = 12
"""Principals that stand open; a longer list is folded."""


class StepRow(Struct, frozen=True):
    """One step: what is done to whom, by which statements, and what that needs."""

    title: str
    actions: str
    target: Link
    routes: tuple[Route, ...]
    needs: tuple[str, ...]


class Traveller(Struct, frozen=True):
    """One principal on the way, with the statements of its own that let it take the first step."""

    id: str
    link: Link
    routes: tuple[Route, ...]


class ChainRow(Struct, frozen=True):
    """One way to administrator, and all who can go it; `heading` begins a section of the page."""

    id: str
    heading: str
    who: Traveller | None
    """The only one who can go it; else `travellers` has all."""
    title: str
    certainty: str
    steps: tuple[StepRow, ...]
    figure: ChainFigure | None
    travellers: tuple[Traveller, ...]
    summary: str
    folded: bool


class PointRow(Struct, frozen=True):
    """A statement, and how many principals' shortest paths it is on."""

    route: Route
    principals: int


class PathsView(Struct, frozen=True):
    """One page of the list; choke points stand on the first."""

    answer: str
    rows: Sequence[ChainRow]
    points: tuple[PointRow, ...]
    first: bool
    turns: tuple[Turn, ...]


LISTED = Entry(64, "paths", "Paths", PAGE)
"""The navigation's entry, wherever the account may have something to list."""


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, with the number that the overview's card tells."""
    shown = atlas.ways.paths or atlas.assessment.estate.admins.entries
    return structs.replace(LISTED, count=len(atlas.ways.climbers)) if shown else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`paths.html`, then `paths-2.html` and so on: from outside first, then certain and short ones."""
    found = atlas.assessment.estate.escalation
    if not found.paths and not atlas.assessment.estate.admins.entries:
        return
    points = tuple(
        PointRow(route(atlas, point.statement), point.principals) for point in found.choke_points[:_POINTS]
    )
    sheets = atlas.ways.sheets
    answer = _answer(atlas.ways)
    for number, (path, sheet) in enumerate(sheets, start=1):
        title = "Paths to administrator" if number == 1 else f"Paths to administrator, page {number}"
        turns = tuple(Turn(str(place), each, place == number) for place, (each, _) in enumerate(sheets, 1))
        view = PathsView(
            answer=answer,
            rows=tuple(_rows(atlas, sheet)),
            points=points if number == 1 else (),
            first=number == 1,
            turns=turns if len(sheets) > 1 else (),
        )
        yield Page(path, "paths.html", "paths", title, view)


def principal_name(atlas: Atlas, arn: str) -> Link:
    """A user or role, or somebody from outside, as a link to its page."""
    outside = atlas.outsiders.get(arn)
    return atlas.principal_link(outside) if outside else atlas.link(arn)


def step_row(atlas: Atlas, step: Step, refs: Sequence[StatementRef]) -> StepRow:
    """One step with the statements to show."""
    alternatives = () if step.requires == ALWAYS else step.requires.alternatives[:_FEW]
    return StepRow(
        title=step.method.title,
        actions=", ".join(step.actions),
        target=target_link(atlas, step.target),
        routes=tuple(route(atlas, ref) for ref in refs[:_FEW]),
        needs=(*(describe_all(each) for each in alternatives), *step.facts),
    )


def _rows(atlas: Atlas, sheet: Sequence[Chain]) -> Iterator[ChainRow]:
    heading = ""
    for place, each in enumerate(sheet):
        section = _section(each)
        yield _row(atlas, each, "" if section == heading else section, place)
        heading = section


def _section(each: Chain) -> str:
    if each.by_service:
        return "By AWS services, for whoever makes them act"
    if each.outside:
        return "From outside the snapshots"
    return "By roles that are granted" if each.by_design else "By escalation"


def _row(atlas: Atlas, each: Chain, heading: str, place: int) -> ChainRow:
    count = len(each.paths)
    who = principal_name(atlas, each.paths[0].principal)
    name = plural(count, "principal") if count > 1 else who.text
    # What all of them start by stands once, with the step.
    common = tuple(ref for ref in each.steps[0].by if all(ref in path.steps[0].by for path in each.paths))
    steps = [
        step_row(atlas, step, common if number == 0 else step.by) for number, step in enumerate(each.steps)
    ]
    stops = [("", Link(name) if count > 1 else who), *((row.title, row.target) for row in steps)]
    # A picture is for more than one step; the list beside it has the same.
    is_drawn = place < _DRAWN and len(steps) > 1
    kind = "granted" if each.by_design else "escalation"
    return ChainRow(
        id=each.id,
        heading=heading,
        who=_traveller(atlas, each.paths[0], common) if count == 1 else None,
        title=f"{'' if count == 1 else name}: {plural(len(steps), 'step')} to {steps[-1].target.text}",
        certainty=f"{kind}, {'certain' if each.is_certain else 'under conditions'}",
        steps=tuple(steps),
        figure=chain_figure(f"d-{each.id}", stops) if is_drawn else None,
        travellers=tuple(_traveller(atlas, path, common) for path in each.paths) if count > 1 else (),
        summary=f"The {count:,} {nouns(count, 'principal')}",
        folded=count > _OPEN,
    )


def _traveller(atlas: Atlas, path: Path, common: Sequence[StatementRef]) -> Traveller:
    refs = [ref for ref in path.steps[0].by if ref not in common][:_FEW]
    return Traveller(
        anchor(path),
        principal_name(atlas, path.principal),
        tuple(route(atlas, ref, is_known=ref.owner == path.principal) for ref in refs),
    )


def _answer(ways: Ways) -> str:
    paths = ways.own
    escalating = {path.principal for path in paths if not path.by_design}
    certain = {path.principal for path in paths if not path.by_design and path.is_certain}
    granted = {path.principal for path in paths if path.by_design}
    outside = {path.principal for path in paths if path.outside}
    count = len(escalating)
    text = "nobody can make themselves administrator"
    if escalating:
        text = f"{plural(count, 'principal')} can make {nouns(count, 'itself')} administrator"
        some = f", {len(certain):,} of these" if len(certain) < count else ""
        text += f"{some} without conditions" if certain else " under conditions"
    if granted:
        count = len(granted)
        text += f"; {plural(count, 'principal')} can by roles that are granted to {nouns(count, 'it')}"
    if outside:
        text += f"; {len(outside):,} of all these {nouns(len(outside), 'is')} outside the snapshots"
    if count := len({path.principal for path in ways.paths} & ways.services):
        text += f"; {plural(count, 'AWS service')} can, for whoever makes {nouns(count, 'it')} act"
    return sentence(text)
