"""Who can assume which role, on random organizations: against the naive reference, and against itself.

Each block of seeds is one test, so that they run side by side; `make soak` runs many more of them.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from iamscout.access.assume import Question, answer
from iamscout.access.callers import Caller, find_caller
from iamscout.access.trust import fitting_action
from iamscout.errors import InputError
from iamscout.policy.atoms import Atom, Formula, NeedsIdentity, Opaque
from iamscout.policy.decision import Decision
from iamscout.policy.parse import parse_document
from iamscout.snapshot.account import Role
from tests.access.worlds import World, check_edge
from tests.property.access_conditions import Request, UndefinedError, holds
from tests.property.access_reference import Reference, Told
from tests.property.access_samples import Draw, Sample, draw_request, draw_sample

Json = Any
BLOCK = 25
"""Seeds of one test."""


def blocks(count: int, soak: int) -> pytest.MarkDecorator:
    """Blocks of seeds for the default run, and further ones for the soak."""
    more = [pytest.param(number, marks=pytest.mark.soak) for number in range(count, count + soak)]
    return pytest.mark.parametrize("block", [*range(count), *more])


def samples(block: int, salt: str) -> Iterator[tuple[Random, Sample]]:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        random = Random(f"{salt} {seed}")
        yield random, draw_sample(random)


def asked(world: World, caller: str, role: str, action: str, request: Request, **more: Any) -> Decision:
    entry = world.directory.by_arn[role]
    assert isinstance(entry.entity, Role)
    account = world.directory.accounts[entry.account]
    who = find_caller(caller, world.directory)
    return answer(Question(who, entry.entity, account, (action,), request, **more), world.directory)


def sessions(caller: Caller) -> list[str]:
    """Whom to ask for: of a role, two of its sessions stand for all."""
    if caller.kind != "role" or caller.entity is None:
        return [caller.value]
    head = f"arn:{caller.partition}:sts::{caller.account}:assumed-role/{caller.entity.name}"
    return [f"{head}/deploy", f"{head}/any-other"]


def told(
    reference: Reference, caller: Caller, role: str, action: str, request: Request, session_policy: str | None
) -> set[Told]:
    """What the reference says for all that is not known: a role's session, a stranger's tags and id."""
    unknown: list[Request] = [{}]
    if caller.is_outside:
        unknown += [{"aws:principaltag/team": ("a",)}, {"aws:userid": ("AROAX:y",)}]
    return {
        reference.decide(session, role, action, {**request, **more}, session_policy)
        for session in sessions(caller)
        for more in unknown
    }


@blocks(8, 400)
def test_a_closed_question_is_answered_as_the_reference_answers_it(block: int) -> None:
    for random, sample in samples(block, "closed"):
        world, reference = sample.world(), sample.reference()
        for _ in range(8):
            caller = find_caller(random.choice(sample.callers), world.directory)
            role, request = random.choice(sample.roles), draw_request(random)
            action = random.choice([*[fitting_action(caller)] * 5, "sts:TagSession", "sts:SetSourceIdentity"])
            session_policy = None
            if caller.kind == "session" and random.randrange(4) == 0:
                draw = Draw(random, has_organization=False)
                session_policy = draw.document(draw.permission)
            try:
                expected = told(reference, caller, role, action, request, session_policy)
            except UndefinedError:
                continue
            policy = None if session_policy is None else parse_document(session_policy)
            found = asked(world, caller.value, role, action, request, session_policy=policy)
            results = {each.result for each in expected}
            where = f"{caller.value} {action} {role} {dict(request)}: {found} but {expected}"
            if caller.is_outside:
                assert found.result == "conditional" or (found.result, results) == ("deny", {"deny"}), where
            elif len(results) > 1 or results == {"contested"}:
                assert found.result == "conditional", where
            else:
                assert {found.result} == results, where
                # Of a role whose session is open, several layers may each refuse other sessions.
                if caller.kind != "role":
                    assert {found.reason} == {each.reason for each in expected}, where


@blocks(8, 400)
def test_what_is_required_holds_exactly_where_the_reference_allows(block: int) -> None:
    for random, sample in samples(block, "open"):
        world, reference = sample.world(), sample.reference()
        for _ in range(4):
            caller = find_caller(random.choice(sample.callers), world.directory)
            role, action = random.choice(sample.roles), fitting_action(caller)
            found = asked(world, caller.value, role, action, {}, closed=False)
            if found.reason == "contested":
                continue
            for _ in range(8):
                # Tags of a known role's session are taken for the role's where the question gives none.
                has_tags = caller.entity is None
                request = draw_request(random, has_mfa=caller.kind == "user", has_tags=has_tags)
                session = random.choice(sessions(caller))
                try:
                    expected = reference.decide(session, role, action, request)
                    whole = reference.request(reference.who(session), role, request)
                    is_met = meets(found.requires, whole)
                except UndefinedError:
                    continue
                if is_met is not None and expected.result != "contested":
                    where = f"{session} {action} {role} {dict(request)}: {found} but {expected}"
                    assert is_met == (expected.result == "allow"), where


def meets(formula: Formula, request: Request) -> bool | None:
    """Whether a request meets a formula, by the reference's conditions; None where that cannot be told."""
    is_doubtful = False
    for alternative in formula.alternatives:
        found = [_meets(atom, request) for atom in alternative]
        if False in found:
            continue
        if None not in found:
            return True
        is_doubtful = True
    return None if is_doubtful else False


