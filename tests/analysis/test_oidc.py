"""Whom an OpenID Connect trust lets in: patterns and claims against the tokens of strangers."""

import pytest

from iamscout.access.principals import Principal
from iamscout.analysis.oidc import Breadth, breadth, provider_of
from iamscout.policy.document import Condition
from iamscout.policy.formula import ALWAYS, NEVER, Formula, Test

GITHUB = "token.actions.githubusercontent.com"
TERRAFORM = "app.terraform.io"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
COGNITO = "cognito-identity.amazonaws.com"


def principal(issuer: str) -> Principal:
    value = issuer if issuer == COGNITO else f"arn:aws:iam::111122223333:oidc-provider/{issuer}"
    return Principal("oidc", value)


def judged(issuer: str, *tests: tuple[str, str, str | tuple[str, ...]]) -> Breadth | None:
    atoms = tuple(
        Test(Condition(operator, f"{issuer}:{claim}", (value,) if isinstance(value, str) else value))
        for operator, claim, value in tests
    )
    return breadth(Formula((atoms,)), principal(issuer))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", "anyone"),
        ("repo:*", "anyone"),
        ("repo:*/*", "anyone"),
        ("repo:*:ref:refs/heads/main", "anyone"),
        ("*:environment:production", "anyone"),
        ("repo:acme*", "tenants_alike"),
        ("repo:acme*:ref:refs/heads/main", "tenants_alike"),
        ("repo:acme-?/app:*", "tenants_alike"),
        ("repo:acme/*", "any_project"),
        ("repo:acme/*:environment:production", "any_project"),
        ("repo:acme/app*", "projects_alike"),
        ("repo:acme/app-*:ref:refs/heads/main", "projects_alike"),
        ("repo:acme/app:*", None),
        ("repo:acme/app:ref:refs/heads/*", None),
        ("repository_owner:acme:*", None),
    ],
)
def test_a_pattern_on_the_subject_lets_in(pattern: str, expected: Breadth | None) -> None:
    assert judged(GITHUB, ("StringLike", "sub", pattern)) == expected


def test_wildcards_are_ordinary_characters_to_string_equals() -> None:
    assert judged(GITHUB, ("StringEquals", "sub", "repo:acme/*")) is None


@pytest.mark.parametrize("claim", ["aud", "ref", "environment", "workflow", "event_name"])
def test_what_a_stranger_writes_into_his_own_workflow_limits_nobody(claim: str) -> None:
    assert judged(GITHUB, ("StringEquals", claim, "production")) == "anyone"


@pytest.mark.parametrize(
    "claim", ["repository", "repository_id", "repository_owner_id", "enterprise_id", "job_workflow_ref"]
)
def test_another_claim_that_tells_the_tenant_will_do(claim: str) -> None:
    assert judged(GITHUB, ("StringEquals", claim, "1")) is None


def test_a_negated_test_leaves_everybody_else() -> None:
    assert judged(GITHUB, ("StringNotLike", "sub", "repo:acme/*")) == "anyone"


def test_the_widest_of_several_values_counts() -> None:
    assert judged(GITHUB, ("StringLike", "sub", ("repo:acme/app:*", "repo:acme*"))) == "tenants_alike"


def test_all_conditions_must_let_a_stranger_in() -> None:
    tests = (("StringLike", "sub", "repo:*"), ("StringEquals", "repository_owner_id", "1"))
    assert judged(GITHUB, *tests) is None


def test_no_condition_lets_in_everybody_and_an_impossible_one_nobody() -> None:
    assert breadth(ALWAYS, principal(GITHUB)) == "anyone"
    assert breadth(NEVER, principal(GITHUB)) is None


@pytest.mark.parametrize(
    ("issuer", "claim", "pattern", "expected"),
    [
        (TERRAFORM, "sub", "organization:acme:project:p:workspace:w:run_phase:*", None),
        (TERRAFORM, "sub", "organization:acme:*", "any_project"),
        (TERRAFORM, "sub", "organization:acme*", "tenants_alike"),
        (TERRAFORM, "sub", "organization:*:workspace:w:*", "anyone"),
        (TERRAFORM, "aud", "aws.workload.identity", "anyone"),
        (EKS, "sub", "system:serviceaccount:default:app", None),
        (EKS, "sub", "system:serviceaccount:default:*", "any_project"),
        (EKS, "sub", "system:serviceaccount:*:app", "anyone"),
        (EKS, "aud", "sts.amazonaws.com", "anyone"),
        ("gitlab.com", "sub", "project_path:acme/app:ref_type:branch:ref:main", None),
        ("gitlab.com", "sub", "project_path:acme/*", "any_project"),
        (COGNITO, "aud", "eu-west-1:00000000-example", None),
        (COGNITO, "amr", "authenticated", "anyone"),
        ("accounts.google.com", "sub", "1234", None),
    ],
)
def test_other_providers(issuer: str, claim: str, pattern: str, expected: Breadth | None) -> None:
    assert judged(issuer, ("StringLike", claim, pattern)) == expected


def test_a_provider_whose_tokens_are_not_known_is_not_judged() -> None:
    assert provider_of(principal("login.example.com")) is None
    assert breadth(ALWAYS, principal("login.example.com")) is None
