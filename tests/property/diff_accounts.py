"""Generated accounts for the property test of comparisons: policies of every shape, in any order."""

import copy
import random
from typing import Any

from tests.access.worlds import HOME, OTHER, AccountMaker, allow, deny, root, trust

Shape = dict[str, Any]
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
        guard = chance.choice([{}, {"Condition": age(600)}])
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
                trusted = trusted_by(shape)
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


def age(seconds: int) -> Shape:
    return {"NumericLessThan": {"aws:MultiFactorAuthAge": str(seconds)}}


def pick(made: AccountMaker, chance: random.Random, *kinds: str) -> Shape:
    kind = chance.choice(kinds or tuple(LISTS))
    return chance.choice(made.details[LISTS[kind]])


def statements_of(shape: Shape) -> list[Shape]:
    """The statements of the inline policy, unpacked where they are still text."""
    (name,) = (name for name in shape if name.endswith("PolicyList"))
    return _unpacked(shape[name][0], "PolicyDocument")


def trusted_by(shape: Shape) -> list[Shape]:
    return _unpacked(shape, "AssumeRolePolicyDocument")


def _unpacked(holder: Shape, key: str) -> list[Shape]:
    import json

    if isinstance(holder[key], str):
        holder[key] = json.loads(holder[key])
    found: list[Shape] = holder[key]["Statement"]
    return found


def shuffled(made: AccountMaker, chance: random.Random) -> AccountMaker:
    """The same account in another order, of items and of what is in their documents."""
    other = copy.deepcopy(made)
    for name, shapes in other.details.items():
        chance.shuffle(shapes)
        if name == "Policies":
            continue
        for shape in shapes:
            _stirred(
                statements_of(shape)
                if any(shape.get(key) for key in shape if key.endswith("PolicyList"))
                else [],
                chance,
            )
            for key in ("GroupList", "AttachedManagedPolicies", "Tags"):
                chance.shuffle(shape.get(key, []))
            if "AssumeRolePolicyDocument" in shape:
                _stirred(trusted_by(shape), chance)
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
