"""Snapshot files: canonical bytes, private and atomic writing, and reading that names the right command."""

import gzip
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from iamscout.errors import InputError, OutputError
from iamscout.snapshot.file import (
    default_name,
    digest,
    encode,
    load,
    load_all,
    make_private_folder,
    store,
    write_private,
)
from iamscout.snapshot.model import SCHEMA, Gap, Snapshot, Source

Write = Callable[[str, object], Path]
Snap = Callable[..., Snapshot]


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("name", ["one.json", "one.json.gz"])
def test_what_is_stored_is_loaded_and_stored_again_as_the_same_bytes(
    tmp_path: Path, snap: Snap, details: dict[str, Any], name: str
) -> None:
    made = snap(
        {"iam:GetAccountAuthorizationDetails": details, "iam:ListRoles": Source("denied", reason="no é")},
        gaps=(Gap("iam:ListRoles", "", "AccessDenied", "no"),),
        caller="arn:aws:iam::111122223333:user/audit",
        time_source="given",
    )
    first, second = tmp_path / name, tmp_path / f"again-{name}"
    store(made, first)
    loaded = load(first)
    store(loaded, second)
    assert first.read_bytes() == second.read_bytes()
    assert structs.replace(loaded, sources={}) == structs.replace(made, sources={})
    assert loaded.data("iam:ListRoles") is None
    assert json.loads(loaded.data("iam:GetAccountAuthorizationDetails") or b"") == details


def test_the_file_is_canonical_json(tmp_path: Path, snap: Snap) -> None:
    path = store(snap({"organization": {"b": "é\u2028", "a": [1, {"d": [], "c": {}}]}}), tmp_path / "a.json")
    text = path.read_text("utf-8")
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert '"captured_at": "2026-11-01T08:00:00Z"' in text
    assert "é" in text


def test_gzip_bytes_do_not_depend_on_the_moment_or_the_name(tmp_path: Path, snap: Snap) -> None:
    one = store(snap({}), tmp_path / "a.json.gz").read_bytes()
    other = store(snap({}), tmp_path / "b.json.gz").read_bytes()
    assert one == other
    assert one[4:8] == b"\0\0\0\0"
    assert gzip.decompress(one) == encode(snap({}))


def test_digest_is_the_same_for_snapshot_file_and_compressed_file(tmp_path: Path, snap: Snap) -> None:
    made = snap({"iam:ListUsers": {"Users": []}})
    plain, packed = store(made, tmp_path / "a.json"), store(made, tmp_path / "a.json.gz")
    expected = hashlib.sha256(plain.read_bytes()).hexdigest()
    assert digest(made) == digest(plain) == digest(packed) == digest(load(packed)) == expected


def test_equal_keys_that_somebody_wrote_into_a_file_survive(tmp_path: Path, snap: Snap) -> None:
    path = tmp_path / "a.json"
    text = encode(snap({"iam:ListRoles": {"Roles": []}})).decode()
    path.write_text(text.replace('"Roles": []', '"Effect": "Allow",\n        "Effect": "Deny"'))
    assert b'"Effect": "Allow",\n        "Effect": "Deny"' in encode(load(path))


def test_files_are_for_their_owner_whatever_the_umask(tmp_path: Path, snap: Snap, open_umask: None) -> None:
    path = store(snap({}), tmp_path / "new" / "below" / "a.json")
    assert mode(path) == 0o600
    assert mode(path.parent) == mode(path.parent.parent) == 0o700
    existing = tmp_path / "existing"
    existing.mkdir(0o755)
    existing.chmod(0o755)
    store(snap({}), existing / "a.json")
    assert mode(existing) == 0o755


def test_a_file_that_was_open_to_others_is_closed(tmp_path: Path, snap: Snap) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")
    path.chmod(0o644)
    assert mode(store(snap({}), path)) == 0o600


