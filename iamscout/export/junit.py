"""JUnit XML, as CI servers read it: a test case for each rule and resource, a suite for each account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from xml.etree import ElementTree as ET

from iamscout.analysis.assessment import Assessment, SnapshotRef
from iamscout.analysis.finding import SEVERITIES, Finding
from iamscout.analysis.masking import Masker
from iamscout.analysis.places import SnapshotFile, evidence_text


def export(assessment: Assessment, files: Mapping[str, SnapshotFile]) -> bytes:  # noqa: ARG001  # all formats' shape
    """The document.

    A rule without findings in an account passes there with one case; findings of one rule on one resource
    are one failed case; accepted findings and rules that could not be judged are skipped, with the reason.
    """
    masker = Masker()
    root = ET.Element("testsuites", name="iamscout")
    for snapshot in assessment.snapshots:
        root.append(_suite(assessment, snapshot, masker))
    _count(root, [case for suite in root for case in suite])
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(assessment: Assessment, snapshot: SnapshotRef, masker: Masker) -> ET.Element:
    moment = f"{snapshot.captured_at:%Y-%m-%dT%H:%M:%S}"
    suite = ET.Element("testsuite", name=snapshot.account, timestamp=moment)
    theirs = [finding for finding in assessment.findings if finding.account == snapshot.account]
    found = {finding.rule for finding in theirs}
    for rule in assessment.rules:
        if rule.id not in found:
            ET.SubElement(suite, "testcase", classname=rule.id, name=rule.title, time="0")
    ordered = sorted(theirs, key=lambda each: (each.rule, each.resource, each.key))
    for (rule_id, resource), group in groupby(ordered, key=lambda each: (each.rule, each.resource)):
        case = ET.SubElement(suite, "testcase", classname=rule_id, name=masker.one_line(resource), time="0")
        _judge(case, list(group), masker)
    _count(suite, suite)
    return suite


def _judge(case: ET.Element, findings: list[Finding], masker: Masker) -> None:
    failed = [finding for finding in findings if finding.status == "open"]
    if failed:
        gravest = min(failed, key=lambda finding: SEVERITIES.index(finding.severity))
        message = "; ".join(masker.one_line(finding.title) for finding in failed)
        failure = ET.SubElement(case, "failure", type=gravest.severity, message=message)
        failure.text = "\n".join(line for finding in failed for line in _lines(finding, masker))
        return
    reasons = dict.fromkeys(masker.one_line(f"{each.status}: {each.reason}") for each in findings)
    ET.SubElement(case, "skipped", message="; ".join(reasons))


def _lines(finding: Finding, masker: Masker) -> Iterable[str]:
    yield f"{finding.severity} {finding.key} {masker.one_line(finding.title)}"
    for evidence in finding.evidence:
        yield f"  {masker.one_line(evidence_text(evidence))}"


def _count(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    kinds = [case[0].tag if len(case) else "" for case in cases]
    element.set("tests", str(len(kinds)))
    element.set("failures", str(kinds.count("failure")))
    element.set("errors", "0")
    element.set("skipped", str(kinds.count("skipped")))
    element.set("time", "0")
