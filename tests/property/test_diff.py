"""Random edits of a generated account, each of known effect: the comparison finds the edit and its effect."""

import copy
import random
from collections.abc import Callable, Sequence

import pytest

from iamscout.diff.effect import Effect
from iamscout.diff.model import Changes, EdgeChange, ResourceChange
from tests.access.worlds import OUTSIDE, AccountMaker, allow, deny, root, trust
from tests.diff.sides import changes_of
from tests.property.diff_accounts import LISTS, age, generated, pick, shuffled, statements_of, trusted_by

MIRROR: dict[str, str] = {
    "widened": "narrowed",
    "narrowed": "widened",
    "added": "removed",
    "removed": "added",
}


Outcome = tuple[str, Effect]
"""The ARN that the edit is about, and its effect."""


def add_action(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statements_of(shape)[0]["Action"].append("fresh:Action")
    return shape["Arn"], "widened"


def remove_statement(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statements_of(shape).pop(0)
    return shape["Arn"], "narrowed"


def replace_action(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statements_of(shape)[0]["Action"] = ["fresh:Action"]
    return shape["Arn"], "mixed"


def widen_resource(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statements_of(shape)[0]["Resource"] = "arn:aws:s3:::*"
    return shape["Arn"], "widened"


def narrow_resource(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statement = statements_of(shape)[0]
    statement["Resource"] = statement["Resource"].replace("/*", "/a*")
    return shape["Arn"], "narrowed"


def allow_everything_else(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statement = statements_of(shape)[0]
    statement["NotAction"] = "fresh:*"
    del statement["Action"]
    return shape["Arn"], "widened"


def add_condition(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statements_of(shape)[0]["Condition"] = chance.choice(
        [{"Bool": {"aws:SecureTransport": True}}, {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, age(60)]
    )
    return shape["Arn"], "narrowed"


def add_deny(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statements = statements_of(shape)
    name = chance.choice([statements[0]["Action"][0], "fresh:*"])
    statements.append(deny(name))
    return shape["Arn"], "narrowed"


def split_statement(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statements = statements_of(shape)
    statements[0:1] = [
        {**statements[0], "Sid": f"s{n}", "Action": one} for n, one in enumerate(statements[0]["Action"])
    ]
    return shape["Arn"], "neutral"


def rename_statement(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    statements_of(shape)[0]["Sid"] = "Renamed"
    return shape["Arn"], "neutral"


def trust_another_account(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "role")
    trusted_by(shape).append(trust(root(OUTSIDE)))
    return shape["Arn"], "widened"


def trust_another_account_instead(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "role")
    trusted_by(shape)[0]["Principal"] = {"AWS": root(OUTSIDE)}
    return shape["Arn"], "mixed"


def trust_everyone(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "role")
    trusted_by(shape)[0]["Principal"] = "*"
    return shape["Arn"], "widened"


def trust_a_service(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "role")
    trusted_by(shape)[0]["Principal"]["Service"] = ["ec2.amazonaws.com"]
    return shape["Arn"], "widened"


def trust_nobody(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "role")
    trusted_by(shape).clear()
    return shape["Arn"], "narrowed"


def change_age(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "role")
    statement = trusted_by(shape)[0]
    seconds = chance.choice([60, 900])
    had = "Condition" in statement
    statement["Condition"] = age(seconds)
    return shape["Arn"], "widened" if had and seconds > 600 else "narrowed"


def drop_condition(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "role")
    had = trusted_by(shape)[0].pop("Condition", None)
    return (shape["Arn"], "widened") if had else trust_another_account(made, chance)


def attach(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    arn = made.arn("policy/fresh")
    made.policy("fresh", [allow("fresh:*")])
    shape["AttachedManagedPolicies"].append({"PolicyName": "fresh", "PolicyArn": arn})
    return shape["Arn"], "widened"


def move_to_managed(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance)
    (name,) = (name for name in shape if name.endswith("PolicyList"))
    arn = made.policy("moved", statements_of(shape))
    shape[name].pop(0)
    shape["AttachedManagedPolicies"].append({"PolicyName": "moved", "PolicyArn": arn})
    return shape["Arn"], "neutral"


def add_or_remove_boundary(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "user", "role")
    if shape.pop("PermissionsBoundary", None):
        return shape["Arn"], "widened"
    arn = chance.choice(made.details["Policies"])["Arn"]
    shape["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    return shape["Arn"], "narrowed"


def join_group(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "user")
    made.group("fresh", [allow("fresh:*")])
    shape["GroupList"].append("fresh")
    return shape["Arn"], "widened"


def leave_groups(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "user")
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
    shape = pick(made, chance, kind)
    shape[f"{kind.capitalize()}Id"] = "AROARECREATEDEXAMPLE"
    return shape["Arn"], "neutral"


def tag(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "user", "role")
    shape["Tags"].append({"Key": "unit", "Value": "payments"})
    return shape["Arn"], "neutral"


def add_role(made: AccountMaker, chance: random.Random) -> Outcome:
    return made.role("added", [trust(made.root)], [allow("fresh:*")]), "widened"


def remove_role(made: AccountMaker, chance: random.Random) -> Outcome:
    shape = pick(made, chance, "role")
    made.details["RoleDetailList"].remove(shape)
    return shape["Arn"], "narrowed"


EDITS: tuple[Callable[[AccountMaker, random.Random], Outcome], ...] = (
    add_action, remove_statement, replace_action, widen_resource, narrow_resource, allow_everything_else,
    add_condition, add_deny, split_statement, rename_statement, trust_another_account,
    trust_another_account_instead, trust_everyone, trust_a_service, trust_nobody, change_age, drop_condition,
    attach, move_to_managed, add_or_remove_boundary, join_group, leave_groups, switch_version, recreate, tag,
    add_role, remove_role,
)  # fmt: skip


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
