"""A plan's calls as scripts for the AWS CLI, safe whatever a name holds: what is not ours is quoted.

IAM's names may hold `+=,.@_-` and start with any of them, paths any printable character: each option is one
word `--option=value` under shlex.quote, so nothing is an option, a file or a substitution by accident.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

from iamscout.plan.model import AccountPlan, Call, Stage, Step

_DOCUMENTS = frozenset({"AssumeRolePolicyDocument", "PolicyDocument"})
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def script(plan: AccountPlan, stage: Stage, files: Mapping[str, str], *, undo: bool = False) -> str:
    """One script: a stage of a plan, or the way back from it. `files` maps a document's text to its file."""
    steps = [step for step in plan.steps if step.stage == stage]
    if undo:
        steps.reverse()
    lines = [
        "#!/usr/bin/env bash",
        f"# {_TITLES[stage, undo]} Account {plan.account}. Read it before you run it.",
        "set -euo pipefail",
        'cd -- "$(dirname -- "$0")"',
        "export AWS_PAGER=",
        'account="$(aws sts get-caller-identity --query Account --output text)"',
        f'if [ "$account" != {plan.account} ]; then',
        f'  echo "these credentials are of account $account, the plan is for {plan.account}" >&2',
        "  exit 1",
        "fi",
    ]
    for step in steps:
        lines.extend(("", f"# {step.number}. {_comment(step.title)}"))
        lines.append(f"echo {shlex.quote(f'{step.number}. {step.title}')}")
        lines.extend(command(each, files) for each in (step.undo if undo else step.apply))
    return "\n".join(lines) + "\n"


_TITLES: Mapping[tuple[Stage, bool], str] = {
    ("prepare", False): "Creates roles and lets groups assume them; takes nothing from anybody.",
    (
        "switch",
        False,
    ): "Takes the permissions from the groups. Run it when all members have tried their roles.",
    ("prepare", True): "The way back from 1-prepare.sh; run undo-2-switch.sh before it.",
    ("switch", True): "The way back from 2-switch.sh: the groups get their permissions again.",
}


def command(call: Call, files: Mapping[str, str]) -> str:
    """One call as a line of shell."""
    words = ["aws", "iam", kebab(call.operation)]
    for name, value in call.parameters:
        text = f"file://{files[str(value)]}" if name in _DOCUMENTS else str(value)
        words.append(shlex.quote(f"--{kebab(name)}={text}"))
    return " ".join((*words, "> /dev/null"))


def documents_of(steps: Iterable[Step]) -> Iterable[tuple[str, str]]:
    """Pairs of a name and the text of each document that the calls hand over, in order."""
    for step in steps:
        for call in (*step.apply, *step.undo):
            given = dict(call.parameters)
            for name in _DOCUMENTS & given.keys():
                stem = " ".join(
                    str(given[key]) for key in ("RoleName", "GroupName", "PolicyName") if key in given
                )
                yield (f"{stem} trust" if name == "AssumeRolePolicyDocument" else stem), str(given[name])


def kebab(name: str) -> str:
    """`AttachRolePolicy` as the AWS CLI spells it."""
    return _WORD.sub("-", name.replace("MFA", "Mfa")).lower()


def _comment(text: str) -> str:
    return " ".join(text.split())
