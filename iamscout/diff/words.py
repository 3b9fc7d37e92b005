"""A comparison in words: what text, Markdown and pages say of resources and findings, and the counts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from iamscout.diff.effect import MAY_WIDEN, Effect
from iamscout.diff.model import (
    PARTS,
    AccessChanges,
    Changes,
    FieldChange,
    FindingChange,
    Moment,
    NotComparable,
    ResourceChange,
)
from iamscout.policy.arn import parse_arn

GLYPHS: dict[Effect, str] = {"widened": "▲", "mixed": "◆", "unknown": "?", "narrowed": "▼", "neutral": "="}
CHANGE_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_EFFECT_WORDS: dict[Effect, str] = {
    "widened": "widened",
    "mixed": "widened and narrowed",
    "unknown": "changed to unknown effect",
    "narrowed": "narrowed",
    "neutral": "changed without effect",
}
_TERMS: dict[str, tuple[Effect, ...]] = {
    "easier": ("widened",),
    "other": ("mixed", "unknown"),
    "stricter": ("narrowed",),
}
_MEASURES = {"scheme_score": "score", "keys_reaching_admin": "keys that reach administrator"}
FIELD_WORDS = {
    "inline_policies": "inline policy",
    "attached_policies": "attached policy",
    "boundary": "permissions boundary",
    "groups": "group",
    "tags": "tag",
    "trust_policy": "trust policy",
    "document": "what the default version allows",
    "default_version": "default version",
    "versions": "version",
    "max_session_duration_seconds": "longest session in seconds",
    "unique_id": "unique id",
    "password_enabled": "console password",
    "access_keys": "access key",
    "certificates": "signing certificate",
    "root_access_keys": "root access key",
    "root_certificates": "root signing certificate",
    "root_password_enabled": "root console password",
    "root_mfa_devices": "root MFA device",
    "root_mfa_active": "MFA of the root user",
    "mfa_devices": "MFA device",
    "password_policy": "password policy",
    "instance_profiles": "instance profile",
    "client_ids": "audience",
    "thumbprints": "thumbprint",
    "valid_until": "metadata valid until",
    "scps": "service control policy",
    "rcps": "resource control policy",
}
_MOVES = {
    "attached_policies": ("policy {} detached", "policy {} attached"),
    "groups": ("left the group {}", "joined the group {}"),
}
"""What is said of a name that went, and of one that came."""
_EFFECTS_OF_POLICIES: dict[Effect, str] = {
    "widened": "allows more",
    "mixed": "allows other things",
    "unknown": "changed, to unknown effect",
    "narrowed": "allows less",
    "neutral": "changed, and allows the same",
}
_EFFECTS_OF_TRUST: dict[Effect, str] = {
    "widened": "lets more in",
    "mixed": "lets others in",
    "unknown": "changed, to unknown effect",
    "narrowed": "lets less in",
    "neutral": "changed, and lets in the same",
}
_PASSWORD_WORDS = {
    "max_age_days": "longest age in days",
    "minimum_length": "least length",
    "reuse_prevention": "former passwords that may not be used again",
    "users_may_change": "users may change their own",
}
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T[\d:]{8}Z")
DOCUMENT_FIELDS = frozenset({"inline_policies", "trust_policy", "document", "versions", "scps", "rcps"})
"""Fields whose values are the JSON of policies."""


def title(changes: Changes) -> str:
    """From when to when, and how many accounts."""
    return f"{_times(changes.old)} -> {_times(changes.new)}"


def summary(changes: Changes) -> tuple[str, ...]:
    """The counts that a reader wants first, each a clause."""
    resources, access, power, told = changes.resources or (), changes.access, changes.power, changes.findings
    changed = [change for change in resources if change.change == "changed"]
    counts: list[tuple[int, str, str]] = [
        (sum(1 for change in changed if change.effect == effect), f"resource {words}", f"resources {words}")
        for effect, words in _EFFECT_WORDS.items()
    ]
    for kind in ("added", "removed"):
        count = sum(1 for change in resources if change.change == kind)
        counts.append((count, f"resource {kind}", f"resources {kind}"))
    counts.append((sum(1 for change in resources if change.recreated), "recreated", "recreated"))
    for name, edges in (
        ("gained", access.gained if access else ()),
        ("lost", access.lost if access else ()),
        ("with other conditions", access.changed if access else ()),
    ):
        counts.append(
            (sum(edge.pairs for edge in edges), f"way into a role {name}", f"ways into roles {name}")
        )
    for verb, halves in (
        ("gained", access.half_gained if access else ()),
        ("lost", access.half_lost if access else ()),
    ):
        counts.append(
            (sum(half.pairs for half in halves), f"half of a way in {verb}", f"halves of ways in {verb}")
        )
    counts += [
        (len(power.admins_gained), "new administrator", "new administrators"),
        (len(power.admins_lost), "fewer administrator", "fewer administrators"),
        *(
            (
                sum(each.effect in effects for each in power.admins_changed),
                f"administrator on {terms} terms",
                f"administrators on {terms} terms",
            )
            for terms, effects in _TERMS.items()
        ),
        (len(power.escalation_gained), "method of escalation gained", "methods of escalation gained"),
        (len(power.escalation_lost), "method of escalation lost", "methods of escalation lost"),
        (_users(changes, "widened", "mixed"), "user more exposed", "users more exposed"),
        (_users(changes, "narrowed"), "user less exposed", "users less exposed"),
        (len(told.new), "new finding", "new findings"),
        (len(told.reopened), "finding open again", "findings open again"),
        (len(told.resolved), "finding resolved", "findings resolved"),
        (
            sum(1 for each in told.persisting if each.before),
            "finding of other severity or status",
            "findings of other severity or status",
        ),
    ]
    found = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    for metric, label in _MEASURES.items():
        if metric in changes.metrics:
            before, after = changes.metrics[metric]
            found.append(f"{label} {before:g} before, {after:g} now")
    return tuple(found)


def unchanged_words(changes: Changes) -> str:
    """What is said where nothing of what is told changed; what could not be compared may have."""
    if changes.not_comparable:
        return "nothing changed that can be compared"
    if changes.accounts_added or changes.accounts_removed:
        return "nothing changed in the accounts of both sides"
    return "nothing changed"


def parts_words(changes: Changes) -> str:
    """What alone was compared, where that is not everything."""
    if changes.parts == PARTS:
        return ""
    return f"only {' and '.join(changes.parts)} compared"


def headline(changes: Changes) -> tuple[str, ...]:
    """The few counts that matter most, each a clause: of what lets more in, and of findings."""
    resources, gained = changes.resources or (), changes.access.gained if changes.access else ()
    opened = {role for edge in gained if edge.principals[0].kind == "everyone" for role in edge.roles}
    told = changes.findings
    counts = (
        (len(changes.power.admins_gained), "new administrator", "new administrators"),
        (len(opened), "role opened to everyone", "roles opened to everyone"),
        (sum(edge.pairs for edge in gained), "new way into a role", "new ways into roles"),
        (
            sum(each.effect in ("widened", "mixed") for each in resources),
            "widened resource",
            "widened resources",
        ),
        (sum(each.recreated for each in resources), "recreated resource", "recreated resources"),
        (len(told.new) + len(told.reopened), "new finding", "new findings"),
        (len(told.resolved), "resolved", "resolved"),
    )
    return tuple(f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count)


def _users(changes: Changes, *effects: Effect) -> int:
    return sum(len(each.users) for each in changes.exposure or () if each.effect in effects)


def only_widened(changes: Changes) -> Changes:
    """What may let more in than before: widened, mixed, or not known; findings that are new or open again."""
    from msgspec import structs  # noqa: PLC0415  # one use

    access = changes.access
    return structs.replace(
        changes,
        accounts_removed=(),
        resources=None
        if changes.resources is None
        else tuple(change for change in changes.resources if change.effect in MAY_WIDEN),
        access=access
        and structs.replace(
            access,
            lost=(),
            half_gained=(),
            half_lost=(),
            changed=tuple(edge for edge in access.changed if edge.effect in MAY_WIDEN),
        ),
        power=structs.replace(
            changes.power,
            admins_lost=(),
            admins_changed=tuple(each for each in changes.power.admins_changed if each.effect in MAY_WIDEN),
            escalation_lost=(),
            escalation_left=(),
            escalation_outgrown=(),
        ),
        exposure=changes.exposure and tuple(each for each in changes.exposure if each.effect in MAY_WIDEN),
        findings=structs.replace(changes.findings, resolved=(), persisting=()),
        metrics={},
    )


def change_marks(changes: Changes) -> dict[str, str]:
    """What became of a resource, in a word or two, by its ARN; of a role also where only its callers changed.

    Of principals that no snapshot tells of (everyone, accounts, providers, services), by their value, what
    became of the roles that they enter.
    """
    found: dict[str, str] = {}
    access = changes.access or AccessChanges()
    told = {moment.account for moment in changes.new}
    for of_role, of_principal, edges in (
        ("fewer get in", "enters fewer roles", access.lost),
        ("others get in", "enters on other terms", access.changed),
        ("more get in", "enters more roles", access.gained),
    ):
        for edge in edges:
            found.update(dict.fromkeys(edge.roles, of_role))
            for principal in edge.principals:
                if principal.kind not in ("user", "role") or principal.account not in told:
                    found[principal.value] = of_principal
    for change in changes.resources or ():
        if change.change == "added":
            found[change.resource] = "new"
        elif change.recreated:
            found[change.resource] = f"recreated, {change.effect}"
        elif change.effect != "neutral" or change.resource not in found:
            found[change.resource] = "changed" if change.effect in ("neutral", "unknown") else change.effect
    return found


def baseline_day(changes: Changes) -> str:
    """The day of the baseline's latest snapshot."""
    return f"{max(moment.captured_at for moment in changes.old):%Y-%m-%d}" if changes.old else ""


