"""The benchmarks that rules are mapped to. Numbers only: their texts belong to their authors."""

from __future__ import annotations

from collections.abc import Mapping

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


def cis(v4: str = "", v5: str = "", v6: str = "", v7: str = "") -> dict[str, tuple[str, ...]]:
    """A rule's control in CIS 4.0.1, 5.0, 6.0 and 7.0; empty where that version has none."""
    numbers = {"cis-4.0.1": v4, "cis-5.0": v5, "cis-6.0": v6, "cis-7.0": v7}
    return {framework: (number,) for framework, number in numbers.items() if number}


def fsbp(*controls: str) -> dict[str, tuple[str, ...]]:
    """A rule's controls among Security Hub's Foundational Security Best Practices (`IAM.4`)."""
    return {"fsbp": controls}
