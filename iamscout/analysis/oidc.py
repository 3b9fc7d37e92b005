"""Whom an OpenID Connect trust lets in: everybody at the provider, tenants of similar names, or one project.

Decided by trying it: tokens of tenants that the policy's author did not mean, against the conditions that
are left open. What a stranger puts into his own token (branch, environment, audience) limits nobody; who he
is there does. Sources: IAM User Guide, "Identity-provider controls for shared OIDC providers", "Create a
role for OpenID Connect federation"; the providers' own pages on their tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from iamscout.access.principals import Principal
from iamscout.analysis.visitor import meets_freely, stranger
from iamscout.policy.condition import holds
from iamscout.policy.document import Condition
from iamscout.policy.formula import Alternative, Formula, Test

Breadth = Literal["anyone", "tenants_alike", "any_project", "projects_alike"]
"""The widest first.

Any tenant of the provider; tenants whose names begin alike (which anybody may register); every project of
the tenant; projects whose names begin alike.
"""
BREADTHS: tuple[Breadth, ...] = ("anyone", "tenants_alike", "any_project", "projects_alike")

_STRANGER = "q9-stranger"
_FILLER = "q9"


class Provider(Struct, frozen=True):
    """A provider whose tokens are known.

    `subject` is what every `sub` begins with, then comes the tenant up to `closes`, then (where
    `project_closes` is not empty) the project up to that. `tenant_claims` are further claims that say whose
    token it is. `tells_tenant` names what to test. `is_shared` is False where each tenant has an issuer of
    its own, so that only its own people can be the strangers.
    """

    name: str
    issuer: str
    tells_tenant: str
    subject: str = ""
    closes: str = ""
    project_closes: str = ""
    tenant_claims: tuple[str, ...] = ()
    is_shared: bool = True


_GITHUB_CLAIMS = (
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "enterprise",
    "enterprise_id",
    "actor",
    "actor_id",
    "job_workflow_ref",
    "job_workflow_sha",
    "workflow_ref",
    "workflow_sha",
    "sha",
)
_GITLAB_CLAIMS = (
    "namespace_id",
    "namespace_path",
    "project_id",
    "project_path",
    "user_id",
    "user_login",
    "user_email",
    "ci_config_ref_uri",
)
PROVIDERS = (
    Provider(
        "GitHub Actions",
        r"token\.actions\.githubusercontent\.com\Z",
        "sub or repository_owner_id",
        "repo:",
        "/",
        ":",
        _GITHUB_CLAIMS,
    ),
    Provider(
        "GitHub Actions of an enterprise",
        r"token\.actions\.githubusercontent\.com/.+\Z|token\.actions\.[a-z0-9-]+\.ghe\.com\Z",
        "sub or repository_owner_id",
        "repo:",
        "/",
        ":",
        _GITHUB_CLAIMS,
        is_shared=False,
    ),
    Provider("GitLab", r"gitlab\.com\Z", "sub or namespace_id", "project_path:", "/", ":", _GITLAB_CLAIMS),
    Provider(
        "HCP Terraform",
        r"app\.terraform\.io\Z",
        "sub",
        "organization:",
        ":",
        tenant_claims=(
            "terraform_organization_id",
            "terraform_organization_name",
            "terraform_project_id",
            "terraform_workspace_id",
        ),
    ),
    Provider(
        "Buildkite",
        r"agent\.buildkite\.com\Z",
        "sub or organization_slug",
        "organization:",
        ":",
        tenant_claims=("organization_slug", "organization_id", "pipeline_slug", "pipeline_id"),
    ),
    Provider(
        "an EKS cluster",
        r"oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/id/.+\Z",
        "sub",
        "system:serviceaccount:",
        ":",
        is_shared=False,
    ),
    Provider("Amazon Cognito", r"cognito-identity\.amazonaws\.com\Z", "aud", tenant_claims=("aud", "sub")),
    Provider(
        "Google",
        r"accounts\.google\.com\Z",
        "aud, oaud or sub",
        tenant_claims=("aud", "oaud", "sub", "email"),
    ),
    Provider("Facebook", r"graph\.facebook\.com\Z", "app_id", tenant_claims=("app_id", "id")),
    Provider("Login with Amazon", r"www\.amazon\.com\Z", "app_id", tenant_claims=("app_id", "user_id")),
)


def issuer_of(principal: Principal) -> str:
    """The issuer without scheme: what stands after `oidc-provider/`, or the host of a built-in provider."""
    return principal.value.partition(":oidc-provider/")[2] or principal.value


def provider_of(principal: Principal) -> Provider | None:
    """The provider of a trust's principal, or None for one whose tokens are not known here."""
    issuer = issuer_of(principal)
    return next((provider for provider in PROVIDERS if re.match(provider.issuer, issuer)), None)


