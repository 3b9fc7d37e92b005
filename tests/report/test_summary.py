"""The summary to print: it names what is grave one by one, counts the rest, and says what it leaves out."""

import re
from datetime import date
from html import unescape

from iamscout.analysis.exceptions import RiskException
from iamscout.analysis.finding import Acceptance
from iamscout.analysis.run import analyze
from iamscout.report.edition import Cover, Edition, Logo
from iamscout.report.site import files
from iamscout.report.views.summary import MOST
from iamscout.rules import load_rules
from tests.report.accounts import assess, large


def text_of(edition: Edition | None = None) -> str:
    made = dict(files(assess("everyday", "neighbour"), edition=edition or Edition()))
    return made["summary.html"].decode()


def test_every_grave_finding_stands_there_with_its_id() -> None:
    grave = [
        finding
        for finding in assess("everyday", "neighbour").findings
        if finding.status == "open" and finding.severity in {"critical", "high"}
    ]
    text = unescape(text_of())

    assert grave
    assert [finding.key for finding in grave if f"f-{finding.key}" not in text] == []
    assert [finding.title for finding in grave if finding.title not in text] == []


def test_other_severities_are_counted_by_rule() -> None:
    medium = [
        finding
        for finding in assess("everyday", "neighbour").findings
        if finding.status == "open" and finding.severity == "medium"
    ]
    part = text_of().split('id="medium"')[1].split("</table>")[0]
    counts = [int(count.replace(",", "")) for count in re.findall(r'<td class="n">([\d,]+)</td>', part)]

    assert sum(counts) == len(medium)


def test_the_cover_names_client_auditor_title_and_logo() -> None:
    cover = Cover("Review <2026>", "Client & Co", "Auditor", Logo("png", b"x"))
    text = text_of(Edition(cover))

    for part in (
        "Review &lt;2026&gt;",
        "<dd>Client &amp; Co</dd>",
        "<dd>Auditor</dd>",
        'src="assets/logo.png"',
    ):
        assert part in text
    assert "<dt>Client</dt>" not in text_of()


def test_all_annexes_are_there() -> None:
    text = text_of()

    for annex in ("roles", "trust", "groups", "exceptions", "coverage"):
        assert f'id="annex-{annex}"' in text
        assert f'href="#annex-{annex}"' in text


def test_an_annex_counts_the_rows_that_it_leaves_out_and_says_where_they_are() -> None:
    taken = Acceptance("known", "an owner", date(2026, 1, 1), date(2027, 1, 1))
    exceptions = [RiskException("role-unused", taken, f"arn:aws:iam::*:role/team-{n}") for n in range(70)]
    assessment = analyze([large(roles=1_100)], rules=load_rules(), exceptions=exceptions)
    text = dict(files(assessment))["summary.html"].decode()
    annex = {part.split('"')[0]: part for part in text.split('id="annex-')[1:]}

    assert annex["roles"].count("<tr><td>") == MOST
    assert 'And 1,073 more: <a href="roles.html">' in annex["roles"]
    assert annex["exceptions"].count('<tr><th scope="row">') == MOST
    assert 'And 10 more: <a href="method.html#exceptions">' in annex["exceptions"]
