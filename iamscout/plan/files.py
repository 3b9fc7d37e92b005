"""A plan as files: what goes into the folder, by path. Nothing here writes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

import msgspec

from iamscout.plan.cloudformation import template
from iamscout.plan.model import AccountPlan, Member
from iamscout.plan.shell import documents_of, script
from iamscout.plan.terraform import configuration
from iamscout.plan.text import checklist, profiles, readme

_UNSAFE = re.compile(r"[^a-z0-9]+")


def plan_files(plan: AccountPlan) -> Mapping[str, str]:
    """Path (relative, with slashes) to text, sorted."""
    found: dict[str, str] = {}
    files: dict[str, str] = {}
    for name, text in documents_of(plan.steps):
        if text not in files:
            files[text] = f"documents/{safe_name(name, text)}.json"
            found[files[text]] = text + "\n"
    found["plan.json"] = (
        msgspec.json.format(msgspec.json.encode(plan, order="sorted"), indent=2).decode() + "\n"
    )
    found["README.md"] = readme(plan)
    found["1-prepare.sh"] = script(plan, "prepare", files)
    found["2-switch.sh"] = script(plan, "switch", files)
    found["undo-2-switch.sh"] = script(plan, "switch", files, undo=True)
    found["undo-1-prepare.sh"] = script(plan, "prepare", files, undo=True)
    found["cloudformation.json"] = json.dumps(template(plan), indent=2) + "\n"
    found["terraform/main.tf.json"] = json.dumps(configuration(plan), indent=2) + "\n"
    for member in plan.members:
        stem = f"members/{_member_name(member)}"
        found[f"{stem}.md"] = checklist(plan, member)
        found[f"{stem}.config"] = profiles(member)
    return dict(sorted(found.items()))


def safe_name(name: str, told_apart_by: str) -> str:
    """A file name for any text: letters, digits and dashes, and a hash."""
    slug = _UNSAFE.sub("-", name.lower()).strip("-")[:40].strip("-")
    return f"{slug or 'x'}-{hashlib.sha256(told_apart_by.encode()).hexdigest()[:10]}"


def _member_name(member: Member) -> str:
    return safe_name(member.name, member.arn)
