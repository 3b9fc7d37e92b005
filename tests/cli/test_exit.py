"""Exit statuses: what each number means, and which wins."""

import pytest

from iamscout.cli.exit import MEANING, Status, combined
from iamscout.errors import InputError, OutputError, SignInError, UsageError


def test_the_numbers_are_those_that_other_programs_rely_on() -> None:
    assert {status.name: status.value for status in Status} == {
        "DONE": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "INPUT": 3,
        "GAPS": 4,
        "SIGN_IN": 5,
        "BUG": 70,
        "INTERRUPTED": 130,
        "NO_READER": 141,
    }


def test_errors_end_with_the_statuses_of_the_list() -> None:
    assert UsageError.exit_status == OutputError.exit_status == Status.USAGE
    assert InputError.exit_status == Status.INPUT
    assert SignInError.exit_status == Status.SIGN_IN


@pytest.mark.parametrize(
    ("statuses", "winner"),
    [
        ([], 0),
        ([0, 1], 1),
        ([1, 4], 4),
        ([4, 5, 1], 5),
        ([5, 3], 3),
        ([3, 2], 2),
        ([2, 70, 1], 70),
    ],
)
def test_the_gravest_status_wins(statuses: list[int], winner: int) -> None:
    assert combined(map(Status, statuses)) == winner


def test_the_help_explains_every_status_but_the_one_of_a_closed_pipe() -> None:
    assert set(Status) - set(MEANING) == {Status.NO_READER}
