"""The structure of every page: links that resolve, landmarks, headings, tables, nothing from the network."""

import itertools
import posixpath
import re
from collections import Counter
from collections.abc import Mapping

import pytest

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.atlas import entities
from iamscout.report.site import files
from iamscout.rules import load_rules
from tests.report.accounts import assess, site
from tests.report.html_checks import Page

REPORTS = (("everyday",), ("everyday", "neighbour"), ("hostile",), ("silent",), ("large",))
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)
NOT_PAGES = {
    "assets/iamscout.css",
    "assets/print.css",
    "assets/iamscout.js",
    "assets/mark.svg",
    "data/findings.csv",
    "data/analysis.json",
}

report = pytest.mark.parametrize("names", REPORTS, ids="+".join)


def _parsed(names: tuple[str, ...]) -> Mapping[str, Page]:
    return {path: Page(text) for path, text in site(*names).items()}


@report
def test_every_internal_link_leads_to_a_file_and_a_place_in_it(names: tuple[str, ...]) -> None:
    parsed = _parsed(names)
    ids = {path: set(page.ids) for path, page in parsed.items()}
    broken = []
    for path, page in parsed.items():
        for tag, attribute in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
            for attributes in page.all(tag):
                target = attributes.get(attribute, "")
                if target.startswith("https://"):
                    continue
                file, _, fragment = target.partition("#")
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
                if file in NOT_PAGES:
                    continue
                is_filter = "=" in fragment
                if file not in parsed or (fragment and not is_filter and fragment not in ids[file]):
                    broken.append(f"{path}: {target}")
    assert broken[:10] == []


@report
def test_nothing_is_loaded_from_elsewhere_and_outside_links_are_plain(names: tuple[str, ...]) -> None:
    for path, page in _parsed(names).items():
        for tag, attributes, _ in page.elements:
            for name in ("src", "href"):
                value = attributes.get(name, "")
                if "//" in value or ":" in value.partition("/")[0]:
                    assert tag == "a", (path, value)
                    assert value.startswith("https://"), (path, value)
                    assert attributes.get("rel") == "noopener noreferrer", (path, value)


@report
def test_pages_are_well_formed_and_have_unique_ids(names: tuple[str, ...]) -> None:
    for path, page in _parsed(names).items():
        assert page.flaws == [], path
        assert [each for each, count in Counter(page.ids).items() if count > 1] == [], path


@report
def test_every_page_has_its_frame(names: tuple[str, ...]) -> None:
    for path, page in _parsed(names).items():
        assert page.all("html") == [{"lang": "en"}], path
        assert {"http-equiv": "Content-Security-Policy", "content": CSP} in page.all("meta"), path
        for landmark in ("header", "main", "footer", "h1"):
            assert len(page.all(landmark)) == 1, (path, landmark)
        assert (
            len([tag for tag, _, around in page.elements if tag == "title" and "svg" not in around]) == 1
        ), path
        first_link = page.all("a")[0]
        assert first_link == {"class": "skip", "href": "#main"}, path
        assert sum("aria-current" in attributes for attributes in page.all("a")) >= 1, path
        text = "".join(page.text)
        assert "CONFIDENTIAL" in text, path
        assert "captured 2026-11-01 08:00 UTC" in text, path


@report
def test_headings_descend_one_level_at_a_time(names: tuple[str, ...]) -> None:
    for path, page in _parsed(names).items():
        levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1, path
        steps = [later - earlier for earlier, later in itertools.pairwise(levels)]
        assert max(steps, default=1) <= 1, (path, levels)


@report
def test_tables_have_captions_scopes_and_a_region_that_scrolls(names: tuple[str, ...]) -> None:
    for path, page in _parsed(names).items():
        tables = [around for tag, _, around in page.elements if tag == "table"]
        assert all(around[-1] == "div" for around in tables), path
        assert len(page.all("caption")) == len(tables), path
        assert all(head.get("scope") in ("col", "row") for head in page.all("th")), path
        regions = [each for each in page.all("div") if each.get("class") == "scroll"]
        diagrams = [each for each in regions if each["aria-label"].endswith("as a diagram")]
        assert len(regions) == len(tables) + len(diagrams), path
        assert all(
            each["role"] == "region" and each["tabindex"] == "0" and each["aria-label"] for each in regions
        )


@report
def test_no_page_has_inline_script_style_or_handler(names: tuple[str, ...]) -> None:
    for path, page in _parsed(names).items():
        for tag, attributes, _ in page.elements:
            assert tag != "style", path
            assert tag != "script" or "src" in attributes, path
            assert not [name for name in attributes if name == "style" or name.startswith("on")], (path, tag)


@report
def test_page_names_are_tame(names: tuple[str, ...]) -> None:
    for path in site(*names):
        folder, _, name = path.rpartition("/")
        assert re.fullmatch(r"[a-z]*", folder), path
        assert re.fullmatch(r"[a-z0-9-]{1,60}\.html", name), path


@report
def test_pages_keep_their_weight(names: tuple[str, ...]) -> None:
    for path, text in site(*names).items():
        assert len(text.encode()) <= (1_000_000 if "/" not in path else 500_000), path


