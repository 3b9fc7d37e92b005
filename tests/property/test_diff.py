"""Random edits of a generated account, each of known effect: the comparison finds the edit and its effect."""

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from iamscout.diff.effect import Effect
from iamscout.diff.model import Changes, EdgeChange, ResourceChange
from tests.access.worlds import HOME, OTHER, OUTSIDE, AccountMaker, allow, deny, root, trust
from tests.diff.sides import changes_of

Shape = dict[str, Any]
MIRROR: dict[str, str] = {
    "widened": "narrowed",
    "narrowed": "widened",
    "added": "removed",
    "removed": "added",
}
PARTNER = "555566667777"
LISTS = {"user": "UserDetailList", "group": "GroupDetailList", "role": "RoleDetailList"}


def generated(chance: random.Random) -> AccountMaker:
    """An account in which every entity may do something that no other may, among policies of every shape."""
    made = AccountMaker()
    for number in range(chance.randint(1, 3)):
        made.policy(f"policy{number}", [_own(f"policy{number}", chance)])
    arns = [shape["Arn"] for shape in made.details["Policies"]]
    for number in range(chance.randint(1, 3)):
        made.group(
            f"group{number}", [_own(f"group{number}", chance)], chance.sample(arns, chance.randint(0, 1))
        )
    groups = [shape["GroupName"] for shape in made.details["GroupDetailList"]]
    for number in range(chance.randint(1, 4)):
        joined = chance.sample(groups, chance.randint(0, 1))
        made.user(
            f"user{number}", [_own(f"user{number}", chance), allow("sts:AssumeRole", "*")], groups=joined
        )
    for number in range(chance.randint(1, 4)):
        guard = chance.choice([{}, {"Condition": _age(600)}])
        made.role(
            f"role{number}",
            [trust(chance.choice([made.root, root(OTHER)]), **guard)],
            [_own(f"role{number}", chance)],
        )
    _embellish(made, chance)
    return made


def _embellish(made: AccountMaker, chance: random.Random) -> None:
    """Give entities more of what accounts have; none of it covers what is an entity's own, or `fresh:*`."""
    policies = [shape["Arn"] for shape in made.details["Policies"]]
    for kind, name in LISTS.items():
        for shape in made.details[name]:
            (inline,) = (each for each in shape if each.endswith("PolicyList"))
            for number in range(chance.randint(0, 3)):
                # To leave a group with a Deny would let more in as well.
                given = [each for each in _ORNAMENTS if kind != "group" or each["Effect"] == "Allow"]
                statements = chance.sample(given, chance.randint(1, 4))
                version = chance.choice(["2012-10-17", "2008-10-17"])
                document = {"Version": version, "Statement": copy.deepcopy(statements)}
                shape[inline].append({"PolicyName": f"more{number}", "PolicyDocument": document})
            if kind == "group":
                continue
            shape["Tags"].extend({"Key": key, "Value": "a"} for key in chance.sample(["team", "cost"], 1))
            if chance.random() < 0.3:
                shape["PermissionsBoundary"] = {
                    "PermissionsBoundaryType": "Policy",
                    "PermissionsBoundaryArn": chance.choice(policies),
                }
            if kind == "role":
                trusted = _trusted(shape)
                trusted.extend(copy.deepcopy(chance.sample(_TRUSTED, chance.randint(0, 3))))
    if chance.random() < 0.5:
        made.sources["iam:ListSAMLProviders"] = {
            "SAMLProviderList": [{"Arn": made.arn("saml-provider/corp")}]
        }


