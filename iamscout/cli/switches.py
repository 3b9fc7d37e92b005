"""The options that ask for more than a fetch does by itself, each with what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from iamscout.fetch.spec import Switch

_MORE = "Asking for more"

DeepOption = Annotated[
    bool,
    typer.Option(
        "--deep",
        help="Also what takes calls per user: access keys, login profiles, MFA devices, SSH keys and signing "
        "certificates. 5 calls per user and 1 per access key, at most 10 a second.",
        rich_help_panel=_MORE,
    ),
]
WithOrganizationOption = Annotated[
    bool,
    typer.Option(
        "--with-organization",
        help="Also the organization: its accounts, control policies, delegated administrators and central "
        "root access. About 2 calls per unit and policy, 1 per 20 accounts; asked from the management "
        "account or a delegated administrator.",
        rich_help_panel=_MORE,
    ),
]
WithAccessAnalyzerOption = Annotated[
    bool,
    typer.Option(
        "--with-access-analyzer",
        help="Also the analyzers of IAM Access Analyzer in the session's region, with their findings. 1 "
        "call, and 1 per analyzer and 100 findings.",
        rich_help_panel=_MORE,
    ),
]
WithIdentityCenterOption = Annotated[
    bool,
    typer.Option(
        "--with-identity-center",
        help="Also the permission sets of IAM Identity Center in the session's region, with their policies "
        "and assignments. 6 calls per permission set and 1 per account that has it; asked from the "
        "management account or a delegated administrator.",
        rich_help_panel=_MORE,
    ),
]
WithRolesAnywhereOption = Annotated[
    bool,
    typer.Option(
        "--with-roles-anywhere",
        help="Also the trust anchors, profiles and subjects of IAM Roles Anywhere in the session's region. "
        "1 call per 100 of each.",
        rich_help_panel=_MORE,
    ),
]
WithLastAccessedOption = Annotated[
    bool,
    typer.Option(
        "--with-last-accessed",
        help="Also which services each user and role last used. Slow: 2 calls per user and role, at most "
        "10 a second, and AWS works some seconds on each.",
        rich_help_panel=_MORE,
    ),
]


def switches(
    *,
    deep: bool = False,
    organization: bool = False,
    access_analyzer: bool = False,
    identity_center: bool = False,
    roles_anywhere: bool = False,
    last_accessed: bool = False,
) -> tuple[Switch, ...]:
    """What the options turn on."""
    given: tuple[tuple[Switch, bool], ...] = (
        ("deep", deep),
        ("organization", organization),
        ("access_analyzer", access_analyzer),
        ("identity_center", identity_center),
        ("roles_anywhere", roles_anywhere),
        ("last_accessed", last_accessed),
    )
    return tuple(switch for switch, is_on in given if is_on)
