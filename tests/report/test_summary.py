"""The summary to print: it names what is grave one by one, counts the rest, and says what it leaves out."""

import re
from html import unescape

from iamscout.report.edition import Cover, Edition, Logo
from iamscout.report.site import files
from tests.report.accounts import assess


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
