"""The published schema accepts what is written and refuses what is not a snapshot."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from iamscout.snapshot.file import encode
from iamscout.snapshot.model import Gap, Snapshot, Source
from iamscout.snapshot.schema import snapshot_schema

Snap = Callable[..., Snapshot]


def test_the_schema_accepts_what_is_written(snap: Snap, details: dict[str, Any]) -> None:
    made = snap(
        {"iam:GetAccountAuthorizationDetails": details, "iam:ListRoles": Source("denied", reason="no")},
        gaps=(Gap("iam:ListRoles", "", "AccessDenied", "no"),),
    )
    schema = snapshot_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(encode(made)))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("schema", "iamscout/snapshot/2"),
        ("account", "1234"),
        ("sources", {"a": {"status": "fine"}}),
        ("gaps", 1),
    ],
)
def test_the_schema_refuses_other_files(snap: Snap, member: str, value: object) -> None:
    content = {**json.loads(encode(snap({}))), member: value}
    with pytest.raises(ValidationError):
        Draft202012Validator(snapshot_schema()).validate(content)


def test_the_schema_asks_for_every_member(snap: Snap) -> None:
    content = json.loads(encode(snap({})))
    for member in content:
        with pytest.raises(ValidationError, match="is a required property"):
            Draft202012Validator(snapshot_schema()).validate(
                {key: value for key, value in content.items() if key != member}
            )
