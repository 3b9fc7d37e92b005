"""Pages of long sets, as a reader looks through them."""

import re

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from iamscout.rules import load_rules
from tests.report.accounts import OWN, may, role, root, trusts


def test_a_long_set_is_in_the_order_of_names_whatever_their_paths() -> None:
    roles = [
        role(f"Team-{n:02}" if n % 3 else f"team-{n:02}", trusts(root(OWN)), Path=f"/{n % 2}/")
        for n in range(30)
    ]
    others = [role(f"other-{n}", trusts({"Service": "ec2.amazonaws.com"})) for n in range(40)]
    caller = {"UserName": "caller", "inline": may("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/*")}
    assessment = analyze(
        [snapshot_of(accepted("a set", users=[caller], roles=[*roles, *others]))], rules=load_rules()
    )
    pages = {path: content.decode() for path, content in files(assessment)}
    (listed,) = (text for path, text in pages.items() if path.startswith("access/set") and "30 roles" in text)
    names = re.findall(r">(team-\d\d)</a>", listed, re.IGNORECASE)
    assert [name.lower() for name in names] == [f"team-{n:02}" for n in range(30)]
