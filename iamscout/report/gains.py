"""What the page of a principal says of escalation: its ways to administrator, and who can take it over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from iamscout.access.escalation import Escalation, Path
from iamscout.access.escalation.model import Gain, Targets
from iamscout.policy.formula import ALWAYS
from iamscout.report.atlas import Atlas
from iamscout.report.page import Link
from iamscout.report.parts import Names
from iamscout.report.ways import PAGE
from iamscout.report.words import plural

_METHODS = 12
"""Rows of one list; those to administrator and the certain ones come first."""

_NAMES = 3
"""So many are named; of more only the first: thousands of pages have the same many."""

_WORTH: dict[Gain, str] = {"admin": "to administrator", "more": "to more than it has"}
_SURE = {True: "certain", False: "under conditions"}

_Same = tuple[str, int, str]
"""Kind, bits and ARN of targets: equal for equal sets."""


class WayRow(Struct, frozen=True):
    """One path to administrator: where it stands, and its steps as pairs of what is done and to whom."""

    link: Link
    kind: str
    steps: tuple[tuple[str, Link], ...]


class GainRow(Struct, frozen=True):
    """Methods with the same targets, or with the same who use them; `methods` is their number."""

    title: str
    methods: int
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
    unnamed: str = ""
    """Where those stand whom `takers` only counts."""


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
    takers = _takers(atlas, arn)
    methods = _methods(atlas, estate.escalation.by_principal.get(arn, ()))
    more = sum(row.methods for row in methods[_METHODS:])
    return EscalationSection(
        words=words,
        ways=tuple(_way(atlas, path) for path in atlas.ways.of.get(arn, ())),
        methods=methods[:_METHODS],
        more_methods=f"{plural(more, 'more method')} in data/analysis.json." if more > 0 else "",
        takers=takers,
        takers_title="Who can take it over or rewrite it",
        unnamed=_unnamed(takers),
    )


def _unnamed(takers: Iterable[GainRow]) -> str:
    return (
        "Those who are only counted are in data/analysis.json."
        if any(row.names.more for row in takers)
        else ""
    )


def group_section(atlas: Atlas, arn: str) -> EscalationSection:
    """What to say of a group: whose paths its statements are on, and who can use it to gain more."""
    takers = _takers(atlas, arn)
    paths = atlas.assessment.estate.escalation.paths_by_owner.get(arn, ())
    count = plural(len({path.principal for path in paths}), "principal")
    words = (f"Its statements are on the shortest paths of {count} to administrator.",) if paths else ()
    return EscalationSection(
        words=words,
        ways=tuple(_way(atlas, path, who=atlas.link(path.principal).text) for path in paths[:_METHODS]),
        takers=takers,
        takers_title="Who can join or rewrite it",
        unnamed=_unnamed(takers),
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
    """The single methods of a principal, those to administrator first.

    Targets of one method stand together, and methods that have the same targets.
    """
    kept: dict[tuple[Gain, str, bool], list[Targets]] = {}
    for each in found:
        kept.setdefault((each.gains, each.method.title, each.is_certain), []).append(each.targets)
    titles: dict[tuple[Gain, bool, tuple[_Same, ...]], list[str]] = {}
    samples: dict[tuple[_Same, ...], list[Targets]] = {}
    for (gains, title, certain), targets in sorted(
        kept.items(), key=lambda item: (item[0][0], not item[0][2])
    ):
        same = tuple((each.kind, each.bits, each.arn) for each in targets)
        titles.setdefault((gains, certain, same), []).append(title)
        samples[same] = targets
    return tuple(
        GainRow(
            title="; ".join(each),
            methods=len(each),
            count=plural(count, "target"),
            names=_some(atlas, first, count),
            certainty=f"{_WORTH[gains]}, {_SURE[certain]}",
        )
        for (gains, certain, same), each in titles.items()
        for first, count in [_first(samples[same])]
    )


def _first(several: Sequence[Targets]) -> tuple[tuple[str, ...], int]:
    """The first of what is in any of some sets, and how many there are at the least."""
    first = tuple(dict.fromkeys(arn for each in several for arn in each.first(_NAMES + 1)))
    return first, max(len(first), *map(len, several))


def _takers(atlas: Atlas, arn: str) -> tuple[GainRow, ...]:
    """Who can take something over; methods that the same principals have stand together."""
    methods: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for title, certain, who in atlas.takers.of(arn)[:_METHODS]:
        methods.setdefault((certain, who), []).append(title)
    return tuple(
        GainRow(
            title="; ".join(titles),
            methods=len(titles),
            count=plural(len(who), "principal"),
            names=_some(atlas, who, len(who)),
            certainty=_SURE[certain],
        )
        for (certain, who), titles in methods.items()
    )


def _some(atlas: Atlas, first: Sequence[str], count: int) -> Names:
    """All of them by name, or the first and how many more."""
    shown = first if count <= _NAMES else first[:1]
    more = Link(f"and {count - len(shown):,} more") if count > len(shown) else None
    return Names(tuple(atlas.link(each) for each in shown), more)
