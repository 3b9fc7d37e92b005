"""From an outcome to the verdict that pages and findings show: MFA strength and what each credential gets."""

from __future__ import annotations

from functools import lru_cache

from iamscout.access.credentials import Mfa, credential_results, mfa_strength
from iamscout.access.model import Verdict
from iamscout.policy.evaluate import Outcome

NOT_APPLICABLE = Mfa("not_applicable", None)


@lru_cache(maxsize=65_536)
def make_verdict(outcome: Outcome, kind: str, *, needs_identity_policy: bool) -> Verdict:
    """Add the MFA strength and, for users, the result per credential."""
    has_no_mfa = kind in ("service", "saml", "oidc")
    return Verdict(
        result=outcome.result,
        reason=outcome.reason,
        requires=outcome.requires,
        mfa=NOT_APPLICABLE if has_no_mfa else mfa_strength(outcome.requires),
        needs_identity_policy=needs_identity_policy,
        credentials=credential_results(outcome.requires) if kind == "user" else None,
        readings=outcome.readings,
    )
