"""What committed files must not hold: script in pages, other people's accounts, unpinned packages."""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "static" / "vendor"
LOCK = ROOT / "requirements-dev.txt"
MAX_LINES = 400
ACCOUNT_IDS = "an account id that is not from AWS's documentation"
VENDOR_ACCOUNTS = ROOT / "iamscout" / "analysis" / "vendor_accounts.toml"
"""The one file with real account ids: those that companies publish."""

DOCUMENTATION_ACCOUNTS = {
    "000000000000",  # no account can have it
    "111122223333",
    "123456789012",
    "210987654321",
    "444455556666",
    "555566667777",
    "777788889999",
    "888899990000",
    "999999999999",
}


@dataclass(frozen=True)
class Ban:
    """Text that must not stand in the files of some kinds (folder and suffixes), with examples either way."""

    name: str
    folder: str
    suffixes: tuple[str, ...]
    pattern: str
    rejected: tuple[str, ...]
    accepted: tuple[str, ...] = ()


PAGES = (".html", ".j2", ".jinja", ".svg", ".xml")

BANS = (
    Ban(
        "text marked safe",
        "templates",
        PAGES,
        r"\|\s*safe\b",
        rejected=("{{ name|safe }}", "{{ name | safe }}"),
        accepted=("{{ name|safely_cut }}", "it is safe"),
    ),
    Ban(
        "escaping switched off",
        "templates",
        PAGES,
        r"autoescape\s+(?!true\b)",
        rejected=("{% autoescape false %}", "{%- autoescape x %}"),
        accepted=("{% autoescape true %}",),
    ),
    Ban(
        "code in a script element",
        "templates",
        PAGES,
        # A data block (type="application/json") is no code and the content security policy knows that.
        r"(?is)<script\b(?![^>]*\btype=\"application/json\")(?![^>]*\bsrc=\"[^\"]+\"[^>]*>\s*</script>)",
        rejected=("<script>let x</script>", '<script src="a.js">x</script>', "<SCRIPT defer>\nx</SCRIPT>"),
        accepted=('<script src="a.js" defer></script>', '<script type="application/json" id="a">{}</script>'),
    ),
    Ban(
        "style in a page",
        "templates",
        PAGES,
        # One file that is a whole page holds the style sheet, and its digest in the Content-Security-Policy.
        r"(?i)\sstyle\s*=|<style\b(?!>\{\{ view\.style \}\}</style>)",
        rejected=('<p style="color: red">', "<p STYLE = x>", "<style>", "<style>{{ view.title }}</style>"),
        accepted=(
            '<link rel="stylesheet" href="site.css">',
            "{% set row_style = 1 %}",
            "<style>{{ view.style }}</style>",
        ),
    ),
    Ban(
        "event handler in a page",
        "templates",
        PAGES,
        r"(?i)<[a-z][^>]*\son[a-z]+\s*=",
        rejected=('<p onclick="f()">', "<img src=x\nonerror=f()>"),
        accepted=('<p class="on">a on = b</p>', '<a data-on="x">'),
    ),
    Ban(
        "something loaded from the network",
        "templates",
        PAGES,
        r"(?i)\b(src|srcset|poster|action)\s*=\s*[\"']?(https?:)?//|<link\b[^>]*href\s*=\s*[\"']?(https?:)?//",
        rejected=(
            '<img src="https://x.example/a.png">',
            "<script src=//x.example>",
            '<link href="http://x.example">',
        ),
        accepted=('<a href="https://docs.aws.amazon.com/">', '<script src="assets/a.js">'),
    ),
    Ban(
        "something loaded from the network",
        "static",
        (".css",),
        r"(?i)@import|url\(\s*[\"']?(https?:)?//",
        rejected=('@import "a.css";', "url(https://x.example/a.woff2)", 'url("//x.example")'),
        accepted=("url(data:image/svg+xml;base64,AA)", "url(font.woff2)"),
    ),
    Ban(
        "text made into markup or code",
        "static",
        (".js", ".mjs"),
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|document\.write(ln)?)\b"
        r"|\beval\s*\(|\bnew\s+Function\b|\bset(Timeout|Interval)\s*\(\s*[\"'`]",
        rejected=(
            "a.innerHTML = b",
            "document.write(x)",
            "eval (x)",
            "new Function(x)",
            "setTimeout('f()', 1)",
        ),
        accepted=("a.textContent = b", "retrieval(x)", "setTimeout(f, 1)"),
    ),
    Ban(
        "a request over the network",
        "static",
        (".js", ".mjs"),
        r"\bfetch\s*\(|\b(XMLHttpRequest|WebSocket|EventSource|sendBeacon)\b",
        rejected=("fetch('a')", "new XMLHttpRequest()", "navigator.sendBeacon(u)"),
        accepted=("prefetch.add(a)", "fetched(a)"),
    ),
    Ban(
        "an access key id that is not AWS's example",
        ".",
        (),
        r"\b(AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}\b",
        rejected=("AKIA" + "J7" * 8,),
        accepted=("AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"),
    ),
    Ban(
        ACCOUNT_IDS,
        ".",
        (),
        rf"(?<![0-9A-Za-z.])(?!{'|'.join(sorted(DOCUMENTATION_ACCOUNTS))})[0-9]{{12}}(?![0-9A-Za-z])",
        rejected=("arn:aws:iam::" + "3141" * 3 + ":root", '"' + "2718" * 3 + '"'),
        accepted=("arn:aws:iam::111122223333:root", "0.271828182845", "sha256:ab123412341234cd", "1" * 13),
    ),
)


