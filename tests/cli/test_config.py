"""Configuration and exceptions through the command line: what they change, what is refused, how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from iamscout.cli.main import run

Capture = pytest.CaptureFixture[str]
OPEN_ROLE = "arn:aws:iam::111122223333:role/open"
RULE = "role-trusts-everyone"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs where only the test's own files are, without the caller's settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("CONFIG", "EXCEPTIONS", "RULES", "SKIP_RULES", "FAIL_ON"):
        monkeypatch.delenv(f"IAMSCOUT_{name}", raising=False)
    return tmp_path


def analysis(snapshot: Path, capsys: Capture, *options: str) -> Any:
    assert run(["analyze", str(snapshot), "--format", "json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def exception(**changed: str) -> str:
    members = {
        "rule": RULE,
        "resource": "arn:aws:iam::111122223333:role/op*",
        "reason": "The honeypot of the blue team.",
        "owner": "alice@example.com",
        "created": "2026-06-01",
        "expires": "2026-12-31",
        **changed,
    }
    lines = [f'{name}: "{value}"' for name, value in members.items() if value]
    return "- " + "\n  ".join(lines) + "\n"


def open_finding(document: Any) -> Any:
    (found,) = [each for each in document["findings"] if each["rule"] == RULE]
    assert found["resource"] == OPEN_ROLE
    return found


def test_the_file_in_the_folder_is_found_and_told_in_the_header(
    snapshot: Path, folder: Path, capsys: Capture
) -> None:
    before = analysis(snapshot, capsys)
    (folder / "iamscout.toml").write_text(
        "# ours\n[accounts]\n444455556666 = 'shared'\n[vendors]\n999999999999 = 'backup'\n"
        "[thresholds]\nrole_unused_days = 30\n"
        "[rules]\nrole-unused = 'off'\nrole-trusts-everyone = 'low'\n",
        "utf-8",
    )
    after = analysis(snapshot, capsys)
    assert before["header"]["configuration_sha256"] != after["header"]["configuration_sha256"]
    assert after["header"]["rules_off"] == ["role-unused"]
    assert after["header"]["severities"] == [[RULE, "low"]]
    assert after["header"]["settings"]["role_unused_days"] == 30
    assert after["header"]["settings"]["known_accounts"] == [["444455556666", "shared"]]
    assert after["header"]["settings"]["vendors"] == [["999999999999", "backup"]]
    assert open_finding(before)["severity"] != "low"
    assert open_finding(after)["severity"] == "low"
    assert open_finding(before)["key"] == open_finding(after)["key"]
    ids = [{rule["id"] for rule in document["rules"]} for document in (before, after)]
    assert ids[0] - ids[1] == {"role-unused"}


def test_comments_and_order_do_not_change_the_digest(snapshot: Path, folder: Path, capsys: Capture) -> None:
    texts = (
        "[thresholds]\nrole_unused_days = 30\n[rules]\nrole-unused = 'off'\n",
        "# why\n[rules]\nrole-unused = 'off' # because\n\n[thresholds]\nrole_unused_days = 30\n",
    )
    digests = set()
    for text in texts:
        (folder / "other.toml").write_text(text, "utf-8")
        digests.add(analysis(snapshot, capsys, "--config", "other.toml")["header"]["configuration_sha256"])
    assert len(digests) == 1


def test_option_beats_environment_beats_file_beats_default(
    snapshot: Path, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def days(*options: str) -> Any:
        return analysis(snapshot, capsys, *options)["header"]["settings"]["role_unused_days"]

    assert days() == 90
    (folder / "iamscout.toml").write_text("[thresholds]\nrole_unused_days = 80\n", "utf-8")
    assert days() == 80
    monkeypatch.setenv("IAMSCOUT_ROLE_UNUSED_DAYS", "70")
    assert days() == 70
    assert days("--threshold", "role_unused_days=60") == 60


def test_the_files_can_be_named_by_option_and_environment(
    snapshot: Path, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.toml").write_text("[rules]\nrole-unused = 'off'\n", "utf-8")
    (folder / "b.toml").write_text("", "utf-8")
    (folder / "c.yaml").write_text(exception(), "utf-8")
    monkeypatch.setenv("IAMSCOUT_CONFIG", "a.toml")
    monkeypatch.setenv("IAMSCOUT_EXCEPTIONS", "c.yaml")
    document = analysis(snapshot, capsys)
    assert document["header"]["rules_off"] == ["role-unused"]
    assert open_finding(document)["status"] == "accepted"
    assert analysis(snapshot, capsys, "--config", "b.toml")["header"]["rules_off"] == []


def test_rules_named_on_the_command_line_run_though_they_are_off(
    snapshot: Path, folder: Path, capsys: Capture
) -> None:
    (folder / "iamscout.toml").write_text(f"[rules]\n{RULE} = 'off'\n", "utf-8")
    assert RULE not in {rule["id"] for rule in analysis(snapshot, capsys)["rules"]}
    document = analysis(snapshot, capsys, "--rules", RULE)
    assert open_finding(document)["status"] == "open"
    assert document["header"]["rules_off"] == []


def test_rules_and_fail_on_are_taken_from_the_environment(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAMSCOUT_FAIL_ON", "medium")
    assert run(["analyze", str(snapshot)]) == 1
    monkeypatch.setenv("IAMSCOUT_RULES", "root-access-key,root-certificate")
    assert run(["analyze", str(snapshot)]) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = ", "line 1: is not TOML"),
        ("\n[acounts]\n", "line 2: there is no table 'acounts'; did you mean 'accounts'?"),
        ("[thresholds]\n\nrole_unused_day = 1", "line 3: there is no threshold 'role_unused_day'"),
        ("[thresholds]\nrole_unused_days = 0", "line 2: role_unused_days must be a whole number"),
        ("[thresholds]\nrole_unused_days = true", "line 2: role_unused_days must be a whole number"),
        ("[thresholds]\nrole_unused_days = 1.5", "line 2: role_unused_days must be a whole number"),
        ("[rules]\nrole-unusd = 'off'", "line 2: there is no rule 'role-unusd'; did you mean 'role-unused'?"),
        ("[rules]\nrole-unused = false", 'line 2: role-unused must be "off" or a severity'),
        ("[accounts]\n4444 = 'x'", "line 2: '4444' is no account id"),
        ("[accounts]\n444455556666 = ''", "line 2: account 444455556666 has no label"),
        ("accounts = 1", "line 1: 'accounts' must be a table"),
    ],
)
def test_an_unusable_configuration_ends_with_3_and_names_the_line(
    text: str, words: str, snapshot: Path, folder: Path, capsys: Capture
) -> None:
    (folder / "iamscout.toml").write_text(text, "utf-8")
    assert run(["analyze", str(snapshot)]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert f"iamscout.toml, {words}" in told.err


@pytest.mark.parametrize("command", ["report", "analyze", "plan", "history", "scan", "demo"])
def test_every_command_that_judges_refuses_it(command: str, snapshot: Path, folder: Path) -> None:
    (folder / "iamscout.toml").write_text("[x]", "utf-8")
    given = [] if command in ("scan", "demo") else [str(snapshot)]
    assert run([command, *given]) == 3


def test_diff_refuses_it(snapshot: Path, folder: Path) -> None:
    (folder / "iamscout.toml").write_text("[x]", "utf-8")
    assert run(["diff", str(snapshot), str(snapshot)]) == 3


@pytest.mark.parametrize("option", ["--config", "--exceptions"])
@pytest.mark.parametrize("given", ["missing", ".", "binary"])
def test_a_file_that_was_named_must_be_readable(
    option: str, given: str, snapshot: Path, folder: Path, capsys: Capture
) -> None:
    (folder / "binary").write_bytes(b"\xff\x00\xfe\xfa")
    assert run(["analyze", str(snapshot), option, given]) == 3
    assert capsys.readouterr().err.startswith(f"iamscout: {given}: ")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("role_unused_days", "is not NAME=NUMBER"),
        ("role_unused=1", "did you mean 'role_unused_days'?"),
        ("role_unused_days=ten", "must be a whole number"),
        ("role_unused_days=-1", "must be a whole number"),
        ("role_unused_days=" + "9" * 5000, "must be a whole number"),
    ],
)
def test_a_bad_threshold_is_misuse(given: str, words: str, snapshot: Path, capsys: Capture) -> None:
    assert run(["analyze", str(snapshot), "--threshold", given]) == 2
    assert words in capsys.readouterr().err


def test_a_bad_variable_is_misuse_and_a_slip_in_its_name_too(
    snapshot: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAMSCOUT_ROLE_UNUSED_DAYS", "soon")
    assert run(["analyze", str(snapshot)]) == 2
    assert "IAMSCOUT_ROLE_UNUSED_DAYS: must be a whole number" in capsys.readouterr().err
    monkeypatch.delenv("IAMSCOUT_ROLE_UNUSED_DAYS")
    monkeypatch.setenv("IAMSCOUT_ROLE_UNUSED_DAY", "9")
    assert run(["analyze", str(snapshot)]) == 2
    assert "did you mean IAMSCOUT_ROLE_UNUSED_DAYS?" in capsys.readouterr().err


def test_an_accepted_finding_stays_with_reason_owner_and_end(
    snapshot: Path, folder: Path, capsys: Capture
) -> None:
    (folder / "iamscout-exceptions.yaml").write_text(exception(), "utf-8")
    document = analysis(snapshot, capsys)
    found = open_finding(document)
    assert found["status"] == "accepted"
    assert found["acceptance"] == {
        "reason": "The honeypot of the blue team.",
        "owner": "alice@example.com",
        "created": "2026-06-01",
        "expires": "2026-12-31",
    }
    (entry,) = document["exceptions"]
    assert (entry["state"], entry["accepted"]) == ("in_use", 1)
    assert run(["analyze", str(snapshot), "--rules", RULE, "--fail-on", "info"]) == 0
    assert "accepted by alice@example.com until 2026-12-31" in capsys.readouterr().out


def test_an_expired_exception_leaves_the_finding_open_and_says_so(
    snapshot: Path, folder: Path, capsys: Capture
) -> None:
    text = exception(created="2026-01-01", expires="2026-10-31")
    (folder / "iamscout-exceptions.yaml").write_text(text, "utf-8")
    found = open_finding(analysis(snapshot, capsys))
    assert found["status"] == "open"
    assert found["reason"].startswith("open again: alice@example.com had accepted it until 2026-10-31")
    assert run(["analyze", str(snapshot), "--rules", RULE, "--fail-on", "info"]) == 1
    assert "open again: alice@example.com" in capsys.readouterr().out


def test_one_that_matches_nothing_is_a_warning_with_its_line(
    snapshot: Path, folder: Path, capsys: Capture
) -> None:
    text = exception() + exception(resource="arn:aws:iam::111122223333:role/gone")
    (folder / "iamscout-exceptions.yaml").write_text(text, "utf-8")
    assert run(["analyze", str(snapshot)]) == 0
    assert capsys.readouterr().err == (
        "iamscout-exceptions.yaml, line 7: the exception of role-trusts-everyone on "
        "arn:aws:iam::111122223333:role/gone matches nothing\n"
    )


def test_the_pages_show_what_was_configured_and_accepted(
    snapshot: Path, folder: Path, capsys: Capture
) -> None:
    (folder / "iamscout.toml").write_text(
        "[rules]\nrole-unused = 'off'\nrole-trusts-everyone = 'low'\n[thresholds]\nroot_unused_days = 7\n"
        "[vendors]\n999999999999 = 'backup <b>&'\n"
        "[boundaries]\n'arn:aws:iam::*:role/teams/*' = 'any'\n",
        "utf-8",
    )
    text = exception() + exception(resource="arn:aws:iam::111122223333:role/gone", reason="<b>&")
    (folder / "iamscout-exceptions.yaml").write_text(text, "utf-8")
    assert run(["report", str(snapshot), "--out", "out"]) == 0
    assert "matches nothing" in capsys.readouterr().err
    method = (folder / "out" / "method.html").read_text("utf-8")
    header = json.loads((folder / "out" / "data" / "analysis.json").read_text("utf-8"))["header"]
    assert header["configuration_sha256"] in method
    told = "boundaries expected by 1 pattern, 1 threshold set, 1 rule off, the severity of 1 rule set"
    assert f"1 account named, {told}, 2 exceptions" in method
    assert "<code>arn:aws:iam::*:role/teams/*</code></th><td>whatever boundary there is</td>" in method
    assert "<code>role-unused</code>" in method
    assert "<strong>matches nothing</strong>" in method
    assert "<b>&" not in method
    findings = (folder / "out" / "findings.html").read_text("utf-8")
    assert "The honeypot of the blue team." in findings
    assert "1 finding is accepted" in findings
    rule = (folder / "out" / "rules" / f"{RULE}.html").read_text("utf-8")
    assert "accepted by alice@example.com until 2026-12-31" in rule
    assert "the configuration sets the severity" in rule
    users = (folder / "out" / "rules" / "user-has-attached-policy.html").read_text("utf-8")
    assert "<dt>In ScoutSuite</dt>" in users
    assert "<dt>CIS Amazon Web Services Foundations Benchmark 7.0.0</dt>" in users
    assert run(["verify", "out"]) == 0


def test_a_comparison_tells_configuration_and_exceptions_from_the_account(
    snapshot: Path, folder: Path, capsys: Capture
) -> None:
    def causes(text: str, accepted: str) -> dict[str, str]:
        (folder / "iamscout.toml").write_text(text, "utf-8")
        (folder / "iamscout-exceptions.yaml").write_text(accepted, "utf-8")
        assert run(["diff", "old.json", str(snapshot), "--format", "json"]) == 0
        found = json.loads(capsys.readouterr().out)["findings"]
        return {
            entry["rule"]: entry["cause"]
            for kind in ("new", "resolved", "reopened", "persisting")
            for entry in found[kind]
            if entry["cause"] != "account"
        }

    assert run(["analyze", str(snapshot), "--format", "json"]) == 0
    (folder / "old.json").write_text(capsys.readouterr().out, "utf-8")
    assert causes("", "") == {}
    assert causes("[rules]\nrole-trusts-everyone = 'low'\n", "") == {RULE: "configuration"}
    assert causes("", exception()) == {RULE: "exceptions"}
