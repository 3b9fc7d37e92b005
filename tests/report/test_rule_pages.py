"""A rule's page: the first findings with their evidence quoted, the others in a line each."""

from __future__ import annotations

import re

import pytest

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from iamscout.report.views.rule import QUOTED, around, blocks
from iamscout.rules import load_rules
from tests.report.accounts import assess, may, site


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("ci", "Role ci was not used for 400 days", ("Role ", " was not used for 400 days")),
        ("ci", "Role ci-deploy trusts ci", ("Role ci-deploy trusts ", "")),
        ("ci", "ci, ci-deploy and 3 more", ("", ", ci-deploy and 3 more")),
        ("ci", "User ci.deploy of path/ci@home, +ci and x=ci", None),
        ("ci", "The trust policy of ci.", ("The trust policy of ", ".")),
        ("ci", "3 keys are old", None),
    ],
)
def test_a_name_is_found_in_a_title_but_not_within_a_longer_one(
    name: str, title: str, expected: tuple[str, str] | None
) -> None:
    assert around(name, title) == expected


def test_findings_that_are_not_quoted_lead_to_their_resource_and_keep_their_titles() -> None:
    pages = {path: text for path, text in site("large").items() if path.startswith("rules/")}
    (assessment,) = (assess("large"),)
    links = {entity.arn: entity.name for account in assessment.estate.accounts for entity in account.roles}
    briefs = 0
    for finding in assessment.findings:
        found = [
            row
            for path, text in pages.items()
            if path.startswith(f"rules/{finding.rule}")
            for row in re.findall(rf'<li id="f-{finding.key}">(.*)', text)
        ]
        if not found or finding.resource not in links:
            continue
        briefs += 1
        (row,) = found
        plain = re.sub(r"<[^>]+>", "", row)
        assert finding.title in plain
        assert f"f-{finding.key}" in plain
        assert f'href="../roles/{links[finding.resource]}-' in row
    assert briefs > 4 * QUOTED


def test_no_part_of_a_policy_is_shown_as_prose() -> None:
    prose = [
        (rule.id, block.pieces)
        for rule in load_rules()
        for block in (*blocks(rule.rationale), *blocks(rule.remediation))
        if not block.code
    ]
    assert prose
    assert [each for each in prose if any('": ' in piece for piece in each[1][::2])] == []


def test_every_rule_says_what_it_looks_at() -> None:
    pages = site("everyday")
    silent = [path for path, text in pages.items() if "<dt>Looks at</dt><dd></dd>" in text]
    assert silent == []
    either = "<code>iam:GetCredentialReport</code> or <code>iam:GetAccountSummary</code>"
    assert f"<dt>Looks at</dt><dd>{either}</dd>" in pages["rules/root-access-key.html"]
    assert "<td>iam:GetCredentialReport or iam:GetAccountSummary</td>" in pages["rules.html"]


def test_a_line_tells_its_severity_unless_the_head_of_the_page_tells_that_of_all() -> None:
    users = [{"UserName": f"user-{number}", "inline": may("s3:GetObject")} for number in range(2 * QUOTED)]
    assessment = analyze((snapshot_of(accepted("case", users=users)),), rules=load_rules())
    alike = dict(files(assessment))["rules/user-has-inline-policy.html"].decode()
    assert len(re.findall(r'<li id="f-[0-9a-f]+">User ', alike)) == QUOTED
    assert '<p class="answer"><b class="medium">Medium</b>' in alike
    severities = {rule.id: rule.severity for rule in assess("large").rules}
    mixed = {
        finding.rule for finding in assess("large").findings if finding.severity != severities[finding.rule]
    }
    lines = [
        line
        for path, text in site("large").items()
        if re.sub(r"(-[0-9]+)?\.html", "", path.removeprefix("rules/")) in mixed
        for line in re.findall(r'<li id="f-[0-9a-f]+">(.*)', text)
    ]
    assert lines
    assert all(line.startswith('<b class="') for line in lines)
