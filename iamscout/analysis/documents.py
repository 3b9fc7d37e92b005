"""What policy rules share: which Allow statements there are, where a document applies, what its name is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from iamscout.access.identity import PolicyUse
from iamscout.access.trust import ASSUME_ROLE, SET_SOURCE_IDENTITY, TAG_SESSION
from iamscout.analysis.estate import Estate
from iamscout.analysis.finding import Severity
from iamscout.analysis.wording import listed
from iamscout.policy.arn import parse_arn
from iamscout.policy.document import Statement
from iamscout.policy.match import action_matches, resource_matches
from iamscout.policy.parse import parse_document
from iamscout.snapshot.account import Account, Group, Role, User

_ASSUMING = (ASSUME_ROLE, TAG_SESSION, SET_SOURCE_IDENTITY)


def allows(use: PolicyUse) -> tuple[Statement, ...]:
    """The readable Allow statements of a policy; none where a statement beside them denies everything."""
    return _allowed(use.document.text) if use.document else ()


# Nearly every policy rule begins with them.
@lru_cache(maxsize=65_536)
def _allowed(text: str) -> tuple[Statement, ...]:
    # Keyed by the text, whose hash Python remembers; parsing it again finds the document already there.
    statements = parse_document(text).statements
    if any(_denies_everything(statement) for statement in statements):
        return ()
    return tuple(
        statement for statement in statements if statement.effect == "Allow" and not statement.unreadable
    )


def _denies_everything(statement: Statement) -> bool:
    return (
        statement.effect == "Deny"
        and not statement.unreadable
        and not statement.conditions
        and "*" in (statement.actions or ())
        and "*" in (statement.resources or ())
    )


def covers_action(statement: Statement, action: str) -> bool:
    """Whether Action or NotAction of a statement covers an action."""
    if statement.not_actions is not None:
        return not any(action_matches(pattern, action) for pattern in statement.not_actions)
    return any(map(_coverer(action), statement.actions or ()))


@lru_cache(maxsize=256)
def _coverer(action: str) -> Callable[[str], bool]:
    # Policies repeat each other: thousands of statements are made of a few hundred patterns.
    return lru_cache(maxsize=65_536)(partial(action_matches, action=action))


def covers_resource(statement: Statement, arn: str) -> bool:
    """Whether Resource or NotResource of a statement, policy variables aside, covers an ARN."""
    if statement.not_resources is not None:
        return not any(resource_matches(pattern, arn) for pattern in statement.not_resources)
    return any(resource_matches(pattern, arn) for pattern in statement.resources or ())


def is_aws_managed(use: PolicyUse) -> bool:
    """Whether AWS owns the policy, so that nobody here can change it."""
    return use.kind == "managed" and use.policy.split(":", 5)[4:5] == ["aws"]


def policy_name(use: PolicyUse) -> str:
    """A policy in a phrase: its name, of an inline one with the name of its owner."""
    if use.kind == "managed":
        return use.policy.rpartition("/")[2]
    arn = parse_arn(use.owner)
    return f"{use.policy} (inline in {arn.resource_type} {arn.name})" if arn else use.policy


def holders(use: PolicyUse, account: Account, estate: Estate) -> tuple[User | Group | Role, ...]:
    """Who has the policy: the owner of an inline one, all to whom a managed one is attached."""
    if use.kind == "managed":
        return estate.attachments.holders(account, use.policy)
    arn = parse_arn(use.owner)
    owner: User | Group | Role | None = account.users_by_arn.get(use.owner) or account.roles_by_arn.get(
        use.owner
    )
    if owner is None and arn is not None:
        owner = account.groups_by_name.get(arn.name)
    return (owner,) if owner else ()


def only_bounds(use: PolicyUse, account: Account, estate: Estate) -> bool:
    """Whether a policy serves as a permissions boundary and nothing else, so that it grants nothing."""
    return (
        use.kind == "managed"
        and bool(estate.attachments.bounded(account, use.policy))
        and not holders(use, account, estate)
    )


def in_force(use: PolicyUse, account: Account, estate: Estate, severity: Severity) -> Severity:
    """The severity of what a policy grants: low at most where nobody has it."""
    if severity == "info" or holders(use, account, estate):
        return severity
    return "low"


def held_by(entities: tuple[User | Group | Role, ...]) -> str:
    """Holders in a phrase: `group Admins, user alice`."""
    return listed([f"{type(entity).__name__.lower()} {entity.name}" for entity in entities])


def is_only_assume_role(statement: Statement) -> bool:
    """Whether a statement allows to assume roles (and to tag the session) and nothing else."""
    return statement.not_actions is None and all(
        any(action_matches(pattern, action) for action in _ASSUMING) and "*" not in pattern
        for pattern in statement.actions or ()
    )


def is_self_service(statement: Statement) -> bool:
    """Whether a statement is about the caller's own user alone, by the policy variable of its name."""
    resources = statement.resources or ()
    return bool(resources) and all("${aws:username}" in resource for resource in resources)