def breadth(formula: Formula, principal: Principal) -> Breadth | None:
    """The widest set of strangers whom the open conditions let in; None where they let in none."""
    provider = provider_of(principal)
    if provider is None:
        return None
    found = [
        each
        for alternative in formula.alternatives
        for each in _admitted(alternative, issuer_of(principal), provider)
    ]
    return min(found, key=BREADTHS.index, default=None)


def claim(issuer: str, condition: Condition) -> str:
    """The claim that a condition tests, in lower case; empty where it is about something else."""
    prefix, _, name = condition.key.rpartition(":")
    return name.lower() if prefix.lower() == issuer.lower() else ""


def _admitted(alternative: Alternative, issuer: str, provider: Provider) -> Iterator[Breadth]:
    subjects: list[Test] = []
    others: dict[str, list[Test]] = {}
    for test in alternative:
        if not isinstance(test, Test):
            continue
        name = claim(issuer, test.condition)
        if name == "sub" and provider.subject:
            subjects.append(test)
        elif name in provider.tenant_claims:
            if not _passes([test], (_STRANGER,)):
                return
        elif not name:
            others.setdefault(test.condition.key.lower(), []).append(test)
    if not all(meets_freely(group, stranger("aws")) for group in others.values()):
        return
    for size, subject in _subjects(subjects, provider):
        if _passes(subjects, (subject,)):
            yield size


def _passes(tests: Iterable[Test], values: tuple[str, ...]) -> bool:
    return all(holds(test.condition, values) != test.negated for test in tests)


def _subjects(tests: list[Test], provider: Provider) -> Iterator[tuple[Breadth, str]]:
    """Subjects of tenants and projects that a policy's patterns may let in, besides those that were meant."""
    if not provider.subject:
        yield "anyone", _STRANGER
        return
    project = f"{_FILLER}{provider.project_closes}" if provider.project_closes else ""
    yield "anyone", f"{provider.subject}{_STRANGER}{provider.closes}{project}{_FILLER}"
    for value in sorted({value for test in tests for value in test.condition.values}):
        yield from _subjects_like(value, provider)


def _subjects_like(value: str, provider: Provider) -> Iterator[tuple[Breadth, str]]:
    own = value.removeprefix(provider.subject)
    if own == value:
        # The pattern begins otherwise, with a wildcard if it matches at all; its end a stranger adapts to.
        tail = value.rpartition("*")[2]
        project = f"{_FILLER}{provider.project_closes}" if provider.project_closes else ""
        yield "anyone", f"{provider.subject}{_STRANGER}{provider.closes}{project}{_FILLER}{tail}"
        return
    if provider.project_closes:
        head, _, suffix = own.partition(provider.project_closes)
        tenant, _, project = head.partition(provider.closes)
        after = f"{provider.project_closes}{_filled(suffix) or _FILLER}"
    else:
        tenant, _, suffix = own.partition(provider.closes)
        project, after = "", _filled(suffix) or _FILLER
    end = f"{provider.closes}{_filled(project) or (_FILLER if provider.project_closes else '')}{after}"
    yield "anyone", f"{provider.subject}{_STRANGER}{end}"
    if _is_wild(tenant):
        if tenant.strip("*?"):
            yield "tenants_alike", f"{provider.subject}{_filled(tenant)}{end}"
    elif _is_wild(project):
        yield "projects_alike" if project.strip("*?") else "any_project", f"{provider.subject}{tenant}{end}"
    elif not provider.project_closes and suffix == "*":
        yield "any_project", f"{provider.subject}{tenant}{end}"


def _is_wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _filled(pattern: str) -> str:
    return pattern.replace("*", _FILLER).replace("?", "q")
