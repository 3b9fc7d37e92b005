"""What a group leads to, a row for each verdict: its pages show these, and their sets of roles have pages."""

from __future__ import annotations

from iamscout.access.grouplinks import GroupLinks
from iamscout.access.model import Verdict
from iamscout.access.scheme_model import GroupScheme


def links_by_verdict(scheme: GroupScheme) -> tuple[GroupLinks, ...]:
    """The roles a group leads to, one row for each verdict; `members` are those of all of it."""
    found: dict[Verdict, list[GroupLinks]] = {}
    for link in scheme.links:
        found.setdefault(link.verdict, []).append(link)
    return tuple(
        each[0]
        if len(each) == 1
        else GroupLinks(
            tuple(sorted({role for link in each for role in link.roles})),
            verdict,
            tuple(sorted({ref for link in each for ref in link.by})),
            tuple(sorted({member for link in each for member in link.members})),
        )
        for verdict, each in found.items()
    )
