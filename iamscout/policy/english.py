"""Statements in plain English: what is allowed or denied to whom, on what, and under which conditions.

Sources: IAM User Guide, "IAM JSON policy elements reference" (what NotAction, NotResource and NotPrincipal
mean), and the Service Authorization Reference for what an action does. Values are shown as a policy writes
them; whoever prints them escapes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from iamscout.policy.action_table import LEVELS, AccessLevel
from iamscout.policy.actions import all_actions
from iamscout.policy.arn import ACCOUNT_ID, parse_arn
from iamscout.policy.document import PrincipalElement, Statement
from iamscout.policy.words import describe_condition

MOST = 4
"""Actions, resources and principals that are named before the rest is counted."""

_LEVEL_WORDS: dict[AccessLevel, str] = {
    "List": "list",
    "Read": "read",
    "Tagging": "tagging",
    "Write": "write",
    "Permissions management": "permissions management",
}
_ENTERING = "sts:"


@lru_cache(maxsize=50_000)
def explain(statement: Statement) -> str:
    """A statement as one sentence."""
    if statement.unreadable:
        return f"Cannot be judged: {statement.unreadable}."
    verb = {"Allow": "Allows", "Deny": "Denies"}.get(statement.effect, "Neither allows nor denies")
    parts = [verb]
    if statement.principals is not None or statement.not_principals is not None:
        parts.append(f"{_who(statement)}:")
    parts.append(_actions(statement))
    where = _where(statement)
    if where:
        parts.append(where)
    if statement.conditions:
        link = "only if" if statement.effect == "Allow" else "if"
        told = tuple(dict.fromkeys(map(describe_condition, statement.conditions)))
        # A comma inside one condition would let the next "and" read as a part of it.
        said = ("; and " if any(", " in each for each in told) else " and ").join(told)
        parts[-1] += f", {link} {said}"
    return f"{' '.join(parts)}."


def explain_principal(element: PrincipalElement, account: str) -> str:
    """One value of a Principal element in words; `account` says what one of an account stands for there."""
    value = element.value
    if value == "*" and element.type in ("*", "AWS"):
        return "everyone"
    if element.type == "Service":
        return f"the service {value}"
    if element.type == "CanonicalUser":
        return f"the account of canonical user {value}"
    arn = parse_arn(value)
    if element.type == "Federated":
        return f"whoever {arn.resource.partition('/')[2] if arn else value} vouches for"
    if ACCOUNT_ID.match(value):
        return account.format(value)
    if arn is None:
        return f"the user or role of id {value}"
    kind, _, name = arn.resource.partition("/")
    if arn.resource == "root":
        return account.format(arn.account)
    if kind == "assumed-role":
        role, _, session = name.partition("/")
        return f"session {session} of role {role} of account {arn.account}"
    words = {"user": "user", "role": "role", "federated-user": "federated user"}.get(kind, kind)
    return f"{words} {name.rpartition('/')[2]} of account {arn.account}"


def _who(statement: Statement) -> str:
    if statement.not_principals is not None:
        but = [explain_principal(each, "account {}") for each in statement.not_principals]
        return f"everybody but {_listed(but)}"
    account = "all callers of account {}"
    if statement.effect == "Allow":
        # "AWS JSON policy elements: Principal": the account decides which of its users and roles that are.
        account = "callers that account {} itself allows"
    return _listed([explain_principal(each, account) for each in statement.principals or ()]) or "nobody"


def _actions(statement: Statement) -> str:
    if statement.not_actions is not None:
        later = " (and any that AWS adds later)" if statement.effect == "Allow" else ""
        return f"every action{later} but {_listed(statement.not_actions)}"
    actions = statement.actions or ()
    if any(action in ("*", "*:*") for action in actions):
        return "every action"
    named = [_action(action) for action in actions[:MOST]]
    rest = len(actions) - MOST
    if rest <= 0:
        return _joined(named) or "no action"
    found = _levels(all_actions().matching_any(actions))
    return f"{', '.join(named)} and {rest:,} more{f'; in all {found}' if found else ''}"


def _action(pattern: str) -> str:
    """An action with what it does; a pattern with how many there are of each kind."""
    if pattern.lower().startswith(_ENTERING):
        return pattern
    bits = all_actions().matching(pattern)
    if not bits:
        return f"{pattern} (no action that AWS documents)"
    if "*" not in pattern and "?" not in pattern:
        level = all_actions().level(pattern)
        return f"{pattern} ({_LEVEL_WORDS[level]})" if level else pattern
    return f"{pattern} ({_levels(bits)})"


def _levels(bits: int) -> str:
    """How many actions of each access level a set holds, the gravest first."""
    by_level = all_actions().by_level
    counts = [
        (level, (bits & by_level[level]).bit_count()) for level in reversed(LEVELS) if level in by_level
    ]
    return ", ".join(f"{count:,} {_LEVEL_WORDS[level]}" for level, count in counts if count)


def _where(statement: Statement) -> str:
    if statement.not_resources is not None:
        return f"on every resource but {_listed(statement.not_resources)}"
    if statement.resources is None:
        return ""
    if "*" in statement.resources:
        return "on every resource"
    return f"on {_listed(statement.resources) or 'no resource'}"


def _listed(texts: Sequence[str]) -> str:
    rest = len(texts) - MOST
    if rest <= 0:
        return _joined(texts)
    return f"{', '.join(texts[:MOST])} and {rest:,} more"


def _joined(texts: Sequence[str]) -> str:
    return " and ".join((", ".join(texts[:-1]), texts[-1])) if len(texts) > 1 else "".join(texts)
