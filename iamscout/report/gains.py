"""What the page of a principal says of escalation: its ways to administrator, and who can take it over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from iamscout.access.escalation import Escalation, Path
from iamscout.access.escalation.model import Gain, Targets
from iamscout.policy.formula import ALWAYS
from iamscout.report.atlas import Atlas
from iamscout.report.page import Link
from iamscout.report.parts import Names, target_link
from iamscout.report.takers import Taking, Usual
from iamscout.report.ways import PAGE
from iamscout.report.words import listed, plural

_METHODS = 12
"""Rows of one list; those to administrator and the certain ones come first."""

_NAMES = 3
"""So many are named; of more only the first: thousands of pages have the same many."""

_ALL = 12
"""So many takers are named where no page lists the usual ones: the account is small."""

_SPELLED = 6
"""Methods that are named in one line."""

WHERE_MORE_IS = "data/analysis.json has the methods of each principal, with the first of their targets."
"""What is said where some are only counted: no file has all targets of every method."""

_WORTH: dict[Gain, str] = {"admin": "to become administrator", "more": "to gain more than it has"}
_SURE = {True: "certain", False: "under conditions"}

_Same = tuple[str, int, str]
"""Kind, bits and ARN of targets: equal for equal sets."""


class WayRow(Struct, frozen=True):
    """One path to administrator: where it stands, and its first step, what is done and to whom."""

    link: Link
    kind: str
    first: str
    target: Link


class GainRow(Struct, frozen=True):
    """Methods with the same targets, or with the same who use them."""

    title: str
    count: str
    names: Names
    certainty: str


class TakerRow(Struct, frozen=True):
    """Many who can take something over: how many, whether for certain, who, and by which methods.

    `usual` are those of them who can take over most of what there is of this kind, all `but` one or told by
    their number; `names` are the others.
    """

    count: str
    certainty: str
    usual: Link | None
    but: Link | None
    names: Names
    methods: str
    is_partial: bool = False
    """Whether some of the usual ones are left out, or some methods, that are not named."""


class EscalationSection(Struct, frozen=True):
    """The section of one page; nothing in it is shown where all is empty."""

    words: tuple[str, ...] = ()
    ways: tuple[WayRow, ...] = ()
    methods: tuple[GainRow, ...] = ()
    more_methods: str = ""
    takers: tuple[GainRow, ...] = ()
    """Who can take it over, by method, where they are few."""
    many: tuple[TakerRow, ...] = ()
    """The same where they are many."""
    takers_title: str = ""
    unnamed: str = ""
    """What is said where `many` only counts some."""


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
    takers, many = _takers(atlas, arn, atlas.takers.of(arn))
    methods, more = _methods(atlas, estate.escalation.by_principal.get(arn, ()))
    return EscalationSection(
        words=words,
        ways=tuple(_way(atlas, path) for path in atlas.ways.of.get(arn, ())),
        methods=methods,
        more_methods=f"{plural(more, 'more method')} in data/analysis.json." if more > 0 else "",
        takers=takers,
        many=many,
        takers_title="Who can take it over or rewrite it",
        unnamed=_unnamed(many),
    )


def _unnamed(rows: Iterable[TakerRow]) -> str:
    """What the reader misses where `rows` only count; lists of the usual ones say it for all pages."""
    counted = any(row.names.more or row.is_partial for row in rows)
    return f"Not all are named. {WHERE_MORE_IS}" if counted and all(row.usual is None for row in rows) else ""


def group_section(atlas: Atlas, arn: str) -> EscalationSection:
    """What to say of a group: whose paths its statements are on, and who can use it to gain more."""
    takers, many = _takers(atlas, arn, atlas.takers.of(arn))
    paths = atlas.assessment.estate.escalation.paths_by_owner.get(arn, ())
    count = plural(len({path.principal for path in paths}), "principal")
    first = f" The first {_METHODS} of {len(paths):,} paths:" if len(paths) > _METHODS else ""
    words = (
        (f"Its statements are on the shortest paths of {count} to administrator.{first}",) if paths else ()
    )
    return EscalationSection(
        words=words,
        ways=tuple(_way(atlas, path, who=atlas.link(path.principal).text) for path in paths[:_METHODS]),
        takers=takers,
        many=many,
        takers_title="Who can join or rewrite it",
        unnamed=_unnamed(many),
    )


def _way(atlas: Atlas, path: Path, who: str = "") -> WayRow:
    goal = "administrator" if path.is_certain else "administrator under conditions"
    return WayRow(
        link=Link(
            f"{f'{who}: {goal}' if who else goal.capitalize()} in {plural(len(path.steps), 'step')}",
            atlas.ways.places.get((path.principal, path.by_design), PAGE),
        ),
        kind="by granted roles" if path.by_design else "escalation",
        first=f"{'first ' if len(path.steps) > 1 else ''}{path.steps[0].method.title}",
        target=target_link(atlas, path.steps[0].target),
    )


def _methods(atlas: Atlas, found: Iterable[Escalation]) -> tuple[tuple[GainRow, ...], int]:
    """The single methods of a principal, those to administrator first, and how many more there are.

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
    rows = []
    for (gains, certain, alike), together in islice(titles.items(), _METHODS):
        first, count = _first(samples[alike])
        rows.append(
            GainRow(
                title="; ".join(together),
                count=plural(count, "target"),
                names=_some(atlas, first, count, link=target_link),
                certainty=f"{_WORTH[gains]}, {_SURE[certain]}",
            )
        )
    return tuple(rows), sum(map(len, islice(titles.values(), _METHODS, None)))


