"""Conditions of a trust, and the keys that scope it: what AWS derives, what the request brings, what is open.

Sources: IAM User Guide, "Condition operators", "Creating a condition with multiple keys or values",
"AWS global condition context keys", "IAM and AWS STS condition context keys", "IAM policy elements:
Variables and tags".
"""

from collections.abc import Iterable, Mapping

import pytest

from iamscout.policy.atoms import Test as Atom
from iamscout.policy.document import Condition
from tests.access.worlds import (
    HOME,
    OTHER,
    AccountMaker,
    Json,
    World,
    allow,
    deny,
    distrust,
    organization,
    trust,
)

Context = Mapping[str, str | Iterable[str]]
ID = "AROAWORKER3333EXAMPLE"


def asked(condition: Json, context: Context | None = None, *, version: str = "2012-10-17") -> str:
    """What a granted user gets of a role whose trust in the account has this condition."""
    account = AccountMaker()
    user = account.user("ann", [allow()], path="/team/", tags={"Dept": "blue", "team": "a"})
    role = account.role(
        "target", [trust(account.root, Condition=condition)], tags={"Dept": "blue"}, version=version
    )
    return World(account).ask(user, role, context).result


OPERATORS: list[tuple[Json, Context, str]] = [
    # AND over operators and keys, OR over values.
    ({"StringEquals": {"a:x": ["1", "2"]}}, {"a:x": "2"}, "allow"),
    ({"StringEquals": {"a:x": "1", "a:y": "1"}}, {"a:x": "1"}, "deny"),
    ({"StringEquals": {"a:x": "1"}, "StringLike": {"a:y": "1*"}}, {"a:x": "1", "a:y": "12"}, "allow"),
    ({"StringEquals": {"a:x": "1"}, "StringLike": {"a:y": "1*"}}, {"a:x": "2", "a:y": "12"}, "deny"),
    # A negated operator: none of the values may match.
    ({"StringNotEquals": {"a:x": ["1", "2"]}}, {"a:x": "2"}, "deny"),
    ({"StringNotEquals": {"a:x": ["1", "2"]}}, {"a:x": "3"}, "allow"),
    # An absent key.
    ({"StringEquals": {"a:x": "1"}}, {}, "deny"),
    ({"StringNotEquals": {"a:x": "1"}}, {}, "allow"),
    ({"StringEqualsIfExists": {"a:x": "1"}}, {}, "allow"),
    ({"StringEqualsIfExists": {"a:x": "1"}}, {"a:x": "2"}, "deny"),
    ({"Null": {"a:x": "true"}}, {}, "allow"),
    ({"Null": {"a:x": "false"}}, {}, "deny"),
    ({"Null": {"a:x": False}}, {"a:x": "1"}, "allow"),
    ({"Bool": {"a:x": "false"}}, {}, "deny"),
    ({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {}, "allow"),
    # Case of keys and values.
    ({"stringequals": {"A:X": "1"}}, {"a:x": "1"}, "allow"),
    ({"StringEquals": {"a:x": "One"}}, {"a:x": "one"}, "deny"),
    ({"StringEqualsIgnoreCase": {"a:x": "One"}}, {"a:x": "oNE"}, "allow"),
    ({"Bool": {"a:x": "TRUE"}}, {"a:x": "true"}, "allow"),
    # Wildcards.
    ({"StringEquals": {"a:x": "o*"}}, {"a:x": "one"}, "deny"),
    ({"StringLike": {"a:x": "o?e"}}, {"a:x": "one"}, "allow"),
    ({"StringNotLike": {"a:x": "o*"}}, {"a:x": "one"}, "deny"),
    ({"ArnLike": {"a:x": "arn:aws:iam::*:role/a"}}, {"a:x": "arn:aws:iam::1:role/a"}, "allow"),
    ({"ArnEquals": {"a:x": "arn:aws:iam::*:role/a"}}, {"a:x": "arn:aws:iam::1:role/a"}, "allow"),
    ({"ArnLike": {"a:x": "arn:aws:iam:*:role/a"}}, {"a:x": "arn:aws:iam::1:role/a"}, "deny"),
    ({"ArnLike": {"a:x": "arn:aws:iam::*"}}, {"a:x": "arn:aws:iam::1:role/a"}, "deny"),
    # Numbers, dates, addresses.
    ({"NumericLessThan": {"a:x": "10"}}, {"a:x": "9.5"}, "allow"),
    ({"NumericEquals": {"a:x": 10}}, {"a:x": "10.0"}, "allow"),
    ({"NumericLessThan": {"a:x": "10"}}, {"a:x": "ten"}, "deny"),
    (
        {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"aws:CurrentTime": "1767225599"},
        "allow",
    ),
    (
        {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"aws:CurrentTime": "2026-01-01"},
        "deny",
    ),
    ({"IpAddress": {"aws:SourceIp": ["192.0.2.1", "2001:db8::/32"]}}, {"aws:SourceIp": "192.0.2.1"}, "allow"),
    ({"IpAddress": {"aws:SourceIp": "192.0.2.1"}}, {"aws:SourceIp": "192.0.2.2"}, "deny"),
    ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, {"aws:SourceIp": "2001:db8::1"}, "deny"),
    ({"BinaryEquals": {"a:x": "QQ=="}}, {"a:x": "QQ=="}, "allow"),
    # Set operators.
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "b"]}, "allow"),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "c"]}, "deny"),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {}, "allow"),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": []}, "allow"),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "c"]}, "allow"),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {}, "deny"),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ["a", "b"]}, "allow"),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ["a"]}, "deny"),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {}, "deny"),
    ({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}}, {}, "allow"),
]


