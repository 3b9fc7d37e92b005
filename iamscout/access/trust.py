"""Trust policies exploded to principal x action: who a role says may become it, not yet evaluated."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from iamscout.access.callers import Caller
from iamscout.access.directory import Directory
from iamscout.access.principals import Principal, normalise
from iamscout.policy.decision import StatementRef
from iamscout.policy.document import Condition, Effect, PolicyDocument, Statement
from iamscout.policy.match import action_matches
from iamscout.snapshot.account import Role

ASSUME_ROLE = "sts:AssumeRole"
WITH_SAML = "sts:AssumeRoleWithSAML"
WITH_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
TAG_SESSION = "sts:TagSession"
SET_SOURCE_IDENTITY = "sts:SetSourceIdentity"
ASSUMING_ACTIONS = (ASSUME_ROLE, WITH_SAML, WITH_WEB_IDENTITY)
"""The three actions that hand out a role's credentials."""
TRUST_ACTIONS = (*ASSUMING_ACTIONS, TAG_SESSION, SET_SOURCE_IDENTITY)
"""All actions that mean something in a trust policy."""
TRUST_POLICY = "trust policy"
"""The name of a role's trust policy in evidence."""
NO_PRINCIPAL = "the statement names no principal"


class TrustGrant(Struct, frozen=True):
    """One statement of a trust policy for one principal. `actions` are those of `TRUST_ACTIONS` it covers.

    `excepted` is True where the principal stands in NotPrincipal: the statement is about everybody else.
    """

    role: str
    principal: Principal
    effect: Effect
    actions: tuple[str, ...]
    conditions: tuple[Condition, ...]
    statement: Statement
    excepted: bool = False

    @property
    def ref(self) -> StatementRef:
        """The statement as evidence."""
        return StatementRef("trust", self.role, TRUST_POLICY, self.statement.sid, self.statement.number)


class TrustStatement(Struct, frozen=True):
    """A statement of a trust policy with its principals in normal form.

    `excepted` is None unless it uses NotPrincipal. `actions` are those of `TRUST_ACTIONS` it covers, all
    where the statement is unreadable; `may_mean_anybody` tells that its principals are.
    """

    statement: Statement
    principals: tuple[Principal, ...]
    excepted: tuple[Principal, ...] | None
    actions: tuple[str, ...]
    may_mean_anybody: bool = False


def read_trust(role: Role, directory: Directory, partition: str) -> tuple[TrustStatement, ...]:
    """The statements of a role's trust policy, principals normalised.

    `partition` is that of the role's account.
    """
    return tuple(
        TrustStatement(
            statement=statement,
            principals=tuple(
                normalise(element, directory, partition) for element in statement.principals or ()
            ),
            excepted=None
            if statement.not_principals is None
            else tuple(normalise(element, directory, partition) for element in statement.not_principals),
            actions=TRUST_ACTIONS if statement.unreadable else covered_actions(statement),
            may_mean_anybody=bool(statement.unreadable)
            and _principals_in_doubt(statement, role.trust_policy),
        )
        for statement in map(_readable, role.trust_policy.statements)
    )


def _readable(statement: Statement) -> Statement:
    """A statement as a trust policy's: one that names no principal cannot be read.

    A trust policy must have a Principal ("AWS JSON policy elements: Principal"); whom AWS would mean without
    one is not known.
    """
    nobody = statement.principals is None and statement.not_principals is None
    return replace(statement, unreadable=NO_PRINCIPAL) if nobody and not statement.unreadable else statement


def _principals_in_doubt(statement: Statement, document: PolicyDocument) -> bool:
    """Whether an unreadable statement does not even tell whom it means."""
    if (statement.principals is None) == (statement.not_principals is None):
        return True
    places = tuple(f"{statement.pointer}/{element}" for element in ("Principal", "NotPrincipal"))
    return any(note.pointer.startswith(places) and note.code != "empty-list" for note in document.notes)


def trust_grants(role: Role, directory: Directory, partition: str) -> tuple[TrustGrant, ...]:
    """Explode a role's trust policy, in the policy's order. A statement without principals yields nothing."""
    return explode(role.arn, read_trust(role, directory, partition))


def explode(role_arn: str, statements: Iterable[TrustStatement]) -> tuple[TrustGrant, ...]:
    """One grant for each principal of each statement."""
    return tuple(
        TrustGrant(
            role=role_arn,
            principal=principal,
            effect=read.statement.effect,
            actions=read.actions,
            conditions=read.statement.conditions,
            statement=read.statement,
            excepted=read.excepted is not None,
        )
        for read in statements
        for principal in (read.principals if read.excepted is None else read.excepted)
    )


def covered_actions(statement: Statement) -> tuple[str, ...]:
    """Which of `TRUST_ACTIONS` a statement is about, through Action or NotAction."""
    if statement.not_actions is not None:
        return tuple(a for a in TRUST_ACTIONS if not any(action_matches(p, a) for p in statement.not_actions))
    return tuple(a for a in TRUST_ACTIONS if any(action_matches(p, a) for p in statement.actions or ()))


def fitting_action(principal: Principal | Caller) -> str:
    """The action by which a principal or caller of this kind takes a role."""
    return {"saml": WITH_SAML, "oidc": WITH_WEB_IDENTITY}.get(principal.kind, ASSUME_ROLE)
