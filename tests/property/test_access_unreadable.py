"""Statements that cannot be read, on random organizations: they never allow and never deny for certain."""

from random import Random
from typing import Any

from iamscout.access.trust import fitting_action
from tests.access.worlds import check_edge
from tests.property.access_samples import draw_request
from tests.property.test_access import asked, blocks, changed, find_caller_or_none, samples

Json = Any


def spoil(statement: Json, random: Random) -> Json:
    """The statement as IAM would not take it."""
    made = dict(statement)
    part = random.randrange(7)
    if part == 0:
        made["Effect"] = "allow"
    elif part == 1:
        made["Condition"] = {**made.get("Condition", {}), "Is": {"a:x": "1"}}
    elif part == 2:
        made["When"] = "now"
    elif part == 3:
        made.pop("Action", None)
        made.pop("NotAction", None)
    elif part == 4:
        made["NotAction"] = made["Action"] = "*"
    elif part == 5:
        made["Principal" if "Principal" in made else "Resource"] = {"User": [7]}
    else:
        return random.choice(["text", [], 7, None])
    return made


@blocks(3, 150)
def test_a_statement_that_cannot_be_read_decides_nothing_that_would_not_be_so_without_it(block: int) -> None:
    for random, sample in samples(block, "spoilt"):
        seed = random.random()

        def spoil_one(_kind: str, statements: list[Json], chosen: Random) -> list[Json]:
            place, how = chosen.randrange(len(statements)), Random(chosen.random())
            return [*statements[:place], spoil(statements[place], how), *statements[place + 1 :]]

        def drop_one(_kind: str, statements: list[Json], chosen: Random) -> list[Json]:
            place, _ = chosen.randrange(len(statements)), chosen.random()
            return [*statements[:place], *statements[place + 1 :]]

        spoilt = changed(sample, spoil_one, Random(seed), one_in=3).world()
        without = changed(sample, drop_one, Random(seed), one_in=3).world()
        for text in random.sample(sample.callers, 6):
            caller, role = find_caller_or_none(text, spoilt), random.choice(sample.roles)
            if caller is None:
                continue
            if text in spoilt.directory.by_arn:
                check_edge(spoilt, text, role)
            for is_closed in (True, False):
                request = draw_request(random) if is_closed else {}
                found = asked(spoilt, text, role, fitting_action(caller), request, closed=is_closed)
                other = asked(without, text, role, fitting_action(caller), request, closed=is_closed)
                assert found.result in ("conditional", other.result), (
                    f"{text} {role}: {found}, without {other}"
                )
