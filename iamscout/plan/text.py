"""A plan for people: how to go about it, what each member has to do, profiles for the AWS CLI."""

from __future__ import annotations

import re
from collections.abc import Iterable

from iamscout.plan.model import AccountPlan, Member, PlannedGroup

_WHEN_MFA_COUNTS = (
    "MFA counts from the moment it was shown: in the console that is the sign-in, so sign in again just "
    "before switching to a role that asks for minutes. The AWS CLI asks for the code at each new session."
)
_TICKS = re.compile("`+")


def readme(plan: AccountPlan) -> str:
    """What the folder is, in which order to use it, and what needs judgement."""
    return "\n".join(_readme(plan)) + "\n"


def _readme(plan: AccountPlan) -> Iterable[str]:
    yield f"# From groups to roles: account {plan.account}"
    yield ""
    yield (
        "One role for each group that grants permissions: the role holds them, the group may only assume it, "
        "and the trust policy asks for fresh MFA. iamscout has executed nothing of this."
    )
    yield ""
    yield f"- Score of the scheme today: {'-' if plan.score is None else plan.score} of 100"
    yield f"- Groups to change: {len(plan.groups)}; members: {len(plan.members)}; steps: {len(plan.steps)}"
    yield ""
    if plan.groups:
        yield from _order()
        for group in plan.groups:
            yield from _group(group)
    else:
        yield "No group grants permissions directly: there is nothing to do."
    if plan.outside:
        yield ""
        yield "## Users whom no group's change brings into the scheme"
        yield ""
        for user, why in plan.outside:
            yield f"- {code(user)}: {why}"


def _order() -> Iterable[str]:
    yield "## Order"
    yield ""
    yield (
        "1. `1-prepare.sh` (or `cloudformation.json` with CAPABILITY_NAMED_IAM, or `terraform/`): creates "
        "roles, lets groups assume them, lets members enrol MFA. It takes nothing from anybody."
    )
    yield "2. Every member goes through `members/NAME.md`: enrols MFA, adds the profiles, tries each role."
    yield "3. `2-switch.sh`: takes the permissions from the groups."
    yield ""
    yield (
        "The way back is `undo-2-switch.sh`, then `undo-1-prepare.sh`. Run the scripts with credentials that "
        "do not depend on the groups they change, and keep a way in for emergencies."
    )


def _group(group: PlannedGroup) -> Iterable[str]:
    role = group.role
    yield ""
    yield f"## Group {code(group.name)} ({group.model})"
    yield ""
    yield f"- Role {code(role.arn)}, MFA younger than {role.mfa_max_age_seconds} s: {role.reason}"
    taken = [*role.attached, *(policy.name for policy in role.inline)]
    yield f"- The role takes over: {', '.join(map(code, taken)) or 'nothing'}"
    yield f"- The group gets {code(group.policy.name)} instead; members: {len(group.members)}"
    for side in group.side_groups:
        yield f"- New group {code(side.name)} for {code(side.role)}, which members reach today"
    for note in group.notes:
        yield f"- Look at: {code(note) if '`' in note else note}"


def checklist(plan: AccountPlan, member: Member) -> str:
    """The check-list of one member, in Markdown."""
    lines = [
        f"# {code(member.name)}, account {plan.account}",
        "",
        f"Groups that change: {', '.join(map(code, member.groups))}",
        "",
        *(f"- [ ] {each}" for each in member.to_do),
        "",
        "| role | profile | needs | console |",
        "|---|---|---|---|",
    ]
    for way in member.ways:
        console = f"<{way.switch_role}>" if way.switch_role else "not from the console"
        cells = (code(way.role), code(way.profile), way.mfa, console)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines.extend(("", _WHEN_MFA_COUNTS))
    return "\n".join(lines) + "\n"


def profiles(member: Member) -> str:
    """Profiles for `~/.aws/config`, to be used with the member's own keys as their source.

    Source: AWS CLI User Guide, "Using an IAM role in the AWS CLI". The CLI asks for codes of virtual and
    hardware devices; it cannot use a FIDO security key.
    """
    serials = [serial for serial in member.mfa_serials or () if ":u2f/" not in serial]
    lines = [f"# {member.arn}: put its keys into the profile {member.name} of ~/.aws/credentials"]
    if not serials:
        lines.append("# no device that the AWS CLI can use is known: enrol one and fill in mfa_serial")
    for way in member.ways:
        lines.extend(
            (
                "",
                f"[profile {way.profile}]",
                f"role_arn = {way.role}",
                f"source_profile = {member.name}",
                f"mfa_serial = {serials[0]}" if serials else "# mfa_serial =",
            )
        )
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    """A Markdown code span that holds any text."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"`{text}`"