def test_a_page_without_content_is_not_made_nor_linked() -> None:
    empty = analyze([snapshot_of(accepted("empty"))], rules=load_rules())
    pages = dict(files(empty, b"{}"))
    assert not {"users.html", "groups.html", "accounts.html"} & set(pages)
    assert b'href="users.html"' not in pages["index.html"]


def test_what_aws_refused_is_told_on_every_page() -> None:
    for path, text in site("silent").items():
        assert "Not everything was collected." in text, path
    method = site("silent")["method.html"]
    assert "denied by AWS" in method
    assert "not available" in site("silent")["findings.html"]


def test_every_role_user_group_and_policy_has_a_page_that_names_its_arn() -> None:
    assessment = assess("everyday", "neighbour")
    texts = list(site("everyday", "neighbour").values())
    for account in assessment.estate.accounts:
        for entity in entities(account):
            assert sum(f'<p class="arn">{entity.arn}</p>' in text for text in texts) == 1, entity.arn


def test_every_finding_has_one_place_and_its_marks_lead_there() -> None:
    assessment = assess("everyday", "neighbour")
    texts = site("everyday", "neighbour")
    for finding in assessment.findings:
        if finding.status != "not_available":
            assert sum(f'id="f-{finding.key}"' in text for text in texts.values()) == 1, finding
    open_role = next(text for path, text in texts.items() if path.startswith("roles/open-"))
    assert "&lt;- role-trusts-everyone" in open_role


def test_evidence_leads_to_the_line_it_is_about() -> None:
    pages = site("everyday")
    trust = pages["rules/role-trusts-everyone.html"]
    assert re.search(r'href="\.\./roles/open-[0-9a-f]+\.html#tp-L\d+"', trust)
    assert '<i data-n="6">      "Principal": "*",' in trust
    policy = pages["rules/policy-allows-everything.html"]
    assert re.search(r'href="\.\./policies/unused-[0-9a-f]+\.html#p-L\d+"', policy)
    wildcard = pages["rules/policy-grants-service-wildcard.html"]
    assert re.search(r'href="\.\./roles/not-trusting-[0-9a-f]+\.html#p[0-9a-f]{4}-L\d+"', wildcard)


def test_with_several_accounts_every_list_has_an_account_column() -> None:
    pages = site("everyday", "neighbour")
    for path in ("roles.html", "users.html", "groups.html", "index.html", "accounts.html"):
        assert re.search(r'<th scope="col"[^>]*>Account</th>', pages[path]), path
    assert ">Account</th>" not in site("everyday")["roles.html"]


def test_long_lists_go_on_on_further_static_pages() -> None:
    pages = site("large")
    listed = re.findall(r'<th scope="row"><a href="(roles/[^"]+)"', pages["roles.html"])
    assert len(listed) == len(set(listed)) == 153


def test_what_the_whole_account_can_enter_stands_once() -> None:
    pages = site("large")
    shared = [path for path in pages if path.startswith("access/shared-")]
    assert shared
    users = [text for path, text in pages.items() if path.startswith("users/")]
    assert all("roles/open-" not in text for text in users)
    assert any("open-0" in pages[path] for path in shared)


def _place(pages: Mapping[str, str], place: str) -> str:
    """A page, or the section of it that a link leads to."""
    path, _, fragment = place.partition("#")
    return pages[path].split(f'id="{fragment}"')[1].split("</section>")[0] if fragment else pages[path]


def test_a_long_set_is_listed_in_full_within_two_links() -> None:
    pages = site("large")
    user = next(text for path, text in pages.items() if path.startswith("users/user-001-"))
    waiting, seen = re.findall(r'\.\./(access/sets?-[^"]+)', user), set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(re.findall(r'\.\./(access/sets?-[^"]+|roles\.html(?=">all))', _place(pages, path)))
    text = user + "".join(_place(pages, path) for path in seen)
    assert {f"team-{n:03}" for n in range(120)} <= set(re.findall(r">(team-\d+)</a>", text))


def test_a_set_that_is_nearly_a_whole_says_what_is_left_out_and_leads_to_the_list() -> None:
    alone = " ".join(text for path, text in site("large").items() if path.startswith("access/set"))
    assert "Every role of 111122223333 except the 33 listed below. " in alone
    assert '<a href="../roles.html">all its roles</a>' in alone
    several = " ".join(
        text for path, text in site("large", "neighbour").items() if path.startswith("access/set")
    )
    assert '<a href="../roles.html#roles.Account=111122223333">all its roles</a>' in several


def test_policies_that_stand_on_a_page_have_a_heading_and_others_have_none() -> None:
    pages = site("everyday")
    heading = '<h2 id="documents">Inline policies, as written</h2>'
    with_it = {
        re.sub("-[0-9a-f]{10}.html", "", path)
        for path, text in pages.items()
        if heading in text and 'class="json"' in text.partition(heading)[2]
    }
    assert {"users/bob", "groups/admins"} <= with_it
    assert not with_it & {"users/alice", "users/carol", "groups/readers", "groups/empty"}


def test_the_heading_of_a_roles_policies_names_those_that_are_there() -> None:
    headings = {
        path.split("-")[0]: text.partition('id="documents">')[2].partition("<")[0]
        for path, text in site("everyday").items()
        if path.startswith(("roles/fresh", "roles/not-trusting"))
    }
    assert headings == {
        "roles/fresh": "Trust policy, as written",
        "roles/not": "Trust policy and inline policies, as written",
    }