def resource_words(change: ResourceChange) -> tuple[str, ...]:
    """What changed about a resource, a clause for each part."""
    found = []
    if change.recreated:
        found.append("deleted and created again: another unique id under the same ARN")
    found += [_detail(detail) for detail in change.details if detail.field != "unique_id"]
    return tuple(found)


def named_resource(change: ResourceChange) -> str:
    """A resource with what it is: `role deploy`, `account 111122223333`."""
    if change.resource_type == "account":
        return f"account {change.account}"
    if change.resource_type == "organization":
        return f"account {change.account} in its organization"
    return f"{change.resource_type.replace('_', ' ')} {name_of(change.resource)}"


def account_words(change: ResourceChange) -> str:
    """Whose a resource is, behind its name; an account is its own."""
    return "" if change.resource_type in ("account", "organization") else f" of {change.account}"


def name_of(arn: str) -> str:
    """The name at the end of an ARN; an OIDC provider's is a URL."""
    parsed = parse_arn(arn)
    if parsed is None or not parsed.resource:
        return arn
    kind, _, rest = parsed.resource.partition("/")
    return rest if kind == "oidc-provider" else rest.rpartition("/")[2] or kind


def _detail(detail: FieldChange) -> str:
    """One part of a resource that changed: what it was, what it is, and what that does."""
    name = name_of(detail.name) if detail.name else ""
    if detail.field in _MOVES:
        return _MOVES[detail.field][detail.change != "removed"].format(name)
    what = FIELD_WORDS.get(detail.field, detail.field.replace("_", " "))
    if name:
        what = f"{what} {name}"
    if detail.field == "document":
        return f"the default version {_EFFECTS_OF_POLICIES[detail.effect]}"
    if detail.field == "trust_policy":
        return f"trust policy {_EFFECTS_OF_TRUST[detail.effect]}"
    if detail.field == "password_policy" and detail.name == "exists":
        return f"password policy {'added' if detail.after == 'True' else 'removed'}"
    if detail.field == "password_policy":
        what = f"password policy, {_PASSWORD_WORDS.get(detail.name, detail.name.replace('_', ' '))}"
    if detail.field in DOCUMENT_FIELDS and detail.change == "changed":
        return f"{what} {_EFFECTS_OF_POLICIES[detail.effect]}"
    if detail.field.removeprefix("root_") in ("access_keys", "certificates"):
        return f"{what} {_credential(detail.before, detail.after)}"
    if detail.change == "changed":
        return f"{what}: {_value(detail.before)} before, {_value(detail.after)} now"
    value = detail.before or detail.after
    shown = f": {_value(value)}" if value and detail.field not in DOCUMENT_FIELDS else ""
    return f"{what} {detail.change}{shown}"