def _committed() -> list[Path]:
    """The files that git tracks, or all files where this is no checkout (an unpacked sdist)."""
    if not (ROOT / ".git").exists():
        return [
            file for file in ROOT.rglob("*") if file.is_file() and not {".venv", "reports"} & set(file.parts)
        ]
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def _banned_in(ban: Ban) -> Iterator[str]:
    files = _committed() if ban.folder == "." else sorted((ROOT / ban.folder).rglob("*"))
    for file in files:
        if not file.is_file() or VENDOR in file.parents or (ban.suffixes and file.suffix not in ban.suffixes):
            continue
        if ban.name == ACCOUNT_IDS and file == VENDOR_ACCOUNTS:
            continue
        text = file.read_bytes().decode("utf-8", errors="replace")
        for found in re.finditer(ban.pattern, text):
            yield f"{file.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: f"{ban.name} in {ban.folder}")
def test_no_file_holds(ban: Ban) -> None:
    found = list(_banned_in(ban))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: f"{ban.name} in {ban.folder}")
def test_each_ban_objects_to_its_rejected_examples_only(ban: Ban) -> None:
    assert [text for text in ban.rejected if not re.search(ban.pattern, text)] == []
    assert [text for text in ban.accepted if re.search(ban.pattern, text)] == []


def test_files_are_short() -> None:
    """Style sheets are left out: there is one, and it is read by its headings."""
    own = [
        file for folder in ("iamscout", "templates", "static", "tests") for file in (ROOT / folder).rglob("*")
    ]
    long = [
        f"{file.relative_to(ROOT)}: {lines} lines"
        for file in own
        if file.suffix in (".py", ".js", *PAGES) and VENDOR not in file.parents
        if (lines := file.read_text("utf-8").count("\n")) > MAX_LINES
    ]
    assert not long, "\n".join(long)


def test_vendored_files_are_those_that_were_recorded() -> None:
    if not VENDOR.exists():
        pytest.skip("nothing is vendored yet")
    recorded: dict[str, dict[str, str]] = json.loads((VENDOR / "VENDORED.json").read_text("utf-8"))
    there = {
        file.relative_to(VENDOR).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.rglob("*")
        if file.is_file() and file.name != "VENDORED.json"
    }
    assert there == {name: entry["sha256"] for name, entry in recorded.items()}
    missing = {
        name: sorted({"name", "version", "licence", "source", "sha256"} - entry.keys())
        for name, entry in recorded.items()
    }
    assert {name: fields for name, fields in missing.items() if fields} == {}


def _entries(lock: str) -> list[str]:
    """The logical lines of a requirements file, without comments."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", lock))
    return [line.strip() for line in joined.splitlines() if line.strip()]


def _flaws_of_lock(lock: str) -> list[str]:
    pinned = re.compile(r"[a-z0-9-]+==[^ ]+( ;.*?)?( +--hash=sha256:[0-9a-f]{64})+(\s+#.*)?")
    return [line[:80] for line in _entries(lock) if not pinned.fullmatch(line)] + re.findall(
        r"https?://\S+", lock
    )


def test_every_locked_package_has_a_version_and_hashes_and_no_address() -> None:
    lock = LOCK.read_text("utf-8")
    assert len(_entries(lock)) > 40
    assert _flaws_of_lock(lock) == []


@pytest.mark.parametrize(
    "flawed",
    [
        "rich==15.0.0\n",
        f"rich>=15 --hash=sha256:{'0' * 64}\n",
        "--index-url https://pypi.example/simple\n",
        f"# from https://pypi.example\nrich==15.0.0 \\\n    --hash=sha256:{'0' * 64}\n",
    ],
)
def test_a_flawed_lock_is_noticed(flawed: str) -> None:
    assert _flaws_of_lock(flawed)


def test_git_ignores_reports_at_the_top_only() -> None:
    """Hatchling leaves out of the sdist what git ignores; without the slash it would swallow packages."""
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert [line for line in ignored if "report" in line and not line.startswith(("/", "!/", "#"))] == []
