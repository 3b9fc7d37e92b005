"""A comparison in words: the sentences that text, Markdown and pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iamscout.access.principals import Principal
from iamscout.diff.effect import MAY_WIDEN, Effect
from iamscout.diff.model import Changes, EdgeChange, FindingChange, Moment, NotComparable, ResourceChange
from iamscout.policy.arn import parse_arn

GLYPHS: dict[Effect, str] = {"widened": "▲", "mixed": "◆", "unknown": "?", "narrowed": "▼", "neutral": "="}
CHANGE_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
NAMES_SHOWN = 5
_EFFECT_WORDS: dict[Effect, str] = {
    "widened": "widened",
    "mixed": "widened and narrowed",
    "unknown": "changed to unknown effect",
    "narrowed": "narrowed",
    "neutral": "changed without effect",
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
    "mfa_devices": "MFA device",
    "password_policy": "password policy",
    "instance_profiles": "instance profile",
    "client_ids": "audience",
    "scps": "service control policy",
    "rcps": "resource control policy",
}
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
    counts += [
        (len(power.admins_gained), "new administrator", "new administrators"),
        (len(power.admins_lost), "administrator less", "administrators less"),
        (len(power.escalation_gained), "method of escalation gained", "methods of escalation gained"),
        (len(power.escalation_lost), "method of escalation lost", "methods of escalation lost"),
        (len(told.new), "new finding", "new findings"),
        (len(told.reopened), "finding open again", "findings open again"),
        (len(told.resolved), "finding resolved", "findings resolved"),
    ]
    found = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    for metric, label in _MEASURES.items():
        if metric in changes.metrics:
            before, after = changes.metrics[metric]
            found.append(f"{label} {before:g} before, {after:g} now")
    return tuple(found)


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
            changed=tuple(edge for edge in access.changed if edge.effect in MAY_WIDEN),
        ),
        power=structs.replace(changes.power, admins_lost=(), escalation_lost=()),
        findings=structs.replace(changes.findings, resolved=(), persisting=()),
        metrics={},
    )


def change_marks(changes: Changes) -> dict[str, str]:
    """ARN to what became of a resource, in a word or two; of a role also where only its callers changed."""
    found: dict[str, str] = {}
    access = changes.access
    for words, edges in (
        ("fewer get in", access.lost if access else ()),
        ("others get in", access.changed if access else ()),
        ("more get in", access.gained if access else ()),
    ):
        for edge in edges:
            found.update(dict.fromkeys(edge.roles, words))
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


def short(arn: str) -> str:
    """A resource as a person would call it: kind and name, the account apart."""
    parsed = parse_arn(arn)
    return parsed.resource if parsed and parsed.resource else arn


def resource_words(change: ResourceChange) -> tuple[str, ...]:
    """What changed about a resource, a clause for each part."""
    found = []
    if change.recreated:
        found.append("deleted and created again: another unique id under the same ARN")
    for detail in change.details:
        if detail.field == "unique_id":
            continue
        what = FIELD_WORDS.get(detail.field, detail.field.replace("_", " "))
        name = f" {short(detail.name)}" if detail.name else ""
        text = f"{what}{name} {detail.change}"
        if detail.field not in DOCUMENT_FIELDS and detail.change == "changed":
            text += f": {detail.before or 'none'} -> {detail.after or 'none'}"
        found.append(f"{text} ({detail.effect})" if detail.effect != "neutral" else text)
    return tuple(found)


def edge_words(change: EdgeChange) -> str:
    """An edge change as a sentence without a full stop."""
    who, roles = principals_words(change.principals), names(map(short, change.roles))
    if change.before is None and change.after is not None:
        verb = "can now assume" if change.after.result == "allow" else "may now assume"
    elif change.after is None:
        verb = "can no longer assume"
    else:
        verb = "can assume under other conditions"
    if not change.words:
        return f"{who} {verb} {roles}"
    link = ": " if change.before is not None and change.after is not None else ", under: "
    return f"{who} {verb} {roles}{link}{'; '.join(change.words)}"


def power_words(changes: Changes) -> tuple[tuple[str, Effect, str], ...]:
    """Sign, effect and sentence of who gained or lost power; methods of one principal together."""
    power = changes.power
    found: list[tuple[str, Effect, str]] = []
    if power.admins_gained:
        found.append(("+", "widened", f"{names(map(_named, power.admins_gained))}: administrator now"))
    for sign, pairs in (("+", power.escalation_gained), ("-", power.escalation_lost)):
        by_methods: dict[tuple[str, ...], list[str]] = {}
        for principal in dict.fromkeys(principal for principal, _ in pairs):
            methods = tuple(method for owner, method in pairs if owner == principal)
            by_methods.setdefault(methods, []).append(principal)
        effect: Effect = "widened" if sign == "+" else "narrowed"
        verb = "can gain more by" if sign == "+" else "can no longer gain more by"
        for methods, principals in by_methods.items():
            found.append((sign, effect, f"{names(map(_named, principals))} {verb} {names(methods)}"))
    if power.admins_lost:
        found.append(("-", "narrowed", f"{names(map(_named, power.admins_lost))}: no longer administrator"))
    return tuple(found)


def principals_words(principals: Sequence[Principal]) -> str:
    """Some principals by name, with their account."""
    if principals[0].kind == "everyone":
        return "everyone (*)"
    return names(_principal(principal) for principal in principals)


def names(found: Iterable[str]) -> str:
    """The first few names and how many more there are."""
    told = list(found)
    more = len(told) - NAMES_SHOWN
    return ", ".join(told[:NAMES_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def finding_words(change: FindingChange) -> str:
    """A finding with its resource, and why it changed where that is not the account."""
    finding = change.finding
    text = f"{finding.title} ({finding.rule}, {short(finding.resource)} of {finding.account})"
    why = {
        "account": "",
        "rules": "the rules changed, not the account",
        "configuration": "the configuration changed, not the account",
        "exceptions": "the exceptions changed, not the account",
        "unknown": "the rules or the account: not known",
    }[change.cause]
    former = f"; {change.before} before" if change.before else ""
    return f"{text}{former}{f'; {why}' if why else ''}"


def lacking_words(lack: NotComparable) -> str:
    """What could not be compared, and for want of what."""
    side = {"old": "the old side", "new": "the new side", "both": "both sides"}[lack.side]
    about = f" of {short(lack.resource)}" if lack.resource else ""
    return f"{lack.account}: {lack.source}{about}: {side} lacks it ({lack.reason})"


def _principal(principal: Principal) -> str:
    if principal.kind == "account":
        return f"account {principal.account}"
    if principal.kind in ("user", "role", "session"):
        return f"{short(principal.value)} of {principal.account}"
    return short(principal.value)


def _named(arn: str) -> str:
    return f"{short(arn)} of {arn.split(':', 5)[4]}"


def _times(moments: Sequence[Moment]) -> str:
    days = sorted({moment.captured_at for moment in moments})
    if not days:
        return "nothing"
    first, last = f"{days[0]:%Y-%m-%d %H:%M} UTC", f"{days[-1]:%Y-%m-%d %H:%M} UTC"
    return first if len(days) == 1 else f"{first} to {last}"
