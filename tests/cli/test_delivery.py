"""The forms in which a report is delivered: zip, single file, without scripts, redacted, with a cover."""

import gzip
import json
import os
import re
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from iamscout.cli.main import run

Capture = pytest.CaptureFixture[str]
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 20 + b"IEND\xaeB`\x82"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'


def report(snapshot: Path, out: Path, *options: str, status: int = 0) -> Path:
    assert run(["report", str(snapshot), "--out", str(out), *options]) == status
    return out


def test_the_zip_is_the_same_twice_and_private(snapshot: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        report(snapshot, tmp_path / name / "site", "--zip")
        os.utime(tmp_path / name / "site" / "index.html", (0, 0))
    first, second = tmp_path / "one" / "site.zip", tmp_path / "two" / "site.zip"

    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    with zipfile.ZipFile(first) as packed:
        assert packed.namelist()[:2] == ["site/README.txt", "site/index.html"]
        assert "Extract the whole archive first" in packed.read("site/README.txt").decode()
        assert {entry.external_attr >> 16 for entry in packed.infolist()} == {0o100600}


def test_a_zip_is_verified_as_it_is(snapshot: Path, tmp_path: Path, capsys: Capture) -> None:
    packed = report(snapshot, tmp_path / "site", "--zip").with_suffix(".zip")
    assert run(["verify", str(packed)]) == 0

    with zipfile.ZipFile(packed) as whole:
        contents = {name: whole.read(name) for name in whole.namelist()}
    contents["site/extra.txt"] = b"x"
    contents["site/index.html"] = contents["site/index.html"].replace(b"a", b"b", 1)
    del contents["site/findings.html"]
    with zipfile.ZipFile(packed, "w") as changed:
        for name, content in contents.items():
            changed.writestr(name, content)
    capsys.readouterr()

    assert run(["verify", str(packed)]) == 1
    assert capsys.readouterr().out.splitlines()[:3] == [
        "added    extra.txt",
        "missing  findings.html",
        "changed  index.html",
    ]


def test_one_flipped_byte_of_a_zip_is_found(snapshot: Path, tmp_path: Path) -> None:
    packed = report(snapshot, tmp_path / "site", "--zip").with_suffix(".zip")
    content = bytearray(packed.read_bytes())
    content[200] ^= 1
    packed.write_bytes(content)

    assert run(["verify", str(packed)]) in {1, 3}


def test_the_tar_is_the_same_twice_and_private(snapshot: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        report(snapshot, tmp_path / name / "site", "--tar")
        os.utime(tmp_path / name / "site" / "index.html", (0, 0))
    first, second = tmp_path / "one" / "site.tar.gz", tmp_path / "two" / "site.tar.gz"

    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    with tarfile.open(first) as packed:
        members = packed.getmembers()
    assert [member.name for member in members[:2]] == ["site/README.txt", "site/index.html"]
    assert {(member.mode, member.mtime, member.uid, member.uname) for member in members} == {
        (0o600, 0, 0, "")
    }
    on_disk = {
        f"site/{path.relative_to(first.parent / 'site')}" for path in first.parent.rglob("site/**/*.*")
    }
    assert {member.name for member in members} == {*on_disk, "site/SHA256SUMS"}


def _packed(file: Path, contents: Mapping[str, bytes], *links: str) -> Path:
    with tarfile.open(file, "w:gz") as made:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, BytesIO(content))
        for name in links:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            made.addfile(entry)
    return file


def _contents(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as whole:
        return {member.name: whole.extractfile(member).read() for member in whole}  # type: ignore[union-attr]


def test_a_tar_is_verified_as_it_is(snapshot: Path, tmp_path: Path, capsys: Capture) -> None:
    packed = report(snapshot, tmp_path / "site", "--tar").with_suffix(".tar.gz")
    assert run(["verify", str(packed)]) == 0
    assert "as written" in capsys.readouterr().out

    contents = _contents(packed)
    contents["site/extra.txt"] = contents["beside.txt"] = b"x"
    contents["site/index.html"] = contents["site/index.html"].replace(b"a", b"b", 1)
    del contents["site/findings.html"], contents["site/rules.html"]
    _packed(packed, contents, "site/rules.html")

    assert run(["verify", str(packed)]) == 1
    assert capsys.readouterr().out.splitlines()[:5] == [
        "added    /beside.txt",
        "added    extra.txt",
        "missing  findings.html",
        "changed  index.html",
        "changed  rules.html (no longer a file)",
    ]


def test_a_file_that_stands_twice_in_a_tar_is_told(snapshot: Path, tmp_path: Path, capsys: Capture) -> None:
    packed = report(snapshot, tmp_path / "site", "--tar").with_suffix(".tar.gz")
    _packed(packed, _contents(packed), "site/index.html")

    assert run(["verify", str(packed)]) == 1
    assert "site/index.html (stands in the archive twice)" in capsys.readouterr().out


def test_a_file_of_holes_in_a_tar_is_not_read(snapshot: Path, tmp_path: Path, capsys: Capture) -> None:
    packed = report(snapshot, tmp_path / "site", "--tar").with_suffix(".tar.gz")
    contents = _contents(packed)
    del contents["site/rules.html"]
    with tarfile.open(_packed(packed, contents), "r:gz") as whole:
        members = [(member, whole.extractfile(member)) for member in whole]
        with tarfile.open(tmp_path / "holes.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as made:
            for member, content in members:
                made.addfile(member, content)
            holes = tarfile.TarInfo("site/rules.html")
            holes.pax_headers = {"GNU.sparse.size": str(1 << 60), "GNU.sparse.map": f"{(1 << 60) - 1},1"}
            holes.size = 1
            made.addfile(holes, BytesIO(b"x"))
    capsys.readouterr()

    assert run(["verify", str(tmp_path / "holes.tar.gz")]) == 1
    assert "changed  rules.html (no longer a file)" in capsys.readouterr().out


@pytest.mark.parametrize("end", [10, 4_000, -20_000])
def test_a_cut_tar_is_no_report(snapshot: Path, tmp_path: Path, capsys: Capture, end: int) -> None:
    packed = report(snapshot, tmp_path / "site", "--tar").with_suffix(".tar.gz")
    packed.write_bytes(packed.read_bytes()[:end])

    assert run(["verify", str(packed)]) == 3
    assert "is not a whole tar.gz" in capsys.readouterr().err


@pytest.mark.parametrize("between", [b"\0" * 1024, b"no header" + b"\0" * 503], ids=["end", "broken"])
def test_a_tar_that_goes_on_behind_its_end_is_not_as_written(
    snapshot: Path, tmp_path: Path, capsys: Capture, between: bytes
) -> None:
    packed = report(snapshot, tmp_path / "site", "--tar").with_suffix(".tar.gz")
    more = gzip.decompress(_packed(tmp_path / "more.tar.gz", {"site/extra.html": b"x"}).read_bytes())
    content = gzip.decompress(packed.read_bytes()).rstrip(b"\0")
    packed.write_bytes(gzip.compress(content + b"\0" * (-len(content) % 512) + between + more))

    assert run(["verify", str(packed)]) == 3
    assert "something stands behind its end" in capsys.readouterr().err


def test_what_follows_the_packed_bytes_of_a_tar_is_told(snapshot: Path, tmp_path: Path) -> None:
    packed = report(snapshot, tmp_path / "site", "--tar").with_suffix(".tar.gz")
    packed.write_bytes(packed.read_bytes() + b"more")

    assert run(["verify", str(packed)]) == 3


def test_a_tar_of_headers_for_headers_is_no_report(tmp_path: Path, capsys: Capture) -> None:
    header = tarfile.TarInfo("x")
    header.type = tarfile.XHDTYPE
    packed = tmp_path / "deep.tar.gz"
    packed.write_bytes(gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) * 5_000))

    assert run(["verify", str(packed)]) == 3
    assert "is not a whole tar.gz" in capsys.readouterr().err


def test_a_link_in_a_zip_is_told(snapshot: Path, tmp_path: Path, capsys: Capture) -> None:
    packed = report(snapshot, tmp_path / "site", "--zip").with_suffix(".zip")
    with zipfile.ZipFile(packed) as whole:
        contents = {entry.filename: whole.read(entry) for entry in whole.infolist()}
    with zipfile.ZipFile(packed, "w") as made:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK if name == "site/rules.html" else stat.S_IFREG) << 16
            made.writestr(entry, content)
    capsys.readouterr()

    assert run(["verify", str(packed)]) == 1
    assert "changed  rules.html (cannot be read: it is a link)" in capsys.readouterr().out