def _meets(atom: Atom, request: Request) -> bool | None:
    if isinstance(atom, NeedsIdentity):
        return True
    if isinstance(atom, Opaque):
        return None
    condition = atom.condition
    found = holds(condition.spelled, condition.key, list(condition.values), request, variables=True)
    return found != atom.negated


@blocks(8, 400)
def test_the_bulk_edges_are_what_every_open_question_is_answered(block: int) -> None:
    for _, sample in samples(block, "edges"):
        world = sample.world()
        for caller in sample.callers:
            if caller in world.directory.by_arn:
                for role in sample.roles:
                    check_edge(world, caller, role)


@blocks(4, 200)
def test_the_entries_of_strangers_services_and_sessions_are_what_they_are_answered(block: int) -> None:
    for _, sample in samples(block, "strangers"):
        world = sample.world()
        for role in sample.roles:
            for grant in world.access.grants[role]:
                principal = grant.principal
                if principal.kind in ("everyone", "account", "deleted", "unknown") or grant.effect == "Deny":
                    continue
                if grant.excepted or principal.value in world.directory.by_arn:
                    continue
                caller = find_caller_or_none(principal.value, world)
                if caller is not None:
                    check_edge(world, caller.value, role, fitting_action(caller))


def find_caller_or_none(text: str, world: World) -> Caller | None:
    """A principal of a policy as a caller; nobody where its account has no such user or role."""
    try:
        return find_caller(text, world.directory)
    except InputError:
        return None


# What must not matter, and what may only matter one way.

Change = Callable[[str, list[Json], Random], list[Json]]
"""From the statements of a document (its kind first: identity, trust, scps or rcps) to other statements."""


def reverse(_kind: str, statements: list[Json], _random: Random) -> list[Json]:
    return statements[::-1]