@pytest.mark.parametrize(("condition", "context", "expected"), OPERATORS)
def test_condition(condition: Json, context: Context, expected: str) -> None:
    assert asked(condition, context) == expected


def test_several_values_without_a_set_operator_are_neither_allowed_nor_denied() -> None:
    condition = {"StringEquals": {"aws:TagKeys": "a"}}
    assert asked(condition, {"aws:TagKeys": ["a", "b"]}) == "conditional"
    assert asked(condition, {"aws:TagKeys": ["a"]}) == "allow"


VARIABLES: list[tuple[Json, Context, str]] = [
    ({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}, {"sts:RoleSessionName": "ann"}, "allow"),
    ({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}, {"sts:RoleSessionName": "bob"}, "deny"),
    ({"StringEquals": {"sts:RoleSessionName": "${AWS:UserName}"}}, {"sts:RoleSessionName": "ann"}, "allow"),
    ({"StringLike": {"a:x": "${aws:username}-*"}}, {"a:x": "ann-1"}, "allow"),
    ({"StringEquals": {"a:x": "${a:none}"}}, {"a:x": ""}, "deny"),
    ({"StringNotEquals": {"a:x": "${a:none}"}}, {"a:x": "1"}, "allow"),
    ({"StringEquals": {"a:x": "${a:none, 'dflt'}"}}, {"a:x": "dflt"}, "allow"),
    ({"StringEquals": {"a:x": "${aws:TagKeys}"}}, {"a:x": "a", "aws:TagKeys": ["a"]}, "deny"),
    ({"StringLike": {"a:x": "${*}"}}, {"a:x": "*"}, "allow"),
    ({"StringLike": {"a:x": "${*}"}}, {"a:x": "b"}, "deny"),
    (
        {"ArnLike": {"a:x": "arn:aws:iam::${aws:PrincipalAccount}:role/r"}},
        {"a:x": f"arn:aws:iam::{HOME}:role/r"},
        "allow",
    ),
]


@pytest.mark.parametrize(("condition", "context", "expected"), VARIABLES)
def test_variable(condition: Json, context: Context, expected: str) -> None:
    assert asked(condition, context) == expected