@pytest.mark.parametrize(("place", "value"), [(6, 0xFF), (8, 0xFF), (10, 14), (10, 12), (46, 0xFF)], ids=str)
def test_a_broken_entry_of_a_zip_is_told(snapshot: Path, tmp_path: Path, place: int, value: int) -> None:
    """The version that it needs, its flags, its method, its name."""
    packed = report(snapshot, tmp_path / "site", "--zip").with_suffix(".zip")
    content = bytearray(packed.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + place] = value
    packed.write_bytes(content)

    assert run(["verify", str(packed)]) in {1, 3}


def test_every_flipped_byte_of_a_tar_is_found(snapshot: Path, tmp_path: Path) -> None:
    packed = report(snapshot, tmp_path / "site", "--tar").with_suffix(".tar.gz")
    content = packed.read_bytes()
    for place in range(30, len(content) - 8, len(content) // 40):
        packed.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        assert run(["verify", str(packed)]) in {1, 3}, place


@pytest.mark.parametrize("form", ["--zip", "--tar"])
def test_a_folder_whose_name_is_no_text_is_packed(snapshot: Path, tmp_path: Path, form: str) -> None:
    out = report(snapshot, tmp_path / os.fsdecode(b"r\xff"), form)
    ending = {"--zip": ".zip", "--tar": ".tar.gz"}[form]
    assert run(["verify", str(out.with_name(f"{out.name}{ending}"))]) == 0


@pytest.mark.parametrize(
    ("form", "ending"), [("--zip", ".zip"), ("--tar", ".tar.gz"), ("--single-file", ".html")]
)
def test_a_folder_in_the_place_of_a_file_is_told_before_the_work(
    snapshot: Path, tmp_path: Path, capsys: Capture, form: str, ending: str
) -> None:
    (tmp_path / f"site{ending}").mkdir()
    report(snapshot, tmp_path / "site", form, status=2)
    assert f"site{ending}: is a folder" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_single_file_links_within_itself_and_loads_nothing(
    snapshot: Path, tmp_path: Path, capsys: Capture
) -> None:
    file = report(snapshot, tmp_path / "site", "--single-file").with_suffix(".html")
    text = file.read_text("utf-8")
    ids = re.findall(r'\sid="([^"]+)"', text)

    assert len(ids) == len(set(ids))
    assert [link for link in re.findall(r'href="#([^"]*)"', text) if link not in ids] == []
    assert [
        link for link in re.findall(r'href="([^"]*)"', text) if not link.startswith(("#", "https://"))
    ] == []
    assert [source for source in re.findall(r'src="([^"]*)"', text) if not source.startswith("data:")] == []
    assert "<script" not in text
    assert text.count("<h1") == 1
    assert "MB)" in capsys.readouterr().out
    assert run(["verify", str(file)]) == 0
    file.write_text(text.replace("a", "b", 1), "utf-8")
    assert run(["verify", str(file)]) == 1


def test_without_scripts_there_is_none(snapshot: Path, tmp_path: Path) -> None:
    out = report(snapshot, tmp_path / "site", "--no-js")

    assert list(out.rglob("*.js")) == []
    assert [page.name for page in out.rglob("*.html") if "script" in page.read_text("utf-8")[:900]] == []
    assert run(["verify", str(out)]) == 0


def test_snapshots_are_given_along_when_asked_for(snapshot: Path, tmp_path: Path) -> None:
    assert not (report(snapshot, tmp_path / "without") / "snapshots").exists()
    found = list((report(snapshot, tmp_path / "with", "--with-snapshots") / "snapshots").iterdir())

    assert [run(["report", str(file), "--out", str(tmp_path / "again")]) for file in found] == [0]


def test_a_redacted_report_holds_no_account_id_and_says_so(snapshot: Path, tmp_path: Path) -> None:
    account = json.loads(snapshot.read_text("utf-8"))["account"]
    out = report(snapshot, tmp_path / "site", "--redact", "all", "--with-snapshots", "--zip", "--single-file")
    files = [*out.rglob("*.*"), tmp_path / "site.html"]

    assert [
        file.name for file in files if account in file.name or account.encode() in file.read_bytes()
    ] == []
    assert json.loads((out / "manifest.json").read_text("utf-8"))["redacted"] == [
        "accounts",
        "emails",
        "keys",
        "names",
    ]
    assert "This report is redacted" in (out / "method.html").read_text("utf-8")


def test_a_key_is_made_once_and_used_again(snapshot: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    made = [
        (
            report(snapshot, tmp_path / name, "--redact", "all", "--redact-key", str(key)) / "SHA256SUMS"
        ).read_bytes()
        for name in ("one", "two")
    ]
    other = report(snapshot, tmp_path / "three", "--redact", "all") / "SHA256SUMS"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert made[0] == made[1] != other.read_bytes()


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (("--redact", "everything"), 2, "there is no 'everything' to redact"),
        (("--redact-key", "x"), 2, "needs --redact"),
        (("--redact", "all", "--redact-key", "{short}"), 3, "is not a key"),
        (("--logo", "{gif}"), 3, "is no PNG, JPEG or SVG picture"),
        (("--logo", "{script}"), 3, "has an element <script>"),
        (("--logo", "{handler}"), 3, "has an attribute onload"),
        (("--logo", "{entity}"), 3, "has a document type"),
        (("--logo", "{outside}"), 3, "has an attribute href"),
        (("--logo", "missing"), 3, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_written(  # fixtures
    snapshot: Path, tmp_path: Path, capsys: Capture, options: tuple[str, ...], status: int, words: str
) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" {}>{}</svg>'
    contents = {
        "short": "abcd",
        "gif": "GIF89a",
        "script": drawing.format("", "<script>1</script>"),
        "handler": drawing.format('onload="x()"', ""),
        "entity": f"<!DOCTYPE svg>{drawing.format('', '')}",
        "outside": drawing.format("", '<use href="https://example.com/x.svg#a"/>'),
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content, "utf-8")
    given = [option.format(**{name: tmp_path / name for name in contents}) for option in options]

    report(snapshot, tmp_path / "site", *given, status=status)

    assert words in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_the_cover_may_stand_in_the_configuration(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logo").write_text(SVG, "utf-8")
    (tmp_path / "iamscout.toml").write_text(
        '[report]\nclient = "Client & Co"\ntitle = "Ours"\nlogo = "logo"\n', "utf-8"
    )
    out = report(snapshot, tmp_path / "site", "--title", "Theirs")
    text = (out / "summary.html").read_text("utf-8")

    assert "<dd>Client &amp; Co</dd>" in text
    assert "Theirs" in text
    assert "Ours" not in text
    assert (out / "assets" / "logo.svg").exists()
    (tmp_path / "iamscout.toml").write_text('[report]\nclint = "x"\n', "utf-8")
    report(snapshot, tmp_path / "site", status=3)
    assert "did you mean 'client'?" in capsys.readouterr().err


@pytest.mark.parametrize(("content", "name"), [(PNG, "logo.png"), (SVG.encode(), "logo.svg")])
def test_a_logo_is_given_along_as_a_picture(
    snapshot: Path, tmp_path: Path, content: bytes, name: str
) -> None:
    (tmp_path / "picture").write_bytes(content)
    out = report(snapshot, tmp_path / "site", "--logo", str(tmp_path / "picture"))

    assert (out / "assets" / name).read_bytes().startswith(content[:4])
