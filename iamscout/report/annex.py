"""Text for the annex of an audit: one account's numbers in plain sentences, ready to be copied."""

from __future__ import annotations

from msgspec import Struct

from iamscout.access.exposure_model import Totals
from iamscout.access.scheme_model import AccountScheme, ScorePart
from iamscout.report.atlas import Atlas, home_of
from iamscout.report.words import day, nouns, plural, sentence, short_duration


class Annex(Struct, frozen=True):
    """The text of one account, a sentence or two in each paragraph."""

    account: str
    paragraphs: tuple[str, ...]


def annexes(atlas: Atlas) -> tuple[Annex, ...]:
    """A text for each account, in their order."""
    estate = atlas.assessment.estate
    return tuple(
        _annex(atlas, scheme, totals)
        for scheme, totals in zip(estate.schemes, estate.exposures.totals, strict=True)
    )


def _annex(atlas: Atlas, scheme: AccountScheme, totals: Totals) -> Annex:
    name = atlas.account_name(scheme.account)
    captured = next(account.captured_at for account in atlas.accounts if account.id == scheme.account)
    parts = {part.name: part for part in scheme.parts}
    return Annex(
        name,
        tuple(
            sentence(text)
            for text in (
                _examined(atlas, name, scheme, day(captured)),
                _credentials(totals),
                _groups(atlas, scheme, parts["links"]),
                _users(parts["users"], scheme.score),
                _administrators(atlas, scheme.account),
                _opened(totals),
            )
            if text
        ),
    )


def _examined(atlas: Atlas, name: str, scheme: AccountScheme, captured: str) -> str:
    roles = sum(len(account.roles) for account in atlas.accounts if account.id == scheme.account)
    return (
        f"account {name} was examined as it stood on {captured}: {plural(len(scheme.users), 'user')}, "
        f"{plural(len(scheme.groups), 'group')} and {plural(roles, 'role')}"
    )


def no_keys(unknown: int, users: int) -> str:
    """What there is to say of keys where none of so many users is known to have one."""
    if unknown and unknown == users:
        return "whether users have access keys and passwords is not known: no credential report was read"
    return f"no user is known to have an active access key{untold_keys(unknown)}"


def untold_keys(unknown: int) -> str:
    """That it is not known of some users whether they have a key; empty where it is of all."""
    return f"; of {plural(unknown, 'user')} it is not known" if unknown else ""


def _credentials(totals: Totals) -> str:
    if not totals.users_with_keys:
        return no_keys(totals.keys_unknown, totals.users)
    text = (
        f"{plural(totals.users_with_keys, 'user')} {nouns(totals.users_with_keys, 'has')} an active access "
        f"key; stolen and used alone, the keys of {_none(totals.keys_reaching_beyond_roles)} reach more than "
        f"the right to assume roles, those of {_none(totals.keys_reaching_admin)} reach administrator"
    )
    count = totals.passwords_without_mfa
    text = f"{text}; {plural(count, 'user')} {nouns(count, 'has')} a password without MFA"
    return text + untold_keys(totals.keys_unknown)


def _none(count: int) -> str:
    return f"{count:,}" if count else "none"


def _groups(atlas: Atlas, scheme: AccountScheme, links: ScorePart) -> str:
    if not scheme.groups:
        return ""
    limit = short_duration(atlas.assessment.estate.settings.mfa_max_age_seconds)
    direct = sum(group.model in ("traditional", "mixed") for group in scheme.groups)
    need = "needs" if links.conforming <= 1 else "need"
    text = f"of {plural(links.total, 'link')} from a group to a role, {_none(links.conforming)} {need} "
    text += f"fresh MFA (at most {limit} old)"
    if not links.total:
        text = "no group leads to a role"
    if direct:
        grants = "grants" if direct == 1 else "grant"
        text += (
            f". {plural(direct, 'group')} {grants} permissions directly: members hold all of them at any "
            "time, where a role would give them one set at a time and only after MFA"
        )
    return text


def _users(users: ScorePart, score: int | None) -> str:
    if score is None:
        return ""
    return (
        f"{_none(users.conforming)} of {plural(users.total, 'user')} {nouns(users.conforming or 1, 'has')} "
        "nothing but roles through groups; the scheme of one role for each group, entered with fresh MFA, "
        f"scores {score} of 100"
    )


def _administrators(atlas: Atlas, account: str) -> str:
    estate = atlas.assessment.estate
    admins = [each for each in estate.admins.entries if each.account == account]
    users = sum(":user/" in each.principal for each in admins)
    paths = [path for path in atlas.ways.own if home_of(path.goal) == account]
    escalating = {path.principal for path in paths if not path.by_design}
    surely = {path.principal for path in paths if not path.by_design and path.is_certain}
    outside = len({path.principal for path in paths if path.outside})
    text = (
        f"{plural(users, 'user')} and {plural(len(admins) - users, 'role')} are administrators; "
        f"{plural(len(surely or escalating), 'principal')} can become one by privilege escalation"
    )
    if escalating - surely:
        text += f", {len(escalating - surely):,} more under conditions" if surely else " under conditions"
    if outside:
        text += f", {plural(outside, 'principal')} from outside the account by any way"
    return text


def _opened(totals: Totals) -> str:
    count = len(totals.open_roles)
    if not count:
        return ""
    reach = {
        "allow": ", and administrator is among what that leads to",
        "conditional": ", and under conditions administrator is among what that leads to",
        "deny": "",
    }[totals.open_roles_reach_admin]
    return f"{plural(count, 'role')} can be entered by everybody, at once or by way of another one{reach}"
