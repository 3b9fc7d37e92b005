"""Pages of what whole accounts can enter alike: listed once, linked from every caller."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from iamscout.report.access_rows import AccessRow, rows_of_roles
from iamscout.report.atlas import Atlas
from iamscout.report.page import Page
from iamscout.report.words import plural

MANY = True
"""A page for each of many, in a folder of their own."""


class SharedView(Struct, frozen=True):
    """What many callers share."""

    answer: str
    rows: tuple[AccessRow, ...]


def pages(atlas: Atlas) -> Iterator[Page]:
    """A page for each."""
    for shared in atlas.classes.shared:
        roles, lets = f"these {plural(shared.roles, 'role')}", "policies alone let"
        if shared.roles == 1:
            roles, lets = "this role", "policy alone lets"
        answer = (
            f"{plural(shared.callers, 'caller')} or more can enter {roles}, whatever their own policies say: "
            f"the trust {lets} them in."
        )
        rows = rows_of_roles(atlas, shared.classes, "some account" if atlas.several else "", ())
        yield Page(
            shared.path, "access_shared.html", "roles", "Roles open to all alike", SharedView(answer, rows)
        )
