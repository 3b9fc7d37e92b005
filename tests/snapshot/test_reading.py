"""Hostile, broken and foreign files end in one clear InputError each."""

import gc
import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec import Raw

from iamscout.errors import InputError
from iamscout.snapshot.file import load
from iamscout.snapshot.importers import import_files
from iamscout.snapshot.reading import collector_off, decode_json, read_file

NOW = datetime(2026, 11, 1, tzinfo=UTC)

BROKEN = {
    "empty": (b"", "is empty"),
    "white space": (b" \n\t", "is empty"),
    "byte order mark alone": (b"\xef\xbb\xbf", "is empty"),
    "truncated": (b'{"schema": "iamscout/snapshot/1", "sources": {"iam:', "ends too early"),
    "not JSON": (b"UserDetailList: []\n", "is not JSON"),
    "a table": (b"+-----+\n| Arn |\n", "is not JSON"),
    "two texts": (b'{"Users": []}{"Users": []}', "more than one JSON text"),
    "not UTF-8": (b'{"Users": ["\xff"]}', "is not UTF-8"),
    "UTF-8 cut within a character": (b'{"Users": ["\xc3', "is not UTF-8"),
    "UTF-16 with mark": ('{"Users": []}'.encode("utf-16"), "UTF-16"),
    "UTF-16 without mark": ('{"Users": []}'.encode("utf-16-le"), "UTF-16"),
    "UTF-16, the other way round": ('{"Users": []}'.encode("utf-16-be"), "UTF-16"),
    "UTF-32": ('{"Users": []}'.encode("utf-32"), "UTF-16 or UTF-32"),
    "deep nesting": (b'{"Users":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "deep and cut": (b"[" * 100_000, "nested too deeply"),
    "NaN": (b'{"Users": NaN}', "NaN or Infinity"),
    "Infinity": (b'{"Users": Infinity}', "NaN or Infinity"),
    "minus Infinity": (b'{"Users": -Infinity}', "NaN or Infinity"),
    "half a surrogate": (b'{"Users": "\\ud800"}', "surrogate"),
    "the other half": (b'{"Users": "\\udc00 is no text"}', "surrogate"),
    "control characters": (b'{"Users": "\x01"}', "is not JSON"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00", "is not UTF-8"),
    "gzip of nothing": (gzip.compress(b""), "is empty"),
    "gzip cut": (gzip.compress(b'{"Users": []}' * 50)[:-9], "gzip file that ends too early"),
    "gzip damaged": (gzip.compress(b'{"Users": []}' * 50)[:-8] + b"x" * 8, "damaged gzip file"),
    "gzip by its first bytes alone": (b"\x1f\x8bnot really", "damaged gzip file"),
    "text": (b'"Users"', "is JSON"),
    "a number": (b"12", "is JSON"),
    "null": (b"null", "is JSON"),
    "an empty list": (b"[]", "is JSON"),
    "an empty object": (b"{}", "is JSON"),
    "a list of texts": (b'["Users"]', "is JSON"),
    "a huge integer": (b"9" * 100_000, "is JSON"),
    "a huge integer within": (b'{"unknown": ' + b"9" * 100_000 + b"}", "is JSON"),
}


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
def test_broken_files_are_told_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "given.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as loading:
        load(path)
    with pytest.raises(InputError) as importing:
        import_files([path], now=NOW, tool_version="0")
    for problem in (loading.value, importing.value):
        assert words in problem.message
        assert problem.where == str(path)
        assert problem.remedy
        assert "\n" not in str(problem)
        assert len(str(problem)) < 600


@pytest.mark.parametrize("name", ["missing.json", "with\0nul.json", "x" * 300, "given.json/below"])
def test_paths_that_cannot_be_opened_are_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "given.json").write_text("{}")
    with pytest.raises(InputError, match=r"no such file|cannot be read"):
        read_file(tmp_path / name)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_file(tmp_path)


def test_a_byte_order_mark_is_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    path.write_bytes(b"\xef\xbb\xbf{}")
    assert read_file(path) == b"{}"


def test_gzip_is_known_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "given.txt"
    path.write_bytes(gzip.compress(b"{}") + gzip.compress(b" "))
    assert read_file(path) == b"{} "


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_files_beyond_the_limit_are_not_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "given.json"
    path.write_bytes(pack(b" " * 100_000 + b"{}"))
    assert len(read_file(path, limit=100_002)) == 100_002
    with pytest.raises(InputError, match="larger than 100,001 bytes"):
        read_file(path, limit=100_001)


def test_a_character_over_the_seam_of_two_chunks_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    content = b" " * ((1 << 20) - 1) + "é".encode()
    path.write_bytes(content)
    assert read_file(path) == content


def test_json_of_another_shape_is_the_callers_affair() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_json(b"[]", dict[str, Raw], "somewhere")


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    with collector_off():
        assert not gc.isenabled()
        with collector_off():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_made_meanwhile_is_not_walked_as_soon_as_the_collector_is_on_again() -> None:
    with collector_off():
        kept = [[each] for each in range(10_000)]
    assert len(kept) == 10_000
    assert gc.get_count()[0] < 5_000
    assert len(gc.get_objects(generation=0)) < 5_000
    assert gc.get_freeze_count() == 0


def test_what_a_program_has_frozen_stays_frozen() -> None:
    gc.freeze()
    try:
        with collector_off():
            pass
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
