"""Exposure: how far a stolen credential leads, for each account and each user who has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from iamscout.access.exposure_model import Reach, Totals, UserExposure
from iamscout.access.scheme_model import AccountScheme
from iamscout.report.annex import Annex, annexes, no_keys, untold_keys
from iamscout.report.atlas import Atlas, home_of
from iamscout.report.bars import Bars, Part, bars
from iamscout.report.page import Entry, Link, Page, Turn, paged
from iamscout.report.powers import held_words, power_order, power_words, reach_order
from iamscout.report.unread import unread_ids
from iamscout.report.words import listed, nouns, plural, sentence

_ROWS = 250
_STOLEN_KEY = "stolen-key-reaches-admin"
"""The rule that has a finding for each user whose key leads there in any way."""
_FIGURE_ACCOUNTS = 6


class AccountLine(Struct, frozen=True):
    """What there is to say of one account, ready for an audit's annex."""

    name: Link
    score: str
    parts: tuple[str, ...]
    keys: str
    passwords: str
    opened: str


class Grade(Struct, frozen=True):
    """What a user may do or a credential leads to, and its place among all users', the gravest first."""

    words: str
    place: int


class ExposureRow(Struct, frozen=True):
    """One user."""

    user: Link
    account: str
    now: Grade
    key: Grade
    password: Grade
    mfa: Grade


class ExposureView(Struct, frozen=True):
    """One page of the list; the accounts stand on the first one."""

    answer: str
    accounts: tuple[AccountLine, ...]
    figure: Bars | None
    annexes: tuple[Annex, ...]
    rows: tuple[ExposureRow, ...]
    several: bool
    first: bool
    turns: tuple[Turn, ...]


LISTED = Entry(65, "exposure", "Exposure", "exposure.html")
"""The navigation's entry, wherever the account may have something to list."""


def entry(atlas: Atlas) -> Entry | None:
    """The navigation's entry, where there are users."""
    return LISTED if _users(atlas) else None


def pages(atlas: Atlas) -> Iterator[Page]:
    """`exposure.html`, then `exposure-2.html` and so on."""
    users = _users(atlas)
    if not users:
        return
    rows = list(_rows(atlas, sorted(users, key=_gravest_first)))
    accounts = tuple(
        _account(atlas, *each)
        for each in zip(
            atlas.assessment.estate.schemes, atlas.assessment.estate.exposures.totals, strict=True
        )
    )
    told = answer(atlas)
    for number, (path, part, turns) in enumerate(paged("exposure.html", rows, _ROWS), start=1):
        view = ExposureView(
            answer=told,
            accounts=accounts if number == 1 else (),
            figure=_figure(atlas) if number == 1 else None,
            annexes=annexes(atlas) if number == 1 else (),
            rows=tuple(part),
            several=atlas.several,
            first=number == 1,
            turns=turns,
        )
        title = "Exposure" if number == 1 else f"Exposure, page {number}"
        yield Page(path, "exposure.html", "exposure", title, view)


def answer(atlas: Atlas) -> str:
    """How far stolen access keys lead, in a sentence."""
    totals = atlas.assessment.estate.exposures.totals
    keys = sum(each.users_with_keys for each in totals)
    beyond = sum(each.keys_reaching_beyond_roles for each in totals)
    admin = sum(each.keys_reaching_admin for each in totals)
    unknown = sum(each.keys_unknown for each in totals)
    if not keys:
        return sentence(no_keys(unknown, sum(each.users for each in totals)))
    users = f"{plural(keys, 'user')} who {nouns(keys, 'has')} one"
    text = (
        f"Stolen and used alone, the keys of {beyond or 'none'} of {users} reach more than the "
        f"right to assume roles; those of {admin or 'none'} reach administrator as granted"
    )
    if (anyhow := atlas.objections(_STOLEN_KEY)) > admin:
        text += f", of {anyhow:,} where escalation and roles that trust everyone are counted too"
    return sentence(text + untold_keys(unknown))


def scheme_sentence(atlas: Atlas) -> str:
    """How far the accounts are from roles only, in a sentence; empty where nobody is there."""
    found = [
        f"{score} of 100{f' in {atlas.account_name(scheme.account)}' if atlas.several else ''}"
        for scheme in atlas.assessment.estate.schemes
        if (score := scheme.score) is not None
    ]
    return (
        sentence(f"The scheme of roles for groups, entered with fresh MFA, scores {listed(found)}")
        if found
        else ""
    )


