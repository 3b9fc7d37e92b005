"""What the page of a principal says of escalation: its ways to administrator, and who can take it over."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from iamscout.access.escalation import Escalation, Path
from iamscout.policy.formula import ALWAYS
from iamscout.report.atlas import Atlas
from iamscout.report.page import Link
from iamscout.report.parts import Names
from iamscout.report.ways import PAGE
from iamscout.report.words import plural

_METHODS = 12
"""Rows of one list; those to administrator and the certain ones come first."""

_NAMES = 4
"""So many are named; of more only the first."""
_FIRST = 2


class WayRow(Struct, frozen=True):
    """One path to administrator: where it stands, and its steps as pairs of what is done and to whom."""

    link: Link
    kind: str
    steps: tuple[tuple[str, Link], ...]


class GainRow(Struct, frozen=True):
    """One method with its targets, or with those who use it."""

    title: str
    count: str
    names: Names
    certainty: str


class EscalationSection(Struct, frozen=True):
    """The section of one page; nothing in it is shown where all is empty."""

    words: tuple[str, ...] = ()
    ways: tuple[WayRow, ...] = ()
    methods: tuple[GainRow, ...] = ()
    more_methods: str = ""
    takers: tuple[GainRow, ...] = ()
    takers_title: str = ""


def escalation_section(atlas: Atlas, arn: str) -> EscalationSection:
    """What to say of a user, a role or (by its value) somebody outside the snapshots."""
    estate = atlas.assessment.estate
    admin = estate.admins.by_principal.get(arn)
    words: tuple[str, ...] = ()
    if admin is not None:
        words = (
            "It is administrator already, so nothing is left to gain."
            if admin.requires == ALWAYS
            else "It is administrator under conditions.",
        )
    methods = _methods(atlas, estate.escalation.by_principal.get(arn, ()))
    more = len(methods) - _METHODS
    return EscalationSection(
        words=words,
        ways=tuple(_way(atlas, path) for path in atlas.ways.of.get(arn, ())),
        methods=methods[:_METHODS],
        more_methods=f"{plural(more, 'more method')} in data/analysis.json." if more > 0 else "",
        takers=_takers(atlas, arn),
        takers_title="Who can take it over or rewrite it",
    )


def group_section(atlas: Atlas, arn: str) -> EscalationSection:
    """What to say of a group: whose paths its statements are on, and who can use it to gain more."""
    paths = atlas.assessment.estate.escalation.paths_by_owner.get(arn, ())
    count = plural(len({path.principal for path in paths}), "principal")
    words = (f"Its statements are on the shortest paths of {count} to administrator.",) if paths else ()
    return EscalationSection(
        words=words,
        ways=tuple(_way(atlas, path, who=atlas.link(path.principal).text) for path in paths[:_METHODS]),
        takers=_takers(atlas, arn),
        takers_title="Who can join or rewrite it",
    )


def _way(atlas: Atlas, path: Path, who: str = "") -> WayRow:
    goal = "administrator" if path.is_certain else "administrator under conditions"
    return WayRow(
        link=Link(
            f"{f'{who}: {goal}' if who else goal.capitalize()} in {plural(len(path.steps), 'step')}",
            atlas.ways.places.get((path.principal, path.by_design), PAGE),
        ),
        kind="by granted roles" if path.by_design else "escalation",
        steps=tuple((step.method.title, atlas.link(step.target)) for step in path.steps),
    )


def _methods(atlas: Atlas, found: Iterable[Escalation]) -> tuple[GainRow, ...]:
    """The single methods of a principal, those to administrator first; targets of one method together."""
    kept: dict[tuple[str, str, bool], list[Escalation]] = {}
    for each in found:
        kept.setdefault((each.gains, each.method.title, each.is_certain), []).append(each)
    rows = []
    for (gains, title, certain), several in sorted(
        kept.items(), key=lambda item: (item[0][0], not item[0][2])
    ):
        first = tuple(dict.fromkeys(arn for each in several for arn in each.targets.first(6)))
        count = max(len(first), *(len(each.targets) for each in several))
        links = [atlas.link(arn) for arn in first[:5]]
        more = Link(f"and {count - len(links):,} more") if count > len(links) else None
        worth = "to administrator" if gains == "admin" else "to more than it has"
        rows.append(
            GainRow(
                title=title,
                count=plural(count, "target"),
                names=Names(tuple(links), more),
                certainty=f"{worth}, {'certain' if certain else 'under conditions'}",
            )
        )
    return tuple(rows)


def _takers(atlas: Atlas, arn: str) -> tuple[GainRow, ...]:
    """Who can take something over; methods that the same principals have stand together."""
    methods: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for title, certain, who in atlas.takers.of(arn)[:_METHODS]:
        methods.setdefault((certain, who), []).append(title)
    return tuple(
        GainRow(
            title="; ".join(titles),
            count=plural(len(who), "principal"),
            names=_some(atlas, who),
            certainty="certain" if certain else "under conditions",
        )
        for (certain, who), titles in methods.items()
    )


def _some(atlas: Atlas, who: tuple[str, ...]) -> Names:
    """Who it is, or the first of them: thousands of pages have the same many."""
    shown = who if len(who) <= _NAMES else who[:_FIRST]
    more = Link(f"and {len(who) - len(shown):,} more") if len(who) > len(shown) else None
    return Names(tuple(atlas.link(each) for each in shown), more)
