"""The benchmarks that rules are mapped to, and their controls on IAM.

Numbers are facts and theirs; the words are ours, for their texts belong to their authors.

CIS renumbered its section on IAM from 1 to 2 with 6.0.0. Of Security Hub's controls only those of the
standard AWS Foundational Security Best Practices stand here (IAM.9 to IAM.19 and others belong to other
standards; "AWS Foundational Security Best Practices standard in Security Hub CSPM").
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

FRAMEWORKS: Mapping[str, str] = {
    "cis-4.0.1": "CIS Amazon Web Services Foundations Benchmark 4.0.1",
    "cis-5.0": "CIS Amazon Web Services Foundations Benchmark 5.0.0",
    "cis-6.0": "CIS Amazon Web Services Foundations Benchmark 6.0.0",
    "cis-7.0": "CIS Amazon Web Services Foundations Benchmark 7.0.0",
    "fsbp": "AWS Foundational Security Best Practices (Security Hub CSPM)",
}
"""Framework id to its name."""
TOOLS: Mapping[str, str] = {"prowler": "Prowler", "scoutsuite": "ScoutSuite", "scout2": "Scout2"}
"""Tool id to its name, for `also_known_as`."""


class Control(Struct, frozen=True):
    """A control on IAM: its number, what it asks for, and why a snapshot cannot tell (empty where it can)."""

    number: str
    title: str
    beyond: str = ""


_CONTACTS = "contacts are told by the Account Management API, which no source of a snapshot asks"
_OWN_DESIGN = "how the organization is to be designed is its owner's decision; a snapshot shows what it is"
_DELEGATION = (
    "the policy that delegates it is told by organizations:DescribeResourcePolicy, which no source asks"
)
_WORKLOADS = "IAM does not tell what runs in an account"
_CIS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("", "", "", "2.1.1", "Root credentials of member accounts are managed centrally", ""),
    ("", "", "", "2.1.2", "Every member account stands under guardrails of the organization", ""),
    ("", "", "", "2.1.3", "The management account runs no workloads", _WORKLOADS),
    ("", "", "", "2.1.4", "Organizational units follow environment and sensitivity", _OWN_DESIGN),
    ("", "", "", "2.1.5", "A delegated administrator manages the organization's policies", _DELEGATION),
    ("", "", "", "2.1.6", "Delegated administrators manage the integrated services", ""),
    ("1.1", "1.1", "2.1", "2.2", "Contact details are current", _CONTACTS),
    ("1.2", "1.2", "2.2", "2.3", "A security contact is registered", _CONTACTS),
    ("1.3", "", "", "", "Security questions are registered", "only root sees them, in the console"),
    ("1.4", "1.3", "2.3", "2.4", "Root has no access key", ""),
    ("1.5", "1.4", "2.4", "2.5", "Root has MFA", ""),
    ("1.6", "1.5", "2.5", "2.6", "Root has hardware MFA", ""),
    ("1.7", "1.6", "2.6", "2.7", "Root is not used for daily work", ""),
    ("1.8", "1.7", "2.7", "2.8", "Passwords have 14 characters or more", ""),
    ("1.9", "1.8", "2.8", "2.9", "Passwords are not used again", ""),
    ("1.10", "1.9", "2.9", "2.10", "Users with a console password have MFA", ""),
    ("1.11", "1.10", "2.10", "", "No access key is made together with a console user", ""),
    ("1.12", "1.11", "2.11", "2.11", "Credentials unused for 45 days are disabled", ""),
    ("1.13", "1.12", "2.12", "", "A user has one active access key at most", ""),
    ("1.14", "1.13", "2.13", "2.12", "Access keys are rotated within 90 days", ""),
    ("1.15", "1.14", "2.14", "2.13", "Users get permissions through groups only", ""),
    ("1.16", "1.15", "2.15", "2.14", "No policy that allows everything is attached", ""),
    ("1.17", "1.16", "2.16", "2.15", "A role for incidents with AWS Support is there", ""),
    ("1.18", "1.17", "2.17", "2.16", "Instances use roles", "instances are told by EC2, not by IAM"),
    ("1.19", "1.18", "2.18", "2.17", "Expired server certificates are removed", ""),
    ("1.20", "1.19", "2.19", "2.18", "Access Analyzer is on in every Region", ""),
    ("1.21", "1.20", "2.20", "2.19", "People come through federation or the organization", ""),
    ("1.22", "1.21", "2.21", "2.20", "AWSCloudShellFullAccess is restricted", ""),
    ("", "", "", "2.21", "Resource policies do not let in everybody",
     "of resource policies IAM tells only those of roles (see role-trusts-everyone)"),
)  # fmt: skip
"""Number in 4.0.1, 5.0.0, 6.0.0 and 7.0.0 (empty where that version has none), what it asks for, beyond."""

CONTROLS: Mapping[str, tuple[Control, ...]] = {
    **{
        framework: tuple(Control(row[column], row[4], row[5]) for row in _CIS if row[column])
        for column, framework in enumerate(("cis-4.0.1", "cis-5.0", "cis-6.0", "cis-7.0"))
    },
    "fsbp": (
        Control("IAM.1", "No policy allows every action on everything"),
        Control("IAM.2", "Users have no policies of their own"),
        Control("IAM.3", "Access keys are rotated within 90 days"),
        Control("IAM.4", "Root has no access key"),
        Control("IAM.5", "Users with a console password have MFA"),
        Control("IAM.6", "Root has hardware MFA"),
        Control("IAM.7", "The password policy is strong"),
        Control("IAM.8", "Unused credentials of users are removed"),
        Control("IAM.21", "Customer managed policies allow no service's every action"),
    ),
}
"""Framework id to its controls on IAM, in their order."""


def cis(v4: str = "", v5: str = "", v6: str = "", v7: str = "") -> dict[str, tuple[str, ...]]:
    """A rule's control in CIS 4.0.1, 5.0, 6.0 and 7.0; empty where that version has none."""
    numbers = {"cis-4.0.1": v4, "cis-5.0": v5, "cis-6.0": v6, "cis-7.0": v7}
    return {framework: (number,) for framework, number in numbers.items() if number}


def fsbp(*controls: str) -> dict[str, tuple[str, ...]]:
    """A rule's controls among Security Hub's Foundational Security Best Practices (`IAM.4`)."""
    return {"fsbp": controls}
