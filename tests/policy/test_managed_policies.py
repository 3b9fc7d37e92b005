"""All AWS managed policies are read without a doubt."""

import json
from pathlib import Path

from moto.iam.aws_managed_policies import aws_managed_policies_data

from iamscout.policy.parse import parse_document

GOLD = Path(__file__).with_name("managed_policy_notes.json")
"""Name to the notes on it as pairs of code and pointer: reviewed; empty while AWS writes plain policies."""


def test_notes_on_aws_managed_policies_are_the_reviewed_ones() -> None:
    policies = json.loads(aws_managed_policies_data)
    assert len(policies) > 1_500
    parsed = {name: parse_document(json.dumps(policy["Document"])) for name, policy in policies.items()}
    notes = {
        name: [[note.code, note.pointer] for note in each.notes]
        for name, each in parsed.items()
        if each.notes
    }
    assert notes == json.loads(GOLD.read_text("utf-8"))
    assert all(each.statements and not each.unreadable for each in parsed.values())
