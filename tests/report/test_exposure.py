"""The exposure page in words: permissions, and what each credential leads to."""

from __future__ import annotations

import pytest

from iamscout.access.exposure_model import Powers, Reach
from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.powers import held_words, power_words, reach_words
from iamscout.report.site import files

EC2 = Powers(("ec2",), (("List", 3), ("Read", 12)), "deny", (), beyond_roles=True)
ASSUME = Powers(("sts",), (("Write", 1),))


@pytest.mark.parametrize(
    ("powers", "words"),
    [
        (Powers(), "nothing"),
        (EC2, "actions of ec2 (12 read, 3 list)"),
        (Powers(("iam",), (), "allow"), "everything: it is administrator"),
        (Powers(("iam",), (), "conditional"), "everything under conditions: it is administrator then"),
        (
            Powers(tuple("abcdefghij"), (("Write", 1200),)),
            "actions of a, b, c, d, e, f, g, h and 2 more services (1,200 write)",
        ),
    ],
)
def test_permissions_in_words(powers: Powers, words: str) -> None:
    assert power_words(powers) == words


def test_a_credential_leads_to_roles_permissions_and_more() -> None:
    nothing = Reach(is_held=True, powers=ASSUME, roles=(), admin="deny", escalates=False)
    assert reach_words(nothing) == "nothing but the right to ask for roles"
    much = Reach(is_held=True, powers=EC2, roles=("r", "s"), admin="conditional", escalates=True)
    assert reach_words(much) == (
        "administrator under conditions, 2 roles, permissions held at any time and ways to gain more"
    )


def test_what_is_not_known_is_not_passed() -> None:
    words = held_words(Reach(is_held=None, powers=EC2, roles=(), admin="deny", escalates=False), "no key")
    assert words == "permissions held at any time, if there is one"
    assert (
        held_words(Reach(is_held=False, powers=EC2, roles=(), admin="deny", escalates=False), "no key")
        == "no key"
    )


def test_the_page_says_what_no_credential_report_told() -> None:
    world = accepted("case", users=[{"UserName": "alice"}, {"UserName": "bob"}])
    page = dict(files(analyze((snapshot_of(world),), rules=())))["exposure.html"].decode()
    assert "Whether users have access keys and passwords is not known" in page
    assert page.count("not known of 2 users") == 2
