"""What a statement of a trust policy gives the principal it names, where the trust policy decides alone."""

from __future__ import annotations

from collections.abc import Mapping

from iamscout.access.trust import TrustGrant
from iamscout.report.atlas import Atlas
from iamscout.report.guards import State
from iamscout.snapshot.account import Role

NO = State("✕", "no", "info")
KEEPS_OUT = State("–", "keeps out", "info")
OTHERS = State("–", "lets in others", "info")
"""An Allow that is about everybody else."""

BY_ASSIGNMENT = State("✓", "whom Identity Center assigns", "info")
"""The provider of IAM Identity Center; no other SAML response opens its roles (AssumeRoleWithSAML)."""


def trust_result(atlas: Atlas, grant: TrustGrant, results: Mapping[str, State]) -> State | None:
    """Whether the principal gets in; None where its own policies decide, too, which another table tells.

    `results` are the states by principal value.
    """
    if grant.effect != "Allow":
        return KEEPS_OUT
    if grant.excepted:
        return OTHERS
    principal = grant.principal
    known = results.get(principal.value)
    if known is not None:
        return known
    if principal.kind == "saml" and _is_of_identity_center(atlas, grant.role):
        return BY_ASSIGNMENT
    at_home = principal.account in atlas.assessment.estate.directory.accounts
    return None if at_home and principal.kind in ("account", "user", "role", "session") else NO


def _is_of_identity_center(atlas: Atlas, role: str) -> bool:
    entry = atlas.assessment.estate.directory.by_arn.get(role)
    return entry is not None and isinstance(entry.entity, Role) and entry.entity.kind == "sso"
