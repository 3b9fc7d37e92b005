"""Parts of resources compared: named policies, sets of names, tags, single values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from iamscout.diff.allowed import compare_documents, compare_shared
from iamscout.diff.clauses import same_meaning
from iamscout.diff.effect import NARROWED, NEUTRAL, UNKNOWN, WIDENED, Shift
from iamscout.diff.model import Change, FieldChange
from iamscout.policy.document import PolicyDocument
from iamscout.snapshot.account import Account, Group, InlinePolicy, Role, Tag, User

_TAG = re.compile(r"(?i)(?:principal|resource)tag/([^\"',}/]+)")
Found = Iterator[tuple[FieldChange, Shift]]
"""Changes of fields, each with its shift."""


def named(field: str, sides: Sequence[Mapping[str, str]], judge: Callable[[str, str], Shift]) -> Found:
    """Values by name, before and after; `judge` gets two texts, empty where there is none."""
    before, after = sides
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        shift = judge(old or "", new or "")
        yield FieldChange(field, _change(old, new), shift.effect, name, old or "", new or ""), shift


def members(field: str, sides: Sequence[Iterable[str]], judge: Callable[[str, bool], Shift]) -> Found:
    """A set of names, before and after; `judge` gets a name and whether it was added."""
    old, new = map(set, sides)
    for name in sorted(old ^ new):
        added = name in new
        shift = judge(name, added)
        yield FieldChange(field, "added" if added else "removed", shift.effect, name), shift


def single(field: str, before: object, after: object, shift: Shift = NEUTRAL) -> Found:
    """One value; None stands for a value that is not told, which is no change."""
    if before is None or after is None or before == after:
        return
    yield FieldChange(field, "changed", shift.effect, "", _text(before), _text(after)), shift


def inline_policies(before: Iterable[InlinePolicy], after: Iterable[InlinePolicy]) -> Found:
    """The inline policies of one entity by name, each by what it allows."""
    old = {policy.name: policy.document for policy in before}
    new = {policy.name: policy.document for policy in after}
    for name in sorted({*old, *new}):
        found = document("inline_policies", name, old.get(name), new.get(name))
        if found is not None:
            yield found


def document(
    field: str, name: str, before: PolicyDocument | None, after: PolicyDocument | None
) -> tuple[FieldChange, Shift] | None:
    """One permissions policy that came, went or changed; None where its meaning is in the same words."""
    if before is not None and after is not None and same_meaning(before, after):
        return None
    judge = compare_shared if before and after else compare_documents
    shift = judge([before] if before else [], [after] if after else [])
    change = _change(before.text if before else None, after.text if after else None)
    old, new = before.text if before else "", after.text if after else ""
    return FieldChange(field, change, shift.effect, name, old, new), shift


def attached_policies(
    before: Mapping[str, PolicyDocument | None], after: Mapping[str, PolicyDocument | None]
) -> Found:
    """The managed policies of one entity by ARN; one that the snapshot lacks allows nobody knows what."""

    def judge(arn: str, added: bool) -> Shift:  # noqa: FBT001  # the signature of members
        known = after[arn] if added else before[arn]
        if known is None:
            return UNKNOWN
        return compare_documents([], [known]) if added else compare_documents([known], [])

    yield from members("attached_policies", (before, after), judge)


def tags(before: Iterable[Tag], after: Iterable[Tag], mentioned: frozenset[str]) -> Found:
    """Tags by key; they matter where a policy asks for them, and then in a way that is not looked into."""
    old = {tag.key: tag.value for tag in before}
    new = {tag.key: tag.value for tag in after}
    for change, _ in named("tags", (old, new), lambda _old, _new: NEUTRAL):
        shift = UNKNOWN if change.name.lower() in mentioned else NEUTRAL
        yield (
            FieldChange("tags", change.change, shift.effect, change.name, change.before, change.after),
            shift,
        )


def mentioned_tags(accounts: Iterable[Account]) -> frozenset[str]:
    """The lower-case keys of tags that some policy of the accounts tests or fills in."""
    texts = {text for account in accounts for text in _texts(account)}
    return frozenset(key.strip().lower() for text in texts for key in _TAG.findall(text))


def wider(is_wider: bool) -> Shift:  # noqa: FBT001  # the question itself
    """A shift where there is only wider or narrower."""
    return WIDENED if is_wider else NARROWED


def _change(before: str | None, after: str | None) -> Change:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)


def _texts(account: Account) -> Iterator[str]:
    for role in account.roles:
        yield role.trust_policy.text
    entities: tuple[User | Group | Role, ...] = (*account.users, *account.groups, *account.roles)
    for entity in entities:
        for inline in entity.inline_policies:
            yield inline.document.text
    for policy in account.policies:
        if policy.document:
            yield policy.document.text
