"""The account itself compared: password policy, root user, and what its organization forbids it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from msgspec import structs

from iamscout.access.directory import Directory
from iamscout.diff import fields
from iamscout.diff.allowed import EVERYTHING, compare_documents
from iamscout.diff.comparable import Twins
from iamscout.diff.credentials import Credentials, report_changes
from iamscout.diff.effect import NEUTRAL, UNKNOWN, Shift, joined
from iamscout.diff.model import FieldChange, ResourceChange
from iamscout.snapshot.account import Account, PasswordPolicy, ReportRow
from iamscout.snapshot.organization import GuardrailPolicy, Organization

Parts = list[tuple[FieldChange, Shift]]
Levels = tuple[tuple[GuardrailPolicy, ...], ...]
_STRICTER_WHEN_HIGHER = ("minimum_length", "reuse_prevention")
_STRICTER_WHEN_SET = ("requires_symbols", "requires_numbers", "requires_uppercase", "requires_lowercase")


def account_changes(twins: Twins, credentials: Credentials) -> Iterator[ResourceChange]:
    """One change of the account for its alias, password policy and root user."""
    old, new = twins.old, twins.new
    found: Parts = []
    if old.has("iam:ListAccountAliases") and new.has("iam:ListAccountAliases"):
        found += fields.single("alias", old.alias, new.alias)
    if old.password_policy is not None and new.password_policy is not None:
        found += _password_policy(old.password_policy, new.password_policy)
    roots = [_root(account) for account in (old, new)]
    if roots[0] is not None and roots[1] is not None:
        found += [_of_root(part) for part in report_changes(roots[0], roots[1])]
        has_mfa = roots[1].mfa_active
        found += fields.single("root_mfa_active", roots[0].mfa_active, has_mfa, fields.wider(not has_mfa))
    found += [_of_root(part) for part in credentials.mfa(new.root_arn)]
    if found:
        details = tuple(change for change, _ in found)
        names = tuple(sorted({change.field for change in details}))
        effect = joined(shift for _, shift in found).effect
        yield ResourceChange("changed", new.root_arn, "account", new.id, names, effect, details=details)


def organization_changes(account: str, before: Directory, after: Directory) -> Iterator[ResourceChange]:
    """What the service and resource control policies on an account's path allow, level by level.

    Its own snapshot may tell them, or that of the management account.
    """
    if account not in before.member_of or account not in after.member_of:
        return
    (_, old), (organization, new) = before.member_of[account], after.member_of[account]
    found: Parts = []
    for field in ("scps", "rcps"):
        levels: list[Levels | None] = [getattr(side, field) for side in (old, new)]
        found += _levels(field, levels[0] or (), levels[1] or ())
    found += fields.single("path", old.path, new.path)
    if not found:
        return
    details = tuple(change for change, _ in found)
    names = tuple(sorted({change.field for change in details}))
    arn = _member_arn(organization, account, after.accounts[account].partition)
    effect = joined(shift for _, shift in found).effect
    yield ResourceChange("changed", arn, "organization", account, names, effect, details=details)


def _member_arn(organization: Organization, account: str, partition: str) -> str:
    """The account as its organization names it ("Resource types defined by AWS Organizations")."""
    owner = f"arn:{partition}:organizations::{organization.management}"
    return f"{owner}:account/{organization.id}/{account}"


def _levels(field: str, before: Levels, after: Levels) -> Iterator[tuple[FieldChange, Shift]]:
    """The levels from the root down; one that is not there restricts nothing."""
    everything = (GuardrailPolicy("", EVERYTHING),)
    for place, (old, new) in enumerate(zip_longest(before, after, fillvalue=everything)):
        shift = compare_documents([each.document for each in old], [each.document for each in new])
        texts = [{each.name: each.document.text for each in level if each.name} for level in (old, new)]
        for change, _ in fields.named(field, texts, lambda _old, _new: NEUTRAL):
            name = f"{change.name} (level {place + 1})"
            yield FieldChange(field, change.change, shift.effect, name, change.before, change.after), shift


def _password_policy(old: PasswordPolicy, new: PasswordPolicy) -> Iterator[tuple[FieldChange, Shift]]:
    for name in PasswordPolicy.__struct_fields__:
        before, after = getattr(old, name), getattr(new, name)
        if name == "max_age_days":
            # AWS tells that passwords do not expire as an age of 0 days, too.
            before, after = before or None, after or None
        if before == after:
            continue
        shift = NEUTRAL
        if name in _STRICTER_WHEN_HIGHER:
            shift = fields.wider((before or 0) > (after or 0))
        elif name in _STRICTER_WHEN_SET:
            shift = fields.wider(before)
        elif name == "max_age_days":
            shift = UNKNOWN if before and after else NEUTRAL
        said = ["" if value is None else str(value) for value in (before, after)]
        yield FieldChange("password_policy", "changed", shift.effect, name, *said), shift


def _root(account: Account) -> ReportRow | None:
    return next((row for row in account.credential_report or () if row.is_root), None)


def _of_root(part: tuple[FieldChange, Shift]) -> tuple[FieldChange, Shift]:
    change, shift = part
    return structs.replace(change, field=f"root_{change.field}"), shift
