"""The commands diff and history: sides of every kind, parts that are asked for, formats, exit statuses."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from msgspec import structs

from iamscout.analysis.document import encode_analysis
from iamscout.analysis.run import analyze
from iamscout.cli.main import run
from iamscout.diff.document import diff_schema
from iamscout.rules import load_rules
from iamscout.snapshot.file import store
from iamscout.snapshot.model import Source
from tests.access.worlds import CAPTURED, OTHER, OUTSIDE, AccountMaker, allow, root, trust
from tests.diff.sides import snapshot_of

Captured = pytest.CaptureFixture[str]


def account(*, later: bool, number: str = "111122223333") -> AccountMaker:
    """Opened to an account outside, and without a role that was there."""
    made = AccountMaker(number)
    made.role("deploy", [trust(made.root), *([trust(root(OUTSIDE))] if later else [])], [allow("*")])
    if not later:
        made.role("gone-audit", [trust(made.root)], [allow("iam:Get*")])
    return made


def stored(folder: Path, name: str, made: AccountMaker, day: int) -> Path:
    when = CAPTURED.replace(day=day)
    return store(structs.replace(snapshot_of(made), captured_at=when, captured_until=when), folder / name)


@pytest.fixture
def sides(tmp_path: Path) -> tuple[str, str]:
    old = stored(tmp_path, "old.json", account(later=False), 1)
    return str(old), str(stored(tmp_path, "new.json", account(later=True), 20))


def test_text_tells_the_meaning_first(sides: tuple[str, str], capsys: Captured) -> None:
    assert run(["diff", *sides]) == 0
    told = capsys.readouterr().out
    assert "account 999999999999 can now enter role deploy (administrator) without MFA" in told
    assert told.index("can now enter") < told.index("role deploy of 111122223333 changed")
    assert "trust policy lets more in" in told


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 0),
        (["--exit-code"], 1),
        (["--exit-code", "--only", "widened"], 1),
        (["--exit-code", "--only", "power"], 0),
    ],
)
def test_the_exit_status_says_whether_anything_differs(
    sides: tuple[str, str], arguments: list[str], status: int
) -> None:
    assert run(["diff", *sides, *arguments]) == status
    assert run(["diff", sides[0], sides[0], *arguments]) == 0


def test_what_is_only_narrower_is_no_difference_where_wider_is_asked_for(sides: tuple[str, str]) -> None:
    backwards = ["diff", sides[1], sides[0], "--exit-code", "--only", "access"]
    assert run(backwards) == 1
    assert run([*backwards, "--only", "widened"]) == 1  # the role that came back can be entered
    forwards = ["diff", *sides, "--exit-code", "--only", "resources", "--only", "widened"]
    assert run(forwards) == 1


def test_parts_that_are_not_asked_for_are_not_worked_out(
    sides: tuple[str, str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unasked(*_: object) -> None:
        raise AssertionError("escalation was judged")

    monkeypatch.setattr("iamscout.analysis.estate.find_escalations", unasked)
    arguments = ["--only", "access", "--only", "resources", "--format", "json"]
    assert run(["diff", *sides, *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(diff_schema()).validate(document)
    assert document["header"]["parts"] == ["resources", "access"]
    assert len(document["resources"]) == 2
    assert document["access"]["gained"]
    assert document["exposure"] is None
    assert document["findings"]["new"] == []


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_every_format_says_that_only_a_part_was_compared(
    sides: tuple[str, str], capsys: Captured, form: str
) -> None:
    assert run(["diff", *sides, "--only", "findings", "--format", form]) == 0
    told = capsys.readouterr().out
    assert ('"parts": [' if form == "json" else "nly findings compared") in told


def test_an_earlier_analysis_is_a_side_of_findings_alone(
    sides: tuple[str, str], tmp_path: Path, capsys: Captured
) -> None:
    earlier = analyze([snapshot_of(account(later=False))], rules=load_rules())
    analysis = tmp_path / "analysis.json"
    analysis.write_bytes(encode_analysis(earlier))
    report = tmp_path / "report"
    (report / "data").mkdir(parents=True)
    (report / "data" / "analysis.json").write_bytes(encode_analysis(earlier))
    for old in (analysis, report):
        assert run(["diff", str(old), sides[1], "--format", "json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert (document["resources"], document["access"], document["exposure"]) == (None, None, None)
        assert document["findings"]["new"]
        assert run(["diff", str(old), sides[1], "--only", "access"]) == 2
        assert "an analysis does not tell access" in capsys.readouterr().err


def test_accounts_that_came_or_went_are_said_and_not_compared(tmp_path: Path, capsys: Captured) -> None:
    for name, accounts in (("old", ("111122223333", OTHER)), ("new", ("111122223333", OUTSIDE))):
        (tmp_path / name).mkdir()
        for number in accounts:
            stored(tmp_path / name, f"{number}.json", account(later=False, number=number), 3)
    assert run(["diff", str(tmp_path / "old"), str(tmp_path / "new")]) == 0
    told = capsys.readouterr().out
    assert f"accounts that came and are not compared: {OUTSIDE}" in told
    assert f"accounts that went and are not compared: {OTHER}" in told
    assert "removed" not in told


def test_the_history_of_one_moment_is_refused(sides: tuple[str, str], capsys: Captured) -> None:
    assert run(["history", sides[0]]) == 2
    assert "there is only one moment" in capsys.readouterr().err
    assert run(["history", *sides]) == 0
    told = capsys.readouterr().out
    assert "since 2026-11-01" in told
    assert "Fixed (" in told


def test_a_history_with_a_gap_says_so_and_ends_with_its_own_status(
    sides: tuple[str, str], tmp_path: Path, capsys: Captured
) -> None:
    made = account(later=True)
    made.sources["iam:ListSAMLProviders"] = Source("denied", reason="AccessDenied")
    late = str(stored(tmp_path, "late.json", made, 25))
    for form in ("text", "json", "html"):
        assert run(["history", *sides, "--format", form]) == 0
        assert run(["history", *sides, late, "--format", form]) == 4
    capsys.readouterr()


def test_the_schema_of_a_history_is_published_and_holds(sides: tuple[str, str], capsys: Captured) -> None:
    assert run(["schema", "history"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert run(["history", *sides, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["schema"] == schema["$id"]
    assert {"open", "fixed"} <= {each["state"] for each in document["findings"]}


def test_a_large_side_judged_by_another_process_gives_the_same_bytes(
    sides: tuple[str, str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["diff", *sides, "--format", "json"]) == 0
    alone = capsys.readouterr().out
    for least in (0, 1 << 60):
        monkeypatch.setattr("iamscout.cli.diff.SHARED_FROM_BYTES", least)
        assert run(["diff", *sides, "--format", "json"]) == 0
        assert capsys.readouterr().out == alone


def test_a_process_that_ends_too_early_takes_nothing_with_it(
    sides: tuple[str, str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["diff", *sides, "--format", "json"]) == 0
    alone = capsys.readouterr().out
    monkeypatch.setattr("iamscout.cli.diff.SHARED_FROM_BYTES", 0)
    monkeypatch.setattr("iamscout.cli.diff.judged_of", lambda _: os._exit(9))
    assert run(["diff", *sides, "--format", "json"]) == 0
    assert capsys.readouterr().out == alone


def test_a_baseline_that_is_later_is_remarked(
    sides: tuple[str, str], tmp_path: Path, capsys: Captured
) -> None:
    old, new = sides
    assert run(["report", new, "--baseline", old, "--out", str(tmp_path / "right")]) == 0
    assert "captured after" not in capsys.readouterr().err
    assert run(["report", old, "--baseline", new, "--out", str(tmp_path / "wrong")]) == 0
    assert "the baseline was captured after what it is compared with" in capsys.readouterr().err