_ORNAMENTS: tuple[Shape, ...] = (
    allow(["ec2:Describe*", "ec2:*Instances"]),
    allow("s3:Get?bject", ["arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::a*b*c"]),
    allow("dynamodb:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}}),
    allow("sqs:*", Condition={"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}}),
    allow("kms:Decrypt", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": True}}),
    allow("rds:*", Condition={"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}),
    allow("sns:*", Condition={"ForAnyValue:StringLike": {"aws:TagKeys": ["a*", "b"]}}),
    {"Effect": "Allow", "Action": "logs:*", "NotResource": "arn:aws:logs:*:*:log-group:audit*"},
    deny(["ec2:Terminate*", "rds:Delete*"]),
    deny("s3:GetObject", "arn:aws:s3:::secret/*"),
    deny("sqs:*", Condition={"Null": {"aws:SourceVpc": True}}),
    deny("glue:*", Condition={"StringNotEqualsIfExists": {"aws:RequestedRegion": "eu-west-1"}}),
)
_TRUSTED: tuple[Shape, ...] = (
    trust({"Service": "lambda.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": HOME}}),
    trust(
        {"Federated": f"arn:aws:iam::{HOME}:saml-provider/corp"},
        "sts:AssumeRoleWithSAML",
        Condition={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    ),
    trust(
        {"Federated": "cognito-identity.amazonaws.com"},
        "sts:AssumeRoleWithWebIdentity",
        Condition={"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:example"}},
    ),
    trust(root(PARTNER), Condition={"StringEquals": {"sts:ExternalId": "example"}}),
    trust({"AWS": f"arn:aws:iam::{HOME}:user/user0"}, "sts:SetSourceIdentity"),
)


def _own(name: str, chance: random.Random) -> Shape:
    actions = [f"{name}:Get*", f"{name}:Put", f"{name}:List?"]
    return allow(chance.sample(actions, chance.randint(1, 3)), f"arn:aws:s3:::{name}/*", Sid=name)


def _age(seconds: int) -> Shape:
    return {"NumericLessThan": {"aws:MultiFactorAuthAge": str(seconds)}}


def _pick(made: AccountMaker, chance: random.Random, *kinds: str) -> Shape:
    kind = chance.choice(kinds or tuple(LISTS))
    return chance.choice(made.details[LISTS[kind]])


def _statements(shape: Shape) -> list[Shape]:
    """The statements of the inline policy, unpacked where they are still text."""
    (name,) = (name for name in shape if name.endswith("PolicyList"))
    return _unpacked(shape[name][0], "PolicyDocument")


def _trusted(shape: Shape) -> list[Shape]:
    return _unpacked(shape, "AssumeRolePolicyDocument")


def _unpacked(holder: Shape, key: str) -> list[Shape]:
    import json

    if isinstance(holder[key], str):
        holder[key] = json.loads(holder[key])
    found: list[Shape] = holder[key]["Statement"]
    return found


Outcome = tuple[str, Effect]
"""The ARN that the edit is about, and its effect."""


def add_action(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    _statements(shape)[0]["Action"].append("fresh:Action")
    return shape["Arn"], "widened"


def remove_statement(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    _statements(shape).pop(0)
    return shape["Arn"], "narrowed"


def replace_action(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    _statements(shape)[0]["Action"] = ["fresh:Action"]
    return shape["Arn"], "mixed"


def widen_resource(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    _statements(shape)[0]["Resource"] = "arn:aws:s3:::*"
    return shape["Arn"], "widened"


def narrow_resource(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    statement = _statements(shape)[0]
    statement["Resource"] = statement["Resource"].replace("/*", "/a*")
    return shape["Arn"], "narrowed"


def allow_everything_else(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    statement = _statements(shape)[0]
    statement["NotAction"] = "fresh:*"
    del statement["Action"]
    return shape["Arn"], "widened"


def add_condition(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    _statements(shape)[0]["Condition"] = chance.choice(
        [{"Bool": {"aws:SecureTransport": True}}, {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, _age(60)]
    )
    return shape["Arn"], "narrowed"


def add_deny(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    statements = _statements(shape)
    name = chance.choice([statements[0]["Action"][0], "fresh:*"])
    statements.append(deny(name))
    return shape["Arn"], "narrowed"


def split_statement(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    statements = _statements(shape)
    statements[0:1] = [
        {**statements[0], "Sid": f"s{n}", "Action": one} for n, one in enumerate(statements[0]["Action"])
    ]
    return shape["Arn"], "neutral"


def rename_statement(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    _statements(shape)[0]["Sid"] = "Renamed"
    return shape["Arn"], "neutral"


def trust_another_account(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "role")
    _trusted(shape).append(trust(root(OUTSIDE)))
    return shape["Arn"], "widened"


def trust_another_account_instead(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "role")
    _trusted(shape)[0]["Principal"] = {"AWS": root(OUTSIDE)}
    return shape["Arn"], "mixed"


def trust_everyone(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "role")
    _trusted(shape)[0]["Principal"] = "*"
    return shape["Arn"], "widened"


def trust_a_service(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "role")
    _trusted(shape)[0]["Principal"]["Service"] = ["ec2.amazonaws.com"]
    return shape["Arn"], "widened"


def trust_nobody(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "role")
    _trusted(shape).clear()
    return shape["Arn"], "narrowed"


def change_age(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "role")
    statement = _trusted(shape)[0]
    seconds = chance.choice([60, 900])
    had = "Condition" in statement
    statement["Condition"] = _age(seconds)
    return shape["Arn"], "widened" if had and seconds > 600 else "narrowed"


def drop_condition(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "role")
    had = _trusted(shape)[0].pop("Condition", None)
    return (shape["Arn"], "widened") if had else trust_another_account(made, chance)


def attach(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    arn = made.arn("policy/fresh")
    made.policy("fresh", [allow("fresh:*")])
    shape["AttachedManagedPolicies"].append({"PolicyName": "fresh", "PolicyArn": arn})
    return shape["Arn"], "widened"


def move_to_managed(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance)
    (name,) = (name for name in shape if name.endswith("PolicyList"))
    arn = made.policy("moved", _statements(shape))
    shape[name].pop(0)
    shape["AttachedManagedPolicies"].append({"PolicyName": "moved", "PolicyArn": arn})
    return shape["Arn"], "neutral"


def add_or_remove_boundary(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "user", "role")
    if shape.pop("PermissionsBoundary", None):
        return shape["Arn"], "widened"
    arn = chance.choice(made.details["Policies"])["Arn"]
    shape["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    return shape["Arn"], "narrowed"


def join_group(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "user")
    made.group("fresh", [allow("fresh:*")])
    shape["GroupList"].append("fresh")
    return shape["Arn"], "widened"


def leave_groups(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "user")
    if not shape["GroupList"]:
        return join_group(made, chance)
    shape["GroupList"] = []
    return shape["Arn"], "narrowed"


def switch_version(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = chance.choice(made.details["Policies"])
    first = shape["PolicyVersionList"][0]
    first["IsDefaultVersion"] = False
    wide = chance.random() < 0.5
    document = {"Version": "2012-10-17", "Statement": [allow("*")] if wide else []}
    shape["PolicyVersionList"].insert(0, {"Document": document, "VersionId": "v2", "IsDefaultVersion": True})
    shape["DefaultVersionId"] = "v2"
    return shape["Arn"], "widened" if wide else "narrowed"


def recreate(made: AccountMaker, chance: random.Random) -> Outcome:
    kind = chance.choice(tuple(LISTS))
    shape = _pick(made, chance, kind)
    shape[f"{kind.capitalize()}Id"] = "AROARECREATEDEXAMPLE"
    return shape["Arn"], "neutral"


def tag(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "user", "role")
    shape["Tags"].append({"Key": "unit", "Value": "payments"})
    return shape["Arn"], "neutral"


def add_role(made: AccountMaker, chance: random.Random) -> Outcome:
    return made.role("added", [trust(made.root)], [allow("fresh:*")]), "widened"


def remove_role(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = _pick(made, chance, "role")
    made.details["RoleDetailList"].remove(shape)
    return shape["Arn"], "narrowed"


EDITS: tuple[Callable[[AccountMaker, random.Random], Outcome], ...] = (
    add_action, remove_statement, replace_action, widen_resource, narrow_resource, allow_everything_else,
    add_condition, add_deny, split_statement, rename_statement, trust_another_account,
    trust_another_account_instead, trust_everyone, trust_a_service, trust_nobody, change_age, drop_condition,
    attach, move_to_managed, add_or_remove_boundary, join_group, leave_groups, switch_version, recreate, tag,
    add_role, remove_role,
)  # fmt: skip


def shuffled(made: AccountMaker, chance: random.Random) -> AccountMaker:
    """The same account in another order, of items and of what is in their documents."""
    other = copy.deepcopy(made)
    for name, shapes in other.details.items():
        chance.shuffle(shapes)
        if name == "Policies":
            continue
        for shape in shapes:
            _stirred(
                _statements(shape)
                if any(shape.get(key) for key in shape if key.endswith("PolicyList"))
                else [],
                chance,
            )
            for key in ("GroupList", "AttachedManagedPolicies", "Tags"):
                chance.shuffle(shape.get(key, []))
            if "AssumeRolePolicyDocument" in shape:
                _stirred(_trusted(shape), chance)
    return other


def _stirred(statements: list[Shape], chance: random.Random) -> None:
    chance.shuffle(statements)
    for statement in statements:
        if isinstance(statement.get("Action"), list):
            chance.shuffle(statement["Action"])
        elif chance.random() < 0.5 and "Action" in statement:
            statement["Action"] = [statement["Action"]]
        items = list(statement.items())
        chance.shuffle(items)
        statement.clear()
        statement.update(items)


def mirrored(changes: Changes) -> tuple[object, ...]:
    """A comparison as seen from the other side."""
    access = changes.access
    assert access is not None
    assert changes.resources is not None
    return (
        [
            (MIRROR.get(c.change, c.change), c.resource, c.fields, MIRROR.get(c.effect, c.effect))
            for c in changes.resources
        ],
        _edges(access.lost),
        _edges(access.gained),
        sorted((e.principals, e.roles, MIRROR.get(e.effect, e.effect)) for e in access.changed),
    )


def plain(changes: Changes) -> tuple[object, ...]:
    """The same parts as they are."""
    access = changes.access
    assert access is not None
    assert changes.resources is not None
    return (
        [(c.change, c.resource, c.fields, c.effect) for c in changes.resources],
        _edges(access.gained),
        _edges(access.lost),
        sorted((e.principals, e.roles, e.effect) for e in access.changed),
    )


def _edges(edges: tuple[EdgeChange, ...]) -> Sequence[object]:
    return sorted((edge.principals, edge.roles, edge.action) for edge in edges)


def check(seed: int) -> None:
    chance = random.Random(seed)
    made = generated(chance)
    assert not changes_of([made], [shuffled(made, chance)]).differs
    other = copy.deepcopy(made)
    edit = EDITS[seed % len(EDITS)]
    arn, effect = edit(other, chance)
    after = shuffled(other, chance)
    changes = changes_of([made], [after])
    found: dict[str, ResourceChange] = {change.resource: change for change in changes.resources or ()}
    assert arn in found, (edit.__name__, seed)
    assert found[arn].effect == effect, (edit.__name__, seed, found[arn])
    assert plain(changes_of([after], [made])) == mirrored(changes), (edit.__name__, seed)


@pytest.mark.parametrize("seed", range(3 * len(EDITS)))
def test_an_edit_is_found_with_its_effect(seed: int) -> None:
    check(seed)


@pytest.mark.soak
def test_a_thousand_edits_are_found_with_their_effects() -> None:
    for seed in range(1_000):
        check(seed)