def test_variables_are_plain_text_in_version_2008_10_17() -> None:
    condition = {"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}
    assert asked(condition, {"sts:RoleSessionName": "ann"}, version="2008-10-17") == "deny"
    assert asked(condition, {"sts:RoleSessionName": "${aws:username}"}, version="2008-10-17") == "allow"


DERIVED: list[tuple[Json, str]] = [
    ({"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/team/ann"}}, "allow"),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/team/*"}}, "allow"),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/ann"}}, "deny"),
    ({"StringEquals": {"aws:PrincipalAccount": HOME}}, "allow"),
    ({"StringEquals": {"aws:PrincipalAccount": OTHER}}, "deny"),
    ({"StringEquals": {"aws:PrincipalType": "User"}}, "allow"),
    ({"StringEquals": {"aws:username": "ann"}}, "allow"),
    ({"StringEquals": {"aws:userid": "AIDAANN3333EXAMPLE"}}, "allow"),
    ({"StringEquals": {"aws:PrincipalTag/Dept": "blue"}}, "allow"),
    ({"StringEquals": {"aws:principaltag/dept": "blue"}}, "allow"),
    ({"StringEquals": {"aws:PrincipalTag/Dept": "Blue"}}, "deny"),
    ({"StringEquals": {"aws:PrincipalTag/none": "blue"}}, "deny"),
    ({"Null": {"aws:PrincipalTag/none": "true"}}, "allow"),
    ({"StringEquals": {"aws:ResourceTag/Dept": "${aws:PrincipalTag/Dept}"}}, "allow"),
    ({"StringEquals": {"iam:ResourceTag/Dept": "blue"}}, "allow"),
    ({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}, "deny"),
    ({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, "allow"),
    ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, "allow"),
]


@pytest.mark.parametrize(("condition", "expected"), DERIVED)
def test_a_key_that_follows_from_caller_and_role_is_derived(condition: Json, expected: str) -> None:
    assert asked(condition) == expected


def test_derived_keys_cannot_be_claimed_in_the_question() -> None:
    claimed = {
        "aws:PrincipalArn": "arn:aws:iam::444455556666:user/eve",
        "aws:PrincipalTag/Dept": "red",
        "aws:username": "eve",
        "aws:ResourceTag/Dept": "red",
    }
    assert asked({"StringEquals": {"aws:PrincipalTag/Dept": "red"}}, claimed) == "deny"
    assert asked({"StringEquals": {"aws:PrincipalTag/new": "red"}}, {"aws:PrincipalTag/new": "red"}) == "deny"
    assert asked({"StringEquals": {"aws:username": "eve"}}, claimed) == "deny"
    assert asked({"StringEquals": {"aws:ResourceTag/Dept": "red"}}, claimed) == "deny"
    assert asked({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:user/eve"}}, claimed) == "deny"


ROLE_KEYS: list[tuple[Json, str, str]] = [
    ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:role/jobs/worker"}}, "allow", "allow"),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:sts::{HOME}:assumed-role/worker/*"}}, "deny", "deny"),
    ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, "allow", "allow"),
    ({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}, "deny", "deny"),
    ({"Null": {"aws:username": "true"}}, "allow", "allow"),
    ({"StringEquals": {"aws:userid": f"{ID}:deploy"}}, "conditional", "allow"),
    ({"StringEquals": {"aws:userid": f"{ID}:other"}}, "conditional", "deny"),
    ({"StringLike": {"aws:userid": f"{ID}:*"}}, "allow", "allow"),
    ({"StringEquals": {"aws:userid": f"{ID}:*"}}, "deny", "deny"),  # a character of no session's name
    ({"StringLike": {"aws:userid": "AROAOTHEREXAMPLE:*"}}, "deny", "deny"),
    ({"StringNotLike": {"aws:userid": [f"{ID}:*", "AIDAX"]}}, "deny", "deny"),
]


@pytest.mark.parametrize(("condition", "of_role", "of_session"), ROLE_KEYS)
@pytest.mark.parametrize("principal", ["*", HOME])
def test_derived_keys_of_a_role_and_of_one_of_its_sessions(
    condition: Json, of_role: str, of_session: str, principal: str
) -> None:
    account = AccountMaker()
    context = {"sts:RoleSessionName": "deploy"}
    worker = account.role("worker", [], [allow()], path="/jobs/")
    role = account.role("target", [trust(principal, Condition=condition)])
    world = World(account)
    assert world.ask(worker, role, context).result == of_role
    assert world.ask(account.session("worker", "deploy"), role, context).result == of_session


def test_what_the_identity_policy_asks_of_the_session_is_derived_as_well() -> None:
    account = AccountMaker()
    worker = account.role("worker", [], [allow(Condition={"StringLike": {"aws:userid": f"{ID}:*"}})])
    other = account.role("other", [], [allow(Condition={"StringLike": {"aws:userid": f"{ID}:*"}})])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    assert world.ask(worker, role).result == "allow"
    assert world.ask(other, role).reason == "condition"


def test_principal_tags_and_resource_tags_decide_in_identity_policies_too() -> None:
    account = AccountMaker()
    match = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    account.group("staff", [allow("sts:AssumeRole", "*", Condition=match)])
    blue, red = (account.user(team, groups=["staff"], tags={"team": team}) for team in ("blue", "red"))
    untagged = account.user("none", groups=["staff"])
    role = account.role("target", [trust(account.root)], tags={"team": "blue"})
    bare = account.role("bare", [trust(account.root)])
    world = World(account)
    assert world.ask(blue, role).result == "allow"
    assert world.ask(red, role).reason == "condition"
    assert world.ask(untagged, role).reason == "condition"
    assert world.ask(untagged, bare).reason == "condition"


def test_the_user_name_may_stand_in_the_resource() -> None:
    account = AccountMaker()
    account.group("staff", [allow("sts:AssumeRole", "arn:aws:iam::*:role/of-${aws:username}")])
    ann, bob = account.user("ann", groups=["staff"]), account.user("bob", groups=["staff"])
    role = account.role("of-ann", [trust(account.root)])
    world = World(account)
    assert world.ask(ann, role).result == "allow"
    assert world.ask(bob, role).reason == "missing_identity"


@pytest.mark.parametrize(
    ("pattern", "values", "if_exists"),
    [
        ("role/${sts:ExternalId}", ["target"], False),
        ("role/tar${sts:ExternalId}", ["get"], False),
        ("role/t${sts:ExternalId}*et", ["", "a", "ar", "arg"], False),
        ("role/${sts:ExternalId, 'target'}", ["target"], True),
        ("role/${sts:ExternalId, 'other'}", ["target"], False),
    ],
)
def test_a_variable_of_the_request_in_the_resource_is_left_open(
    pattern: str, values: list[str], *, if_exists: bool
) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("sts:AssumeRole", account.arn(pattern))])
    role = account.role("target", [trust(account.root)])
    world = World(account)
    decision = world.ask(user, role, closed=False)
    condition = Condition("StringEquals", "sts:ExternalId", tuple(values), if_exists=if_exists)
    assert decision.requires.alternatives == ((Atom(condition),),)
    assert world.ask(user, role).result == ("allow" if if_exists else "deny")
    assert world.ask(user, role, {"sts:ExternalId": values[0]}).result == "allow"
    assert world.ask(user, role, {"sts:ExternalId": "x"}).result == "deny"


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:iam::${aws:PrincipalAccount}:role/target", "deny"),  # before the fifth colon
        ("arn:aws:iam::111122223333:role/${aws:none}", "deny"),
        ("arn:aws:iam::111122223333:role/${aws:none, 'target'}", "allow"),
        ("arn:aws:iam::111122223333:role/${*}", "deny"),
        ("arn:aws:iam::111122223333:role/t?rg*", "allow"),
        ("arn:aws:iam::*", "allow"),
        ("arn:*", "allow"),
        ("*", "allow"),
        ("arn:aws:iam::111122223333:role/Target", "deny"),
        ("arn:aws:sts::111122223333:assumed-role/target/*", "deny"),
        ("arn:aws:iam::444455556666:role/target", "deny"),
        ([], "deny"),
        (["x", "arn:aws:iam::111122223333:role/target"], "allow"),
    ],
)
def test_resource(resource: Json, expected: str) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow("sts:AssumeRole", resource)])
    role = account.role("target", [trust(account.root)])
    assert World(account).ask(user, role).result == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "allow"),
        ({"Effect": "Allow", "NotAction": ["iam:*", "STS:assumerole"], "Resource": "*"}, "deny"),
        ({"Effect": "Allow", "Action": "sts:*", "NotResource": "arn:aws:iam::*:role/other"}, "allow"),
        ({"Effect": "Allow", "Action": "sts:*", "NotResource": "arn:aws:iam::*:role/tar*"}, "deny"),
        ({"Effect": "Allow", "Action": "s?s:Assume*Role", "Resource": "*"}, "allow"),
        ({"Effect": "Allow", "Action": "sts:AssumeRoleWith*", "Resource": "*"}, "deny"),
        ({"Effect": "Allow", "Action": [], "Resource": "*"}, "deny"),
    ],
)
def test_action_and_resource_of_an_identity_policy(statement: Json, expected: str) -> None:
    account = AccountMaker()
    user = account.user("ann", [statement])
    role = account.role("target", [trust(account.root)])
    assert World(account).ask(user, role).result == expected


@pytest.mark.parametrize(
    ("action", "expected"), [("*", "allow"), ("sts:*", "allow"), ("sts:Assume*", "allow")]
)
def test_actions_of_a_trust_may_have_wildcards(action: str, expected: str) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust(account.root, action)])
    assert World(account).ask(user, role).result == expected


# Keys that scope a trust.


def test_an_external_id_is_asked_of_the_request() -> None:
    condition = {"StringEquals": {"sts:ExternalId": "s3cret"}}
    assert asked(condition) == "deny"
    assert asked(condition, {"sts:externalid": "s3cret"}) == "allow"
    assert asked({"StringLike": {"sts:ExternalId": "*"}}) == "deny"
    assert asked({"StringEqualsIfExists": {"sts:ExternalId": "s3cret"}}) == "allow"
    assert asked({"StringNotEquals": {"sts:ExternalId": "s3cret"}}) == "allow"


def test_the_organization_of_the_caller_is_derived_where_it_is_told() -> None:
    home, other = AccountMaker(HOME), AccountMaker(OTHER)
    inside, outside = home.user("ann", [allow()]), other.user("eve", [allow()])
    by_id = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    by_path = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/r-root/ou-root-apps/*"}}
    negated = {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    roles = [
        home.role(name, [trust("*", Condition=condition)])
        for name, condition in (("by-id", by_id), ("by-path", by_path), ("negated", negated))
    ]
    told = organization({HOME: {}})
    world = World(home, other, organization=told)
    assert [world.ask(inside, role).result for role in roles] == ["allow", "allow", "deny"]
    assert [world.ask(outside, role).result for role in roles] == ["deny", "deny", "allow"]


def test_the_organization_of_a_caller_is_open_where_it_is_not_told() -> None:
    account = AccountMaker()
    user = account.user("ann")
    role = account.role("target", [trust("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-x"}})])
    world = World(account)
    assert world.ask(user, role).reason == "condition"
    assert world.ask(user, role).result == "conditional"
    assert world.ask(user, role, {"aws:PrincipalOrgID": "o-x"}).result == "allow"


def test_a_service_is_scoped_by_the_resource_it_acts_for() -> None:
    account = AccountMaker()
    condition = {
        "StringEquals": {"aws:SourceAccount": HOME},
        "ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{HOME}:*"},
    }
    role = account.role("target", [trust({"Service": "sns.amazonaws.com"}, Condition=condition)])
    world = World(account)
    ours = {"aws:SourceAccount": HOME, "aws:SourceArn": f"arn:aws:sns:eu-west-1:{HOME}:topic"}
    assert world.ask("sns.amazonaws.com", role, ours).result == "allow"
    assert world.ask("sns.amazonaws.com", role, {**ours, "aws:SourceAccount": OTHER}).reason == "condition"
    assert world.ask("sns.amazonaws.com", role).reason == "condition"
    assert world.ask("sns.amazonaws.com", role, closed=False).result == "conditional"


def test_an_address_is_absent_behind_a_vpc_endpoint_and_a_negated_operator_then_passes() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    condition = {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    role = account.role("target", [trust(account.root), distrust("*", Condition=condition)])
    world = World(account)
    assert world.ask(user, role, {"aws:SourceIp": "192.0.2.7"}).result == "allow"
    assert world.ask(user, role, {"aws:SourceIp": "198.51.100.7"}).reason == "explicit_deny"
    assert world.ask(user, role, {"aws:SourceVpce": "vpce-1"}).reason == "explicit_deny"


@pytest.mark.parametrize(
    ("provider", "action", "condition", "right", "wrong"),
    [
        (
            "saml-provider/corp",
            "sts:AssumeRoleWithSAML",
            {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            {"SAML:aud": "https://signin.aws.amazon.com/saml"},
            {"SAML:aud": "https://evil.example.com/saml"},
        ),
        (
            "saml-provider/corp",
            "sts:AssumeRoleWithSAML",
            {"ForAnyValue:StringEquals": {"SAML:eduPersonAffiliation": ["staff"]}},
            {"saml:edupersonaffiliation": ["member", "staff"]},
            {"saml:edupersonaffiliation": ["member"]},
        ),
        (
            "oidc-provider/token.actions.githubusercontent.com",
            "sts:AssumeRoleWithWebIdentity",
            {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:*"}},
            {"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:ref:refs/heads/main"},
            {"token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo-evil:ref:refs/heads/main"},
        ),
        (
            "cognito-identity.amazonaws.com",
            "sts:AssumeRoleWithWebIdentity",
            {
                "StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
            },
            {
                "cognito-identity.amazonaws.com:aud": "eu-west-1:pool",
                "cognito-identity.amazonaws.com:amr": ["authenticated", "graph"],
            },
            {
                "cognito-identity.amazonaws.com:aud": "eu-west-1:other",
                "cognito-identity.amazonaws.com:amr": "authenticated",
            },
        ),
    ],
)
def test_claims_of_a_federated_caller(
    provider: str, action: str, condition: Json, right: Context, wrong: Context
) -> None:
    account = AccountMaker()
    caller = provider if provider.startswith("cognito") else account.arn(provider)
    role = account.role("target", [trust({"Federated": caller}, action, Condition=condition)])
    world = World(account)
    assert world.ask(caller, role, right, actions=[action]).result == "allow"
    assert world.ask(caller, role, wrong, actions=[action]).reason == "condition"
    assert world.ask(caller, role, actions=[action]).reason == "condition"
    edge = world.edge(caller, role, action)
    assert edge is not None
    assert (edge.verdict.result, edge.verdict.reason) == ("conditional", "condition")


# Open questions.


def test_what_is_left_open_is_the_conjunction_of_both_halves_less_the_denies() -> None:
    account = AccountMaker()
    region = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    user = account.user(
        "ann", [allow(Condition=region), deny(Condition={"Bool": {"aws:SecureTransport": "false"}})]
    )
    role = account.role("target", [trust(account.root, Condition=office)])
    decision = World(account).ask(user, role, closed=False)
    assert decision.result == "conditional"
    (alternative,) = decision.requires.alternatives
    assert {atom.condition for atom in alternative if isinstance(atom, Atom) and not atom.negated} == {
        Condition("StringEquals", "aws:RequestedRegion", ("eu-west-1",)),
        Condition("IpAddress", "aws:SourceIp", ("192.0.2.0/24",)),
        Condition("Bool", "aws:SecureTransport", ("true",), if_exists=True),
    }


def test_what_the_question_gives_is_not_left_open() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    condition = {"StringEquals": {"sts:ExternalId": "x", "aws:RequestedRegion": "eu-west-1"}}
    role = account.role("target", [trust(account.root, Condition=condition)])
    decision = World(account).ask(user, role, {"sts:ExternalId": "x"}, closed=False)
    (alternative,) = decision.requires.alternatives
    assert alternative == (Atom(Condition("StringEquals", "aws:RequestedRegion", ("eu-west-1",))),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"StringEquals": {"a:x": "1"}}, {"StringEquals": {"a:x": "2"}}),
        ({"StringEquals": {"a:x": "1"}}, {"Null": {"a:x": "true"}}),
        ({"NumericLessThan": {"a:x": "5"}}, {"NumericGreaterThan": {"a:x": "7"}}),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}),
        (
            {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}},
            {"DateGreaterThan": {"aws:CurrentTime": "2026-02-01"}},
        ),
        ({"StringLike": {"a:x": "a*"}}, {"StringLike": {"a:x": "b*"}}),
        ({"StringLike": {"a:x": "a*"}}, {"StringNotLike": {"a:x": "a*"}}),
    ],
)
def test_halves_that_contradict_each_other_are_unsatisfiable(one: Json, other: Json) -> None:
    account = AccountMaker()
    user = account.user("ann", [allow(Condition=one)])
    role = account.role("target", [trust(account.root, Condition=other)])
    decision = World(account).ask(user, role, closed=False)
    assert (decision.result, decision.reason) == ("deny", "unsatisfiable")


def test_alternatives_that_cover_everything_leave_nothing_open() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    present = {"Null": {"sts:ExternalId": "false"}}
    absent = {"Null": {"sts:ExternalId": "true"}}
    role = account.role(
        "target", [trust(account.root, Condition=present), trust(account.root, Condition=absent)]
    )
    assert World(account).ask(user, role, closed=False).result == "allow"
