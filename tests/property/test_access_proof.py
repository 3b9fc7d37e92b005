"""Proofs, on random organizations: the statements named are enough for the answer."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from iamscout.access.trust import fitting_action
from iamscout.policy.decision import StatementRef
from tests.property.access_samples import Sample, draw_request
from tests.property.test_access import asked, blocks, find_caller_or_none, samples

Json = Any


def only(text: str, numbers: set[int]) -> str:
    """A document with its Deny statements and, of the others, these."""
    document = json.loads(text)
    document["Statement"] = [
        statement
        for number, statement in enumerate(document["Statement"], 1)
        if statement["Effect"] == "Deny" or number in numbers
    ]
    return json.dumps(document)


def with_proof_alone(sample: Sample, role: str, proof: tuple[StatementRef, ...]) -> Sample:
    """The sample without Allow statements of identity policies and the trust that the proof does not name."""
    found = deepcopy(sample)

    def named(kind: str, policy: str, owner: str = "") -> set[int]:
        return {
            ref.statement
            for ref in proof
            if (ref.kind, ref.policy) == (kind, policy) and owner in ("", ref.owner)
        }

    for maker in found.makers:
        boundaries = set()
        for shape in _holders(maker.details):
            boundaries.add(shape.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"))
            for kind in ("User", "Group", "Role"):
                for policy in shape.get(f"{kind}PolicyList", ()):
                    numbers = named("identity", policy["PolicyName"], shape["Arn"])
                    policy["PolicyDocument"] = only(policy["PolicyDocument"], numbers)
            if shape["Arn"] == role:
                numbers = named("trust", "trust policy")
                shape["AssumeRolePolicyDocument"] = only(shape["AssumeRolePolicyDocument"], numbers)
        for shape in maker.details["Policies"]:
            if shape["Arn"] not in boundaries:
                version = shape["PolicyVersionList"][0]
                version["Document"] = only(version["Document"], named("identity", shape["Arn"]))
    return found


def _holders(details: Json) -> Iterator[Json]:
    for kind in ("UserDetailList", "GroupDetailList", "RoleDetailList"):
        yield from details[kind]


@blocks(3, 100)
def test_the_statements_of_a_proof_are_enough(block: int) -> None:
    for random, sample in samples(block, "proof"):
        world = sample.world()
        for text in random.sample(sample.callers, 4):
            caller, role = find_caller_or_none(text, world), random.choice(sample.roles)
            if caller is None:
                continue
            is_closed = random.randrange(2) == 0
            question = (text, role, fitting_action(caller), draw_request(random) if is_closed else {})
            found = asked(world, *question, closed=is_closed)
            if found.result == "deny":
                assert found.by or found.reason in ("missing_trust", "principal_cannot_assume", "scp"), found
                continue
            proven = with_proof_alone(sample, role, found.by).world()
            again = asked(proven, *question, closed=is_closed)
            assert (found.result, found.requires) == (again.result, again.requires), (
                f"{question}: {found}, {again}"
            )