@pytest.mark.parametrize("step", ["fsync", "replace", "fchmod"])
def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, snap: Snap, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = store(snap({}), tmp_path / "a.json")
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((Path, "replace", fail) if step == "replace" else (os, step, fail)))
    with pytest.raises(OutputError, match="No space left"):
        store(snap({"iam:ListUsers": {"Users": []}}), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_kill_in_the_middle_leaves_the_old_file(
    tmp_path: Path, snap: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store(snap({}), tmp_path / "a.json")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_private(path, b"half")
    assert load(path).account == "111122223333"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_symbolic_link_is_replaced_and_not_followed(tmp_path: Path, snap: Snap) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    link = tmp_path / "a.json"
    link.symlink_to(target)
    store(snap({}), link)
    assert target.read_text() == "precious"
    assert not link.is_symlink()


def test_places_that_cannot_be_written_are_an_output_error(tmp_path: Path, snap: Snap) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "a.json").mkdir()
    for path in (tmp_path / "file" / "a.json", tmp_path / "a.json"):
        with pytest.raises(OutputError, match="cannot be written") as problem:
            store(snap({}), path)
        assert problem.value.where == str(path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json", "file"]


def test_making_a_folder_twice_is_no_problem(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "a" / "b")
    make_private_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_the_usual_name_tells_account_and_time(snap: Snap) -> None:
    assert default_name(snap({})) == "111122223333-2026-11-01T080000Z.json"


def test_times_are_read_to_utc(tmp_path: Path, write: Write, snap: Snap) -> None:
    text = encode(snap({})).decode().replace("2026-11-01T08:00:00Z", "2026-11-01T09:00:00+01:00")
    loaded = load(write("a.json", text))
    assert loaded.captured_at == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert loaded.captured_at.tzinfo is UTC
    assert encode(loaded) == encode(snap({}))
    assert timezone(timedelta(hours=1)) != UTC


WRONG_KIND = {
    "authorization details": ({"UserDetailList": []}, "get-account-authorization-details"),
    "list of roles": ({"Roles": []}, "aws iam list-roles"),
    "pages": ([{"UserDetailList": [], "IsTruncated": False}], "get-account-authorization-details"),
    "password policy": ({"PasswordPolicy": {}}, "get-account-password-policy"),
    "organization file": ({"id": "o-1", "management": "111122223333", "accounts": {}}, "organization file"),
    "credential report": ("user,arn,user_creation_time\n", "credential report"),
}


@pytest.mark.parametrize(("content", "words"), WRONG_KIND.values(), ids=WRONG_KIND)
def test_what_can_be_imported_names_the_import_command(write: Write, content: object, words: str) -> None:
    path = write("given.json", content)
    with pytest.raises(InputError, match=words) as problem:
        load(path)
    assert problem.value.remedy == f"run `iamscout import {path}`"


def test_newer_formats_are_refused_before_anything_else(write: Write) -> None:
    with pytest.raises(InputError, match="of format 2; this iamscout reads format 1"):
        load(write("a.json", {"schema": "iamscout/snapshot/2", "account": 7}))


def test_other_files_of_iamscout_are_told(write: Write) -> None:
    with pytest.raises(InputError, match="not a snapshot but 'iamscout/analysis/1'"):
        load(write("a.json", {"schema": "iamscout/analysis/1"}))


@pytest.mark.parametrize("schema", [None, 1, "", "other", SCHEMA.upper()])
def test_other_json_is_no_snapshot(write: Write, schema: object) -> None:
    with pytest.raises(InputError, match="is JSON, but not a snapshot"):
        load(write("a.json", {"schema": schema}))


DAMAGE: dict[str, tuple[str, object]] = {
    "no account": ("account", None),
    "account is no id": ("account", "12"),
    "no partition": ("partition", ""),
    "unreadable time": ("captured_at", "yesterday"),
    "time without offset": ("captured_at", "2026-11-01T08:00:00"),
    "sources are a list": ("sources", []),
    "unknown status": ("sources", {"iam:ListRoles": {"status": "fine"}}),
    "gap without operation": ("gaps", [{}]),
    "unknown time source": ("time_source", "guess"),
}


@pytest.mark.parametrize(("member", "value"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_snapshots_are_told(write: Write, snap: Snap, member: str, value: object) -> None:
    content = json.loads(encode(snap({})))
    with pytest.raises(InputError, match="damaged snapshot"):
        load(write("a.json", {**content, member: value}))


def test_members_of_later_writers_are_passed_over(write: Write, snap: Snap) -> None:
    content = json.loads(encode(snap({})))
    assert load(write("a.json", {**content, "note": "added later"})) == snap({})


def test_folders_and_files_are_loaded_sorted_by_account(tmp_path: Path, write: Write, snap: Snap) -> None:
    write("all/readme.txt", "not looked at")
    write("all/other.json", {"some": "JSON"})
    store(snap({}, account="444455556666"), tmp_path / "all" / "a.json")
    store(snap({}), tmp_path / "all" / "b.json.gz")
    single = store(snap({}, account="123456789012"), tmp_path / "c.json")
    found = load_all([tmp_path / "all", single, single])
    assert [each.account for each in found] == ["111122223333", "123456789012", "444455556666"]


def test_two_snapshots_of_one_account_name_the_commands_for_that(tmp_path: Path, snap: Snap) -> None:
    later = datetime(2026, 12, 1, tzinfo=UTC)
    store(snap({}, captured_at=later, captured_until=later), tmp_path / "a.json")
    store(snap({}), tmp_path / "b.json")
    with pytest.raises(InputError, match="two snapshots of account 111122223333") as problem:
        load_all([tmp_path])
    assert "`iamscout diff`" in problem.value.remedy
    assert "`iamscout history`" in problem.value.remedy
    both = load_all([tmp_path], one_per_account=False)
    assert [each.captured_at.month for each in both] == [11, 12]


def test_a_folder_without_snapshots_is_told(tmp_path: Path, write: Write) -> None:
    write("empty/readme.txt", "nothing here")
    write("importable/details.json", {"UserDetailList": []})
    with pytest.raises(InputError, match=r"holds no snapshot.*iamscout fetch"):
        load_all([tmp_path / "empty"])
    with pytest.raises(InputError, match=r"holds no snapshot.*run `iamscout import`"):
        load_all([tmp_path / "importable"])
    with pytest.raises(InputError, match="no snapshot was given"):
        load_all([])


def test_a_broken_file_in_a_folder_is_not_passed_over(tmp_path: Path, write: Write, snap: Snap) -> None:
    store(snap({}), tmp_path / "all" / "a.json")
    write("all/b.json", '{"schema": "iamscout/snap')
    with pytest.raises(InputError, match="ends too early"):
        load_all([tmp_path / "all"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_mutated_bytes_load_or_raise_input_error(
    tmp_path: Path, snap: Snap, details: dict[str, Any], data: st.DataObject
) -> None:
    content = bytearray(encode(snap({"iam:GetAccountAuthorizationDetails": details})))
    if data.draw(st.booleans()):
        content = bytearray(gzip.compress(bytes(content), mtime=0))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 30))] = data.draw(
            st.binary(max_size=8)
            | st.sampled_from([b"{", b"[" * 3000, b"null", b'"', b"1e999", b"\\ud800", b"\xff"])
        )
    path = tmp_path / "mutated"
    path.write_bytes(content)
    try:
        loaded = load(path)
    except InputError:
        return
    assert encode(load(store(loaded, tmp_path / "stored"))) == encode(loaded)