def _users(atlas: Atlas) -> tuple[UserExposure, ...]:
    return atlas.assessment.estate.exposures.users


def _gravest_first(user: UserExposure) -> tuple[object, ...]:
    return (min(reach_order(user.stolen_key), reach_order(user.password_without_mfa)), user.user)


def _rows(atlas: Atlas, users: Sequence[UserExposure]) -> Iterator[ExposureRow]:
    columns = zip(
        _grades((power_words(user.at_any_time), power_order(user.at_any_time)) for user in users),
        _held((user.stolen_key for user in users), "no active key"),
        _held((user.password_without_mfa for user in users), "no password without MFA"),
        _held((user.mfa_session for user in users), "no MFA device"),
        strict=True,
    )
    for user, grades in zip(users, columns, strict=True):
        yield ExposureRow(atlas.link(user.user), atlas.account_name(home_of(user.user)), *grades)


def _held(found: Iterable[Reach], lacking: str) -> list[Grade]:
    return _grades((held_words(reach, lacking), reach_order(reach)) for reach in found)


def _grades(column: Iterable[tuple[str, tuple[int, ...]]]) -> list[Grade]:
    told = list(column)
    places = {order: place for place, order in enumerate(sorted({order for _, order in told}))}
    return [Grade(words, places[order]) for words, order in told]


def _figure(atlas: Atlas) -> Bars | None:
    """How far keys and passwords lead; None for so many accounts that it would be no picture."""
    totals = [each for each in atlas.assessment.estate.exposures.totals if each.users]
    rows = []
    for each in totals:
        name = f", {atlas.short_name(each.account)}" if atlas.several else ""
        for what, count, beyond, admin in (
            (
                "Keys" if atlas.several else "Active access keys",
                each.users_with_keys,
                each.keys_reaching_beyond_roles,
                each.keys_reaching_admin,
            ),
            (
                "Passwords" if atlas.several else "Passwords without MFA",
                each.passwords_without_mfa,
                each.passwords_reaching_beyond_roles,
                each.passwords_reaching_admin,
            ),
        ):
            parts = (
                Part(admin, "critical", "reach administrator"),
                Part(max(0, beyond - admin), "high", "reach more than the right to assume roles"),
                Part(max(0, count - max(beyond, admin)), "good", "reach nothing but that right", hollow=True),
            )
            if count:
                rows.append((Link(f"{what}{name}", "#users"), parts))
    if not rows or len(totals) > _FIGURE_ACCOUNTS:
        return None
    return bars(
        "exposure",
        "How far active keys, and passwords without MFA, lead when stolen: users",
        "From the left: administrator, more than the right to assume roles, and (hollow) that right alone.",
        rows,
    )


_UNREAD = "not known"


def _account(atlas: Atlas, scheme: AccountScheme, totals: Totals) -> AccountLine:
    if not totals.users and totals.account in unread_ids(atlas):
        return AccountLine(atlas.account_link(totals.account), _UNREAD, (), _UNREAD, _UNREAD, _UNREAD)
    return AccountLine(
        name=atlas.account_link(totals.account),
        score="-" if scheme.score is None else f"{scheme.score} of 100",
        parts=tuple(
            f"{part.conforming:,} of {part.total:,} {part.name}" if part.total else f"no {part.name}"
            for part in scheme.parts
        )
        if scheme.score is not None
        else (),
        keys=_reaching(
            totals.users_with_keys,
            totals.keys_reaching_admin,
            totals.keys_reaching_beyond_roles,
            totals.keys_unknown,
        ),
        passwords=_reaching(
            totals.passwords_without_mfa,
            totals.passwords_reaching_admin,
            totals.passwords_reaching_beyond_roles,
            totals.passwords_unknown,
        ),
        opened=plural(len(totals.open_roles), "role"),
    )


def _reaching(count: int, admin: int, beyond: int, unknown: int) -> str:
    if not count:
        return f"not known of {plural(unknown, 'user')}" if unknown else "none"
    more = f"; not known of {unknown:,} more" if unknown else ""
    return f"{plural(count, 'user')}: beyond roles {beyond:,}, to administrator {admin:,}{more}"
