"""`iamscout policy`: the permissions that a fetch needs, generated from what it calls."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iamscout.cli.printer import say
from iamscout.cli.switches import switches
from iamscout.errors import UsageError
from iamscout.snapshot.file import write_private

if TYPE_CHECKING:
    from iamscout.fetch.spec import Switch


class PolicyFormat(StrEnum):
    """What to print: the policy alone, or the auditor's role that has it."""

    JSON = "json"
    CLOUDFORMATION = "cloudformation"
    TERRAFORM = "terraform"


def policy_command(  # noqa: PLR0913  # one argument per option of the command line
    *,
    output: Annotated[
        PolicyFormat,
        typer.Option("--format", help="The policy alone, or a role for the auditor that has it."),
    ] = PolicyFormat.JSON,
    deep: Annotated[bool, typer.Option("--deep", help="Also what `fetch --deep` calls.")] = False,
    with_organization: Annotated[
        bool, typer.Option("--with-organization", help="Also what `fetch --with-organization` calls.")
    ] = False,
    with_access_analyzer: Annotated[
        bool, typer.Option("--with-access-analyzer", help="Also what `fetch --with-access-analyzer` calls.")
    ] = False,
    with_identity_center: Annotated[
        bool, typer.Option("--with-identity-center", help="Also what `fetch --with-identity-center` calls.")
    ] = False,
    with_roles_anywhere: Annotated[
        bool, typer.Option("--with-roles-anywhere", help="Also what `fetch --with-roles-anywhere` calls.")
    ] = False,
    with_last_accessed: Annotated[
        bool, typer.Option("--with-last-accessed", help="Also what `fetch --with-last-accessed` calls.")
    ] = False,
    role_name: Annotated[
        str,
        typer.Option(
            "--role-name",
            metavar="NAME",
            help="Also what the caller of `fetch --organization --role-name NAME` needs: listing the "
            "accounts and assuming that role.",
            show_default=False,
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write to a file.", show_default="standard output"),
    ] = None,
) -> None:
    """Print the least-privilege IAM policy that `iamscout fetch` needs: its calls and nothing else.

    Nothing in it changes the account. Two actions are neither Get nor List nor Describe:
    GenerateCredentialReport makes AWS write the report that GetCredentialReport reads, and
    GenerateServiceLastAccessedDetails (only --with-last-accessed) begins the job whose result
    GetServiceLastAccessedDetails reads.

    The role's template asks whom to trust: an account or one principal of it, an external id, MFA. In
    CloudFormation it needs the capability CAPABILITY_NAMED_IAM.

    Start with: iamscout policy --out policy.json
    """
    more = switches(
        deep=deep,
        organization=with_organization,
        access_analyzer=with_access_analyzer,
        identity_center=with_identity_center,
        roles_anywhere=with_roles_anywhere,
        last_accessed=with_last_accessed,
    )
    text = render(output, more, role_name)
    if out is None:
        say(text.removesuffix("\n"))
    else:
        write_private(out, text.encode())


def render(output: PolicyFormat, more: tuple[Switch, ...] = (), role_name: str = "") -> str:
    """The policy or the role, as text. Raises UsageError for what the role in each account has no use for."""
    from iamscout.fetch import auditor_role, least_privilege  # noqa: PLC0415  # boto3 takes half a second to load
    from iamscout.fetch.accounts import ROLE_NAME  # noqa: PLC0415  # as above
    from iamscout.fetch.registry import switched_on  # noqa: PLC0415  # as above

    if role_name and not ROLE_NAME.match(role_name):
        raise UsageError(
            "is not a role's name",
            where=f"--role-name {role_name}",
            remedy="give the name without ARN, such as --role-name audit",
        )
    specs = switched_on(more)
    if output is PolicyFormat.JSON:
        return least_privilege.policy_json(specs, assumed_role=role_name)
    if role_name:
        raise UsageError(
            "is for the caller's own policy, not for the role that is assumed",
            where="--role-name",
            remedy="leave out --format",
        )
    if output is PolicyFormat.CLOUDFORMATION:
        return auditor_role.cloudformation_template(specs)
    return auditor_role.terraform_snippet(specs)