def _credential(before: str, after: str) -> str:
    """What became of an access key or certificate; a side is `active of <time>`, `inactive` or `none`."""
    was, _, then = before.partition(" of ")
    is_now, _, made = after.partition(" of ")
    created, former = (f" on {_value(time)}" if time else "" for time in (made, then))
    if before == "none":
        return f"created{created}{'' if is_now == 'active' else ', and is inactive'}"
    if after == "none":
        return f"deleted ({was}, created{former})" if former else f"deleted ({was})"
    if made == then:
        return f"is {is_now} now{created and f' (created{created})'}"
    state = "" if was == is_now == "active" else f"; {was} before, {is_now} now"
    return f"replaced: this one was created{created or ' at an unknown time'}, the former{former}{state}"


def _value(text: str) -> str:
    """A value as a person would write it: days of times, thousands apart, names of ARNs."""
    if text in ("", "none", "None"):
        return "none"
    if text.isdecimal() and len(text) < 12:
        return f"{int(text):,}"
    if text.lower() in ("true", "false"):
        return "yes" if text.lower() == "true" else "no"
    return name_of(text) if text.startswith("arn:") else _TIME.sub(r"\1", text)


def finding_words(change: FindingChange) -> str:
    """A finding with its resource, and why it changed where that is not the account."""
    finding = change.finding
    text = f"{finding.title} ({finding.rule} in {finding.account})"
    why = {
        "account": "",
        "rules": "the rules changed, not the account",
        "configuration": "the configuration changed, not the account",
        "exceptions": "the exceptions changed, not the account",
        "unknown": "the rules or the configuration changed, too: not known why",
    }[change.cause]
    former = f"; {change.before} before" if change.before else ""
    return f"{text}{former}{f'; {why}' if why else ''}"


def lacking_words(lack: NotComparable) -> str:
    """What could not be compared, and for want of what."""
    side = {"old": "the old side", "new": "the new side", "both": "both sides"}[lack.side]
    of_one = lack.resource and not lack.resource.endswith(":root")
    about = f" of {name_of(lack.resource)}" if of_one else ""
    return f"{lack.account}: {lack.source}{about}: {side} lacks it ({lack.reason})"


def _times(moments: Sequence[Moment]) -> str:
    days = sorted({moment.captured_at for moment in moments})
    if not days:
        return "nothing"
    first, last = f"{days[0]:%Y-%m-%d %H:%M} UTC", f"{days[-1]:%Y-%m-%d %H:%M} UTC"
    return first if len(days) == 1 else f"{first} to {last}"
