"""What pages tell by name: callers and roles behind lists, shared sets and "every user but", read back."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from iamscout.analysis.assessment import Assessment
from iamscout.report.atlas import Atlas

_HREF = re.compile(r'<a [^>]*href="([^"]*)"')
_ROW = re.compile(r'<tr><th scope="row">(.*?)<td')
_WHOLE = re.compile(r"every (user and role|user|role) of (\d{12})", re.IGNORECASE)
_PAGES = re.compile(r'<nav aria-label="Pages of the list".*?</nav>', re.DOTALL)
_LISTS = re.compile(r"(users|roles)(-\d+)?\.html")


class Told:
    """Reads the pages of a report, each by its path."""

    def __init__(self, site: Mapping[str, str], assessment: Assessment) -> None:
        self._site = site
        self._atlas = Atlas(assessment)
        self._directory = assessment.estate.access.directory
        access = assessment.estate.access
        self._by_path = {self._atlas.link(arn).path: arn for arn in self._directory.by_arn}
        sides = [entry.principals for entry in access.entries]
        for side in [*sides, *(entry.principals for entry in access.half_entries)]:
            for principal in side:
                path = self._atlas.principal_link(principal, "").path
                self._by_path.setdefault(path, principal.value)

    def callers(self, role: str) -> set[str]:
        """Who gets into the role, by its page."""
        return self._rows(*self._section(role, "callers"))

    def reached(self, caller: str) -> set[str]:
        """The roles that a user or role gets into, by its page; those that all can enter stand elsewhere."""
        identifier = "onward" if self._directory.by_arn[caller].kind == "role" else "after"
        path, section = self._section(caller, identifier)
        found = self._rows(path, section)
        for page, _ in self._links(path, section):
            if page.startswith("access/shared"):
                found |= self._rows(page, self._site[page])
        return found

    def halves(self, arn: str, identifier: str) -> set[str]:
        """The other side of halves: roles on a user's page, callers on a role's."""
        path, section = self._section(arn, identifier)
        found: set[str] = set()
        for row in section.split("<li>")[1:]:
            found |= self._names(path, row.partition(", by ")[0])
        return found

    def _section(self, arn: str, identifier: str) -> tuple[str, str]:
        path = self._atlas.link(arn).path
        match = re.search(rf'<h[23] id="{identifier}">.*?(?=<h[23]|</main>)', self._site[path], re.DOTALL)
        return path, match[0] if match else ""

    def _rows(self, path: str, text: str) -> set[str]:
        found: set[str] = set()
        for side in _ROW.findall(text):
            found |= self._names(path, side)
        return found

    def _links(self, base: str, text: str) -> Iterator[tuple[str, str]]:
        for target in _HREF.findall(text):
            page, _, fragment = target.partition("#")
            yield (
                posixpath.normpath(posixpath.join(posixpath.dirname(base), page)) if page else base,
                fragment,
            )

    def _names(self, base: str, text: str) -> set[str]:
        """Everybody that a text names or links to, or leaves out of a whole account."""
        named: set[str] = set()
        listed: set[str] = set()
        for page, fragment in self._links(base, text):
            if page.startswith("access/set"):
                listed |= self._members(page, fragment)
            elif not _LISTS.fullmatch(page):
                named.add(self._by_path[page])
        if whole := _WHOLE.search(re.sub(r"<[^>]+>", "", text)):
            account = self._directory.accounts[whole[2]]
            users = {user.arn for user in account.users if "user" in whole[1]}
            return (users | {role.arn for role in account.roles if "role" in whole[1]}) - named - listed
        return named | listed

    def _members(self, page: str, fragment: str) -> set[str]:
        text = self._site[page]
        if fragment:
            match = re.search(rf'<section class="finding" id="{fragment}">(.*?)</section>', text, re.DOTALL)
            assert match, f"{page} has no {fragment}"
            return self._names(page, match[1])
        found: set[str] = set()
        navigation = _PAGES.search(text)
        for each in {page} | {path for path, _ in self._links(page, navigation[0] if navigation else "")}:
            main = self._site[each].partition("<main")[2].partition("</main>")[0]
            found |= self._names(each, _PAGES.sub("", main))
        return found
