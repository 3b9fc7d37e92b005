"""The part of a plan that only adds, in Terraform's JSON syntax.

In it `${` and `%{` begin a template and are doubled to stand for themselves ("JSON Configuration Syntax",
"Strings and Templates").
"""

from __future__ import annotations

from typing import Any

from iamscout.plan.model import AccountPlan

Json = dict[str, Any]


def configuration(plan: AccountPlan) -> Json:
    """The content of `main.tf.json`; the provider is the caller's."""
    found: dict[str, Json] = {}

    def add(kind: str, label: str, /, **properties: object) -> None:
        found.setdefault(kind, {})[label] = {key: _plain(value) for key, value in properties.items()}

    for number, group in enumerate(plan.groups, start=1):
        role, name = group.role, f"group_{number}"
        add(
            "aws_iam_role",
            name,
            name=role.name,
            description=role.description,
            max_session_duration=3600,
            assume_role_policy=role.trust_policy,
        )
        reference = f"${{aws_iam_role.{name}.name}}"
        for place, arn in enumerate(role.attached, start=1):
            add("aws_iam_role_policy_attachment", f"{name}_{place}", policy_arn=arn)
            found["aws_iam_role_policy_attachment"][f"{name}_{place}"]["role"] = reference
        for place, policy in enumerate(role.inline, start=1):
            add("aws_iam_role_policy", f"{name}_{place}", name=policy.name, policy=policy.text)
            found["aws_iam_role_policy"][f"{name}_{place}"]["role"] = reference
        pairs = [(name, group.name, group.policy)]
        for place, side in enumerate(group.side_groups, start=1):
            label = f"{name}_side_{place}"
            add("aws_iam_group", label, name=side.name)
            pairs.append((label, side.name, side.policy))
            for member, user in enumerate(side.members, start=1):
                add("aws_iam_user_group_membership", f"{label}_{member}", user=user, groups=[side.name])
                found["aws_iam_user_group_membership"][f"{label}_{member}"]["depends_on"] = [
                    f"aws_iam_group.{label}"
                ]
        for label, holder, policy in pairs:
            add("aws_iam_policy", label, name=policy.name, policy=policy.text)
            add("aws_iam_group_policy_attachment", label, group=holder)
            found["aws_iam_group_policy_attachment"][label]["policy_arn"] = f"${{aws_iam_policy.{label}.arn}}"
            if label != name:
                found["aws_iam_group_policy_attachment"][label]["depends_on"] = [f"aws_iam_group.{label}"]
    return {"resource": found}


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else value
