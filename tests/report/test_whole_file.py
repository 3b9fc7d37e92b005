"""A report as one file: the pages of a list stand together, and the contents name the list once."""

import re
from pathlib import Path

from iamscout.report.folder import SUMS
from iamscout.report.whole_file import whole_file

PAGES = ("changes-10.html", "changes-2.html", "changes.html", "index.html", "rules.html", "roles/a-2.html")


def test_the_pages_of_a_list_follow_its_first_one_and_only_that_is_in_the_contents(tmp_path: Path) -> None:
    (tmp_path / "roles").mkdir()
    (tmp_path / "assets").mkdir()
    for name in ("iamscout.css", "print.css", "mark.svg"):
        (tmp_path / "assets" / name).write_text("")
    for path in PAGES:
        (tmp_path / path).write_text(
            f"<title>{path} - 1 - iamscout</title>"
            '<main id="main">\n<h1>x</h1><a href="changes-2.html#a">to</a>'
            '<a href="rules.html#rules.Account=a%20b">filtered</a></main>'
        )
    (tmp_path / SUMS).write_text("".join(f"{'0' * 64}  {path}\n" for path in PAGES))
    text, left = whole_file(tmp_path)
    assert left == 0
    assert re.findall(r'<section class="sheet" id="([^"]+)"', text) == [
        "index",
        "changes",
        "changes-2",
        "changes-10",
        "rules",
        "roles-a-2",
    ]
    contents = text.partition("<nav")[2].partition("</nav>")[0]
    assert re.findall(r'href="#([^"]+)"', contents) == ["index", "changes", "rules"]
    assert 'href="#changes-2--a"' in text
    assert '<a href="#rules">filtered</a>' in text
    assert '<nav id="contents"' in text
    assert text.count('<a href="#contents">') == len(PAGES)