def split_lists(_kind: str, statements: list[Json], _random: Random) -> list[Json]:
    """One statement for each action, resource and principal."""
    for element in ("Action", "Resource", "Principal"):
        statements = [
            {**statement, **({element: value} if element in statement else {})}
            for statement in statements
            for value in _parts(statement.get(element))
        ]
    return statements


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _parts(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return [{kind: item} for kind, items in value.items() for item in _listed(items)]
    return _listed(value)


def wrap_in_lists(_kind: str, statements: list[Json], _random: Random) -> list[Json]:
    wrapped = []
    for statement in statements:
        made = dict(statement)
        for element in ("Action", "NotAction", "Resource", "NotResource"):
            if element in made:
                made[element] = [*_listed(made[element]), *_listed(made[element])[:1]]
        if "Condition" in made:
            made["Condition"] = {
                operator: {key: _listed(value) for key, value in keys.items()}
                for operator, keys in made["Condition"].items()
            }
        wrapped.append(made)
    return wrapped


def add_unrelated(kind: str, statements: list[Json], random: Random) -> list[Json]:
    other: Json = {
        "Effect": random.choice(["Allow", "Deny"]),
        "Action": ["s3:*", "iam:GetRole"],
        "Resource": "*",
    }
    if kind == "trust":
        other = {**other, "Principal": "*"}
        del other["Resource"]
    place = random.randrange(len(statements) + 1)
    return [*statements[:place], other, *statements[place:]]


def changed(sample: Sample, change: Change, random: Random, *, one_in: int = 1) -> Sample:
    """The sample with the statements of all its documents (or of one in so many) changed."""
    found = deepcopy(sample)

    def apply(kind: str, text: str) -> str:
        document = json.loads(text)
        if random.randrange(one_in) == 0:
            document["Statement"] = change(kind, document["Statement"], random)
        return json.dumps(document)

    for maker in found.makers:
        for shape in (*maker.details["UserDetailList"], *maker.details["GroupDetailList"]):
            for policy in (*shape.get("UserPolicyList", ()), *shape.get("GroupPolicyList", ())):
                policy["PolicyDocument"] = apply("identity", policy["PolicyDocument"])
        for shape in maker.details["RoleDetailList"]:
            shape["AssumeRolePolicyDocument"] = apply("trust", shape["AssumeRolePolicyDocument"])
            for policy in shape["RolePolicyList"]:
                policy["PolicyDocument"] = apply("identity", policy["PolicyDocument"])
        for shape in maker.details["Policies"]:
            version = shape["PolicyVersionList"][0]
            version["Document"] = apply("identity", version["Document"])
    for account in (found.organization or {"accounts": {}})["accounts"].values():
        for kind in ("scps", "rcps"):
            for policy in (policy for level in account.get(kind, ()) for policy in level):
                policy["policy"] = json.loads(apply(kind, json.dumps(policy["policy"])))
    return found


def questions(random: Random, sample: Sample, world: World) -> Iterator[tuple[str, str, str, Request, bool]]:
    for _ in range(6):
        caller = random.choice(sample.callers)
        action = fitting_action(find_caller(caller, world.directory))
        for is_closed in (True, False):
            request = draw_request(random) if is_closed else {}
            yield caller, random.choice(sample.roles), action, request, is_closed


@blocks(2, 60)
@pytest.mark.parametrize("change", [reverse, split_lists, wrap_in_lists, add_unrelated])
def test_another_way_to_write_the_same_changes_nothing(change: Change, block: int) -> None:
    for random, sample in samples(block, "same"):
        before, after = sample.world(), changed(sample, change, random).world()
        for caller, role, action, request, is_closed in questions(random, sample, before):
            one = asked(before, caller, role, action, request, closed=is_closed)
            other = asked(after, caller, role, action, request, closed=is_closed)
            assert (one.result, one.reason, one.requires, one.readings) == (
                other.result,
                other.reason,
                other.requires,
                other.readings,
            )


ORDER = ("deny", "conditional", "allow")


@blocks(3, 60)
@pytest.mark.parametrize("effect", ["Deny", "Allow"])
def test_a_deny_more_never_widens_and_an_allow_more_never_narrows(effect: str, block: int) -> None:
    def add(kind: str, statements: list[Json], random: Random) -> list[Json]:
        draw = Draw(random, has_organization=False)
        made = draw.trust_statement() if kind == "trust" else draw.permission()
        if kind == "rcps":
            made["Principal"] = "*"
        place = random.randrange(len(statements) + 1)
        return [*statements[:place], {**made, "Effect": effect}, *statements[place:]]

    for random, sample in samples(block, "more"):
        before, after = sample.world(), changed(sample, add, random, one_in=2).world()
        for caller, role, action, request, _ in questions(random, sample, before):
            one = asked(before, caller, role, action, request)
            other = asked(after, caller, role, action, request)
            ranks = [ORDER.index(one.result), ORDER.index(other.result)]
            assert ranks == sorted(ranks, reverse=effect == "Deny")
