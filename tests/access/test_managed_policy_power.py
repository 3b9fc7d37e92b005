"""What each AWS managed policy makes of a user: administrator, somebody who can become one, or neither.

The reviewed table is written anew by `python -m tests.access.test_managed_policy_power`; read the difference.
"""

import json
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from iamscout.access.escalation.methods import COMPUTE, PASSING
from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.policy.formula import ALWAYS

GOLD = Path(__file__).parents[1] / "data" / "reviewed" / "managed_policy_power.json"
"""Policy name to `admin` (perhaps under conditions), or to its methods; what is not here is neither."""


def classify() -> dict[str, Any]:
    """Attach each policy to a user of its own, beside an administrator's role that every service may take."""
    policies = json.loads(aws_managed_policies_data)
    services = sorted({service for each in (*PASSING, *COMPUTE) for service in each.services})
    trusting = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
    profile = {"Arn": "arn:aws:iam::111122223333:instance-profile/boss", "InstanceProfileName": "boss"}
    example = accepted(
        "every AWS managed policy",
        users=[{"UserName": name, "attached": [_arn(name, policies[name])]} for name in policies],
        role={
            "RoleName": "boss",
            "AssumeRolePolicyDocument": trusting,
            "attached": [_arn("AdministratorAccess", policies["AdministratorAccess"])],
            "InstanceProfileList": [profile],
        },
        policies=[
            {"PolicyName": name, "Arn": _arn(name, policy), "PolicyDocument": policy["Document"]}
            for name, policy in policies.items()
        ],
    )
    estate = analyze((snapshot_of(example),), rules=()).estate
    table: dict[str, Any] = {}
    for name in sorted(policies):
        user = f"arn:aws:iam::111122223333:user/{name}"
        methods = sorted(
            {each.method.id for each in estate.escalation.by_principal.get(user, ()) if each.gains == "admin"}
        )
        if user in estate.admins.by_principal:
            firm = estate.admins.by_principal[user].requires == ALWAYS
            table[name] = "admin" if firm else "admin under conditions"
        elif methods:
            table[name] = methods
    return table


def _arn(name: str, policy: dict[str, Any]) -> str:
    return f"arn:aws:iam::aws:policy{policy.get('Path', '/')}{name}"


def test_every_managed_policy_is_what_the_reviewed_table_says() -> None:
    assert classify() == json.loads(GOLD.read_text("utf-8"))


if __name__ == "__main__":
    GOLD.write_text(json.dumps(classify(), indent=1, sort_keys=True) + "\n", "utf-8")
