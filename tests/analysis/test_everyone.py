"""Which roles are open to everyone, and by which statement."""

import pytest

from iamscout.analysis.example import Policy, accepted, snapshot_of
from iamscout.analysis.run import analyze

ROLE = "arn:aws:iam::111122223333:role/deploy"


def _statement(principal: object, condition: object = None, element: str = "Principal") -> dict[str, object]:
    made = {"Effect": "Allow", element: principal, "Action": "sts:AssumeRole"}
    return made if condition is None else made | {"Condition": condition}


def _told(trust: Policy) -> tuple[str, tuple[int, ...]]:
    estate = analyze((snapshot_of(accepted("an account", trust=trust)),), rules=()).estate
    found = estate.open_roles.get(ROLE)
    return (found.openness, tuple(each.number for each in found.statements)) if found else ("", ())


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["111122223333", "*"]}])
def test_every_spelling_of_the_star_is_everyone(principal: object) -> None:
    assert _told(_statement(principal)) == ("open", (1,))


@pytest.mark.parametrize(
    ("condition", "openness"),
    [
        ({"ArnLike": {"aws:PrincipalArn": "*"}}, "open"),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, "open"),
        ({"StringEquals": {"sts:ExternalId": "a1b2c3"}}, "conditional"),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}}, "limited"),
        ({"StringEqualsUnlessRoot": {"aws:PrincipalOrgID": "o-exampleorg"}}, "doubtful"),
    ],
)
def test_a_condition_is_weighed_by_whether_a_stranger_meets_it(condition: object, openness: str) -> None:
    assert _told(_statement("*", condition)) == (openness, (1,))


def test_not_principal_in_an_allow_is_everyone_and_its_statement_is_told() -> None:
    mallory = {"AWS": "arn:aws:iam::111122223333:user/mallory"}
    only_ec2 = _statement({"Service": "ec2.amazonaws.com"})
    assert _told([only_ec2, _statement(mallory, element="NotPrincipal")]) == ("open", (2,))


def test_not_principal_with_the_star_is_nobody() -> None:
    assert _told(_statement("*", element="NotPrincipal")) == ("", ())


def test_a_named_account_is_not_everyone() -> None:
    assert _told(_statement({"AWS": "111122223333"})) == ("", ())


def test_of_several_statements_the_openest_is_told() -> None:
    organization = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}}
    assert _told([_statement("*", organization), _statement({"AWS": "*"})]) == ("open", (2,))


def test_a_trust_policy_that_is_no_policy_leaves_doubt() -> None:
    assert _told("no policy") == ("doubtful", ())


def test_the_counts_and_the_rules_agree_on_who_is_open() -> None:
    roles = [
        {"RoleName": "star", "AssumeRolePolicyDocument": _statement("*")},
        {
            "RoleName": "metrics",
            "AssumeRolePolicyDocument": _statement("*", {"ArnLike": {"aws:PrincipalArn": "*"}}),
        },
        {
            "RoleName": "tools",
            "AssumeRolePolicyDocument": _statement(
                {"AWS": "arn:aws:iam::111122223333:user/mallory"}, element="NotPrincipal"
            ),
        },
        {
            "RoleName": "partner",
            "AssumeRolePolicyDocument": _statement("*", {"StringEquals": {"sts:ExternalId": "a1b2c3"}}),
        },
        {
            "RoleName": "inside",
            "AssumeRolePolicyDocument": _statement(
                "*", {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}}
            ),
        },
    ]
    from iamscout.rules import load_rules

    result = analyze((snapshot_of(accepted("five roles", roles=roles)),), rules=load_rules())
    found = {
        rule: sorted(each.resource.rpartition("/")[2] for each in result.findings if each.rule == rule)
        for rule in ("role-trusts-everyone", "role-trusts-everyone-conditionally")
    }
    assert found == {
        "role-trusts-everyone": ["metrics", "star", "tools"],
        "role-trusts-everyone-conditionally": ["partner"],
    }
    assert result.metrics["roles_open_to_everyone"] == 3
    assert result.metrics["roles_open_to_everyone_conditionally"] == 1
    assert result.metrics["roles_trusting_everyone"] == 5
    assert all(each.evidence[0].statement == 1 for each in result.findings if "everyone" in each.rule)
