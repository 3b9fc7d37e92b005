"""A report with a baseline says on every list and every page what became of what it shows."""

import copy
import re

import pytest

from iamscout.analysis.run import analyze
from iamscout.diff.compare import compare
from iamscout.report.names import digest
from iamscout.report.site import files
from iamscout.rules import load_rules
from tests.access.worlds import OUTSIDE, AccountMaker, allow, root, trust
from tests.diff.sides import snapshot_of


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """Path to text of a report in which one thing of each kind was widened."""
    old = AccountMaker()
    limits = old.policy("shared", [allow("s3:Get*")])
    old.group("Operators", [allow("sts:AssumeRole", old.arn("role/deploy"))])
    old.user("alice", [allow("s3:List*")], groups=["Operators"], attached=[limits])
    old.role("deploy", [trust(old.root)], [allow("s3:*")])
    old.role("vendor", [trust(root(OUTSIDE), Condition={"StringEquals": {"sts:ExternalId": "example"}})])
    old.role("other", [trust(root(OUTSIDE))])
    new = copy.deepcopy(old)
    details = new.details
    wide = {"Version": "2012-10-17", "Statement": [allow("ec2:*")]}
    for name, inline in (("UserDetailList", "UserPolicyList"), ("GroupDetailList", "GroupPolicyList")):
        details[name][0][inline].append({"PolicyName": "more", "PolicyDocument": wide})
    wider = {"Version": "2012-10-17", "Statement": [allow("s3:*")]}
    details["Policies"][0]["PolicyVersionList"][0]["Document"] = wider
    opened = {"Version": "2012-10-17", "Statement": [trust(new.root), trust(root(OUTSIDE))]}
    details["RoleDetailList"][0]["AssumeRolePolicyDocument"] = opened
    before, after = (analyze([snapshot_of(side)], rules=load_rules()) for side in (old, new))
    made = files(after, changes=compare(before, after))
    return {path: content.decode() for path, content in made if path.endswith(".html")}


@pytest.mark.parametrize(
    ("page", "name", "mark"),
    [
        ("roles.html", "deploy", "widened"),
        ("users.html", "alice", "widened"),
        ("groups.html", "Operators", "widened"),
        ("policies.html", "shared", "widened"),
        ("trust.html", OUTSIDE, "enters more roles"),
    ],
)
def test_a_list_marks_what_was_widened(site: dict[str, str], page: str, name: str, mark: str) -> None:
    rows = re.findall(r"<tr>.*?</tr>", site[page], re.DOTALL)
    marked = [row for row in rows if f'<span class="tag">{mark}</span>' in row]
    assert any(name in row for row in marked)


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("roles/deploy", "widened since 2026-11-01"),
        ("users/alice", "widened since 2026-11-01"),
        ("groups/operators", "widened since 2026-11-01"),
        ("policies/shared", "widened since 2026-11-01"),
        (f"principals/account-{digest(root(OUTSIDE))}", "enters more roles since 2026-11-01"),
    ],
)
def test_its_page_says_since_when(site: dict[str, str], folder: str, words: str) -> None:
    (content,) = (text for path, text in site.items() if path.startswith(folder))
    assert words in content


def test_the_overview_has_the_delta_and_leads_to_the_changes(site: dict[str, str]) -> None:
    assert "Since 2026-11-01" in site["index.html"]
    assert "new way into a role" in site["index.html"] or "new ways into roles" in site["index.html"]
    assert 'href="changes.html"' in site["index.html"]
