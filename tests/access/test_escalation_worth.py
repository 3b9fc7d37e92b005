"""Who may do anything beyond a set of actions: the sets cut by service against one comparison each."""

from __future__ import annotations

import random

import pytest

from iamscout.access.arnindex import ArnIndex
from iamscout.access.escalation.worth import ByService, Worth
from iamscout.policy.actions import all_actions

_PATTERNS = (
    "*",
    "s3:*",
    "s3:Get*",
    "s3:GetObject",
    "iam:*",
    "iam:Pass*",
    "ec2:Describe*",
    "zocalo:*",
    "a4b:*",
)


@pytest.mark.parametrize("seed", range(20))
def test_beyond_is_what_single_comparisons_tell(seed: int) -> None:
    chance, actions = random.Random(seed), all_actions()

    def drawn() -> int:
        allowed = actions.matching_any(chance.sample(_PATTERNS, chance.randrange(4)))
        return allowed & ~actions.matching_any(chance.sample(_PATTERNS[1:], chance.randrange(2)))

    index = ArnIndex(f"arn:aws:iam::111122223333:role/r{number:02}" for number in range(40))
    held = [drawn() for _ in index.arns]
    worth = Worth(ByService(actions), index, held)
    for _ in range(10):
        own = drawn()
        assert worth.beyond(own) == index.bits(place for place, bits in enumerate(held) if bits & ~own)
