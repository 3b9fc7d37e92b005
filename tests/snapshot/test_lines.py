"""Values of a JSON text are found in their lines, however the text is laid out."""

import json
from typing import Any

import msgspec
import pytest

from iamscout.snapshot.lines import Path, lines_of, pointer_path

TEXT = b"""{
  "a": [
    {"b": 1, "c": "x}]\\""},
    [
      2,
      {"d": null}
    ]
  ],
  "e/f~g": {
    "h": [],
    "\\u0069": {}
  }
}
"""


@pytest.mark.parametrize(
    ("pointer", "lines"),
    [
        ("", (1, 13)),
        ("/a", (2, 8)),
        ("/a/0", (3, 3)),
        ("/a/0/c", (3, 3)),
        ("/a/1", (4, 7)),
        ("/a/1/1/d", (6, 6)),
        ("/e~1f~0g", (9, 12)),
        ("/e~1f~0g/h", (10, 10)),
        ("/e~1f~0g/i", (11, 11)),
    ],
)
def test_a_pointer_leads_to_the_lines_of_its_value(pointer: str, lines: tuple[int, int]) -> None:
    path = pointer_path(pointer)
    assert lines_of(TEXT, [path]) == {path: lines}


def test_all_are_found_at_once_and_what_is_not_there_is_left_out() -> None:
    wanted = [("a", "1"), ("a", "7"), ("a", "0", "b", "x"), ("z",), ("e/f~g", "h")]
    assert lines_of(TEXT, wanted) == {("a", "1"): (4, 7), ("e/f~g", "h"): (10, 10)}


def paths(value: Any, at: Path = ()) -> list[Path]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [at, *(path for name, child in children for path in paths(child, (*at, str(name))))]


@pytest.mark.parametrize("indent", [0, 2])
def test_every_value_of_a_laid_out_text_begins_where_its_name_stands(indent: int) -> None:
    content = msgspec.json.format(TEXT, indent=indent)
    lines = content.decode().splitlines()
    found = lines_of(content, paths(json.loads(content)))
    assert len(found) == len(paths(json.loads(content)))
    for path, (first, last) in found.items():
        assert 1 <= first <= last <= len(lines)
        if path and not path[-1].isdecimal() and path[-1] != "i":
            assert json.dumps(path[-1]) in lines[first - 1]
