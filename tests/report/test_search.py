"""The data of the search box and of long lists: all that has a page, text only, files of at most 256 KB."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.rows import MOST_ROWS, LongLists
from iamscout.report.site import files
from iamscout.rules import load_rules
from tests.report.accounts import HOSTILE, OTHER, OWN, SECRETS, assess, may, site

CALL = re.compile(r'IAMSCOUT\.shard\("([a-z-]+)",(\d+),(.*)\);\n', re.DOTALL)
FILE_BYTES = 262_144


@cache
def _shards(*names: str) -> Mapping[str, bytes]:
    return {
        path: content
        for path, content in files(assess(*names), b"{}")
        if path.startswith(("assets/search/", "assets/rows/"))
    }


def _loaded(shards: Mapping[str, bytes]) -> dict[str, list[Any]]:
    """What the script holds after it has loaded these files: kind to its shards."""
    found: dict[str, list[Any]] = {}
    for path, content in sorted(shards.items()):
        call = CALL.fullmatch(content.decode("ascii"))
        assert call, path
        found.setdefault(call[1], []).append((int(call[2]), json.loads(call[3])))
    return {kind: [content for _, content in sorted(parts)] for kind, parts in found.items()}


def _search(*names: str) -> dict[str, list[Any]]:
    search = {path: content for path, content in _shards(*names).items() if "/search/" in path}
    return {
        kind: [row for part in parts for row in part]
        for kind, parts in _loaded(search).items()
        if kind != "meta"
    }


def _meta(*names: str) -> Any:
    (meta,) = _loaded({path: text for path, text in _shards(*names).items() if path.endswith("meta.js")})[
        "meta"
    ]
    return meta


@pytest.mark.parametrize("names", [("everyday", "neighbour"), ("hostile",)], ids="+".join)
def test_every_result_leads_to_a_page_and_every_page_of_an_entity_is_found(names: tuple[str, ...]) -> None:
    rows, meta, pages = _search(*names), _meta(*names), site(*names)
    led_to: set[str] = set()
    for kind in meta["kinds"]:
        if kind["reads"] == "pages":
            led_to.update(f"{kind['folder']}{row[1]}.html" for row in rows.get(kind["name"], []))
    assert led_to <= set(pages)
    entities = re.compile(
        r"(roles|users|groups|policies|principals)/[^/]*-[0-9a-f]{10}\.html|rules/[a-z0-9-]*[a-z]\.html"
    )
    assert {path for path in pages if entities.fullmatch(path)} == led_to
    for about, *told in rows["findings"]:
        for rule, page, key in told:
            name = meta["rules"][rule][0]
            path = f"rules/{name}{f'-{page}' if page > 1 else ''}.html"
            assert f'id="f-{key}"' in pages[path], about
    for text, path in rows["documents"]:
        file, _, fragment = path.partition("#")
        assert not fragment or f'id="{fragment}"' in pages[file], text


def test_every_finding_is_found() -> None:
    told = {finding.key for finding in assess("everyday").findings if finding.status != "not_available"}
    rows = _search("everyday")["findings"]
    assert {key for row in rows for _, _, key in row[1:]} == told
    assert len({row[0] for row in rows}) == len(rows)


def test_who_grants_an_action_is_told_by_the_pattern_as_written() -> None:
    rows = _search("everyday")
    actions = {row[0]: [rows["documents"][place][0] for place in row[1]] for row in rows["actions"]}
    assert actions["s3:*"] == ["policy limit", "role not-trusting, policy example"]
    assert actions["s3:GetObject"][-1] == "user bob, policy example"
    assert "policy AdministratorAccess" in actions["*"]
    assert "policy unused" in actions["*"]
    assert "sts:AssumeRoleWithSAML" not in actions, "a trust policy names who enters, and grants nothing else"


def test_an_action_is_one_however_its_letters_are_written() -> None:
    written = ("iam:passrole", "iam:PassRole", "IAM:PASSROLE", "iam:PassRole")
    users = [{"UserName": f"user-{place}", "inline": may(action)} for place, action in enumerate(written)]
    made = dict(files(analyze([snapshot_of(accepted("letters", users=users))], rules=load_rules()), b"{}"))
    (rows,) = _loaded({path: text for path, text in made.items() if "/search/actions-" in path})["actions"]
    assert [(row[0], row[2]) for row in rows] == [("iam:PassRole", 4)]


def test_entities_are_found_by_the_unique_id_that_logs_tell() -> None:
    rows = _search("everyday")
    known = {role.name: role.unique_id for role in assess("everyday").estate.accounts[0].roles}
    assert {row[0]: row[2] for row in rows["roles"]} == known
    assert all(row[2].startswith("AIDA") for row in rows["users"])


def test_with_several_accounts_each_result_tells_its_own() -> None:
    rows = _search("everyday", "neighbour")
    assert {row[2].partition(", ")[0] for row in rows["roles"] if row[0] == "reader"} == {OWN, OTHER}
    assert f"reader of {OTHER}" in {row[0] for row in rows["findings"]}
    assert ["corporate", f"SAML provider, {OWN}"] in [row[::2] for row in rows["principals"]]
    assert f"user bob of {OWN}, policy example" in {row[0] for row in rows["documents"]}


def test_the_data_is_ascii_and_means_nothing_to_html() -> None:
    for names in (("everyday", "neighbour"), ("hostile",)):
        for path, content in _shards(*names).items():
            assert not set(b"<>&") & set(content), path
            content.decode("ascii")
            assert not [secret for secret in SECRETS if secret.encode() in content], path


def test_invisible_characters_are_marks_in_the_data() -> None:
    names = {row[0] for row in _search("hostile")["users"]}
    assert "\\u202Egnp.exe" in names
    assert HOSTILE[0] in names
    assert "\\u001B[31mred\\u0007\\u0000" in names


@pytest.mark.parametrize("names", [("everyday",), ("hostile",), ("large",)], ids="+".join)
def test_no_file_of_data_is_heavy(names: tuple[str, ...]) -> None:
    assert max(map(len, _shards(*names).values())) <= FILE_BYTES


def _page(rows: int, start: int = 0) -> str:
    cells = "".join(
        f'\n<tr><td data-value="{n}">{n} d</td>'
        f'<th scope="row"><a href="roles/r-{n}.html">r &lt;{n}&gt;</a></th>'
        f"<td>{'<b>x</b>' if n % 2 else '–'}</td></tr>"
        for n in range(start, start + rows)
    )
    head = '<thead><tr><th scope="col">Age</th></tr></thead>'
    return f'<nav class="turns"></nav><table data-table="roles">{head}<tbody>{cells}\n</tbody></table>'


def test_rows_of_a_long_list_are_kept_in_order_with_their_shapes() -> None:
    lists = LongLists()
    lists.add(_page(3))
    lists.add(_page(2, start=3))
    (part,) = _loaded(dict(lists.files()))["rows-roles"]
    age, name = ["td", {"data-value": 1}, 2], ["th", {"scope": "row"}, ["a", {"href": 3}, 4]]
    assert part["shapes"] == [
        ["tr", {}, age, name, ["td", {}, 5]],
        ["tr", {}, age, name, ["td", {}, ["b", {}, 5]]],
    ]
    assert part["rows"][:2] == [
        [0, "0", "0 d", "roles/r-0.html", "r <0>", "–"],
        [1, "1", "1 d", "roles/r-1.html", "r <1>", "x"],
    ]
    assert [row[1] for row in part["rows"]] == ["0", "1", "2", "3", "4"]


def test_many_rows_are_cut_into_files_and_too_many_have_none() -> None:
    lists = LongLists()
    lists.add(_page(9_000))
    made = dict(lists.files())
    loaded = _loaded(made)
    assert max(map(len, made.values())) <= FILE_BYTES
    assert loaded["rows-roles-count"] == [len(loaded["rows-roles"])] != [1]
    assert sum(len(part["rows"]) for part in loaded["rows-roles"]) == 9_000
    for _ in range(2):
        lists.add(_page(MOST_ROWS // 2))
    assert _loaded(dict(lists.files())) == {"rows-roles-count": [0]}


def test_a_list_on_one_page_needs_no_data() -> None:
    lists = LongLists()
    lists.add(_page(3).replace("turns", "cards"))
    assert list(lists.files()) == []
