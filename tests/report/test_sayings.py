"""Pages with policies say in English what each statement means, who objects, and give evidence to copy."""

import re
from html import unescape

import pytest

from tests.report.accounts import assess, site


def said(text: str) -> list[str]:
    rows = re.findall(r'<li><a href="#[a-z0-9]+-L\d+">(Statement \d+</a>: .*?)(?=<li>|</ul>)', text)
    return [unescape(re.sub("<[^>]+>", "", row)) for row in rows]


def test_each_role_tells_what_its_trust_policy_says() -> None:
    roles = {path: text for path, text in site("everyday").items() if path.startswith("roles/")}

    assert len(roles) > 2
    assert [path for path, text in roles.items() if not said(text)] == []
    assert any(
        "Statement 1: Allows everyone: sts:AssumeRole" in row for text in roles.values() for row in said(text)
    )


def test_a_statement_that_a_rule_objects_to_names_the_rule_and_leads_to_the_finding() -> None:
    finding = next(each for each in assess("everyday").findings if each.rule == "role-trusts-everyone")
    name = finding.resource.rpartition("/")[2]
    page = next(text for path, text in site("everyday").items() if path.startswith(f"roles/{name}"))

    (line,) = re.findall(
        r'<a href="#(tp-L\d+)">Statement 1</a>.*<strong>Objected to:</strong> .*everyone', page
    )
    statement = page.split(f'id="{line}"')[1].split("</pre>")[0]
    assert f'href="../rules/role-trusts-everyone.html#f-{finding.key}">' in statement


@pytest.mark.parametrize(
    "part", ["Finding f-", "Rule: ", "Resource: arn:", "Evidence: trust policy of", "sha256 "]
)
def test_a_finding_has_its_evidence_as_text_to_copy(part: str) -> None:
    text = unescape(site("everyday")["rules/role-trusts-everyone.html"])
    block = text.split('<pre class="text copy">')[1].split("</pre>")[0]

    assert part in block
    assert "<" not in block