def _first(several: Sequence[Targets]) -> tuple[tuple[str, ...], int]:
    """The first of what is in any of some sets, and how many there are at the least."""
    first = tuple(dict.fromkeys(arn for each in several for arn in each.first(_NAMES + 1)))
    return first, max(len(first), *map(len, several))


def _takers(
    atlas: Atlas, arn: str, found: Sequence[Taking]
) -> tuple[tuple[GainRow, ...], tuple[TakerRow, ...]]:
    """Who can take something over: a few by method and name, many in one row for each certainty."""
    if all(taking.who.bit_count() <= _NAMES for taking in found):
        return tuple(_few(atlas, found)), ()
    certain = 0
    rows = []
    for is_certain in (True, False):
        takings = [taking for taking in found if taking.is_certain is is_certain]
        who = 0
        for taking in takings:
            who |= taking.who
        who &= ~certain
        if who:
            rows.append(_many(atlas, arn, takings, who, certain))
        certain = who
    return (), tuple(rows)


def _few(atlas: Atlas, found: Iterable[Taking]) -> Iterator[GainRow]:
    """A row for each set of principals: methods that the same ones have stand together."""
    methods: dict[tuple[bool, int], list[str]] = {}
    for taking in found:
        methods.setdefault((taking.is_certain, taking.who), []).append(taking.title)
    for (is_certain, who), titles in methods.items():
        yield GainRow(
            title="; ".join(titles),
            count=plural(who.bit_count(), "principal"),
            names=_some(atlas, atlas.takers.names(who, _NAMES), who.bit_count()),
            certainty=_SURE[is_certain],
        )


def _many(atlas: Atlas, arn: str, takings: Sequence[Taking], who: int, others: int) -> TakerRow:
    """All who can with one certainty; `others` are told before, `who` are not among them."""
    is_certain = takings[0].is_certain
    usual = atlas.takers.usual.get((arn.split(":", 5)[5].partition("/")[0], is_certain))
    link: Link | None = None
    but: Link | None = None
    rest = who
    if usual is not None and 2 * (usual.who & who).bit_count() > usual.who.bit_count():
        link, but = _usual(atlas, usual, who)
        rest = who & ~usual.who
    count = who.bit_count()
    most = _ALL if usual is None else _NAMES
    return TakerRow(
        count=f"{count:,} more" if others else plural(count, "principal"),
        certainty=_SURE[is_certain],
        usual=link,
        but=but,
        names=_some(atlas, atlas.takers.names(rest, most), rest.bit_count(), most),
        methods=_ways_to(takings, others),
        is_partial=(link is not None and usual is not None and (usual.who & ~who).bit_count() > 1)
        or sum(bool(taking.who & ~others) for taking in takings) > _SPELLED,
    )


def _usual(atlas: Atlas, usual: Usual, who: int) -> tuple[Link, Link | None]:
    """The usual takers: all of them, all but one, or how many of them."""
    total, missing = usual.who.bit_count(), usual.who & ~who
    words = f"{total:,} who can take over most {usual.kind}s"
    left_out = missing.bit_count()
    if left_out > 1:
        return Link(f"{total - left_out:,} of the {words}", usual.path), None
    if not left_out:
        return Link(f"those who can take over most {usual.kind}s", usual.path), None
    return Link(f"the {words}", usual.path), atlas.link(atlas.takers.names(missing, 1)[0])


def _ways_to(takings: Iterable[Taking], others: int) -> str:
    """The methods that most of some principals can use, with the number of these; `others` do not count."""
    counted = sorted(
        ((taking.who & ~others).bit_count(), taking.title) for taking in takings if taking.who & ~others
    )
    counted.sort(key=lambda each: -each[0])
    spelled = [f"{title} ({count:,})" for count, title in counted[:_SPELLED]]
    if len(counted) > _SPELLED:
        spelled.append(plural(len(counted) - _SPELLED, "more method"))
    return listed(spelled)


def _some(
    atlas: Atlas,
    first: Sequence[str],
    count: int,
    most: int = _NAMES,
    link: Callable[[Atlas, str], Link] = Atlas.link,
) -> Names:
    """All of them by name, or the first and how many more."""
    shown = first if count <= most else first[:1]
    more = Link(f"and {count - len(shown):,} more") if count > len(shown) else None
    return Names(tuple(link(atlas, each) for each in shown), more)
