"""What the rules on policies say of every AWS managed policy, as if each were one's own and attached.

The reviewed table is written anew by `python -m tests.rules.test_managed_policies`; read the difference.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.rules import load_rules

GOLD = Path(__file__).parents[1] / "data" / "reviewed" / "managed_policy_findings.json"
"""`counts`: rule to severity to number of policies; `grave`: rule to the policies with critical or high."""

RULES = tuple(rule for rule in load_rules() if rule.applies_to in ("document", "policy"))


def findings() -> dict[str, Any]:
    """Copy each policy into the account as a customer's, attached to a group of its own."""
    policies = json.loads(aws_managed_policies_data)
    example = accepted(
        "a copy of every AWS managed policy",
        groups=[
            {"GroupName": f"g-{name}", "attached": [f"arn:aws:iam::111122223333:policy/{name}"]}
            for name in policies
        ],
        policies=[
            {"PolicyName": name, "PolicyDocument": policy["Document"]} for name, policy in policies.items()
        ],
    )
    found = analyze((snapshot_of(example),), rules=RULES).findings
    judged = [each for each in found if each.status == "open"]
    named = sorted({(each.rule, each.severity, each.resource.rpartition("/")[2]) for each in judged})
    counts: dict[str, dict[str, int]] = {}
    for (rule, severity), number in sorted(Counter((rule, grade) for rule, grade, _ in named).items()):
        counts.setdefault(rule, {})[severity] = number
    grave: dict[str, list[str]] = {}
    for rule, severity, name in named:
        if severity in ("critical", "high"):
            grave.setdefault(rule, []).append(f"{severity} {name}")
    return {"policies": len(policies), "counts": counts, "grave": grave}


def test_the_findings_on_managed_policies_are_the_reviewed_ones() -> None:
    assert findings() == json.loads(GOLD.read_text())


if __name__ == "__main__":
    GOLD.write_text(json.dumps(findings(), indent=2, sort_keys=True) + "\n")
