"""Trust policies are compared by whom they let in: each case with the effect that it must have."""

from typing import Any

import pytest

from iamscout.access.directory import Directory, build_directory
from iamscout.diff.trust import Trusting, compare_trust
from iamscout.policy.parse import parse_document
from tests.access.worlds import HOME, OTHER, OUTSIDE, AccountMaker, distrust, root, text_of, trust

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
EXTERNAL = {"StringEquals": {"sts:ExternalId": "a"}}
BOB, EVE = f"arn:aws:iam::{HOME}:user/bob", f"arn:aws:iam::{HOME}:user/eve"
ROOT = root(HOME)


def trusting(statements: list[dict[str, Any]], directory: Directory | None = None) -> Trusting:
    return Trusting(parse_document(text_of(statements)), directory or build_directory(()), HOME, "aws")


def service(name: str) -> dict[str, Any]:
    return {"Service": name}


def all_but(*principals: str) -> dict[str, Any]:
    return {"Effect": "Deny", "NotPrincipal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ([trust(ROOT)], [trust(HOME)], "neutral"),
        ([trust("*")], [trust({"AWS": "*"})], "neutral"),
        ([trust([ROOT, root(OTHER)])], [trust(root(OTHER)), trust(ROOT)], "neutral"),
        ([trust(ROOT)], [trust(ROOT), trust(root(OTHER))], "widened"),
        ([trust(root(OTHER))], [trust(root(OUTSIDE))], "mixed"),
        ([trust(ROOT)], [trust("*")], "widened"),
        ([trust(ROOT, Condition=MFA)], [trust(ROOT)], "widened"),
        ([trust(root(OUTSIDE))], [trust(root(OUTSIDE), Condition=EXTERNAL)], "narrowed"),
        # Bob needs no identity policy where the trust policy of his own account names him.
        ([trust(ROOT)], [trust([ROOT, BOB])], "widened"),
        ([trust(BOB)], [trust(ROOT)], "mixed"),
        ([trust(root(OTHER))], [trust([root(OTHER), f"arn:aws:iam::{OTHER}:user/bob"])], "neutral"),
        ([trust(service("ec2.amazonaws.com"))], [trust(service("lambda.amazonaws.com"))], "mixed"),
        ([trust(ROOT)], [trust(ROOT, ["sts:AssumeRole", "sts:TagSession"])], "widened"),
        ([trust(ROOT)], [trust(ROOT, "sts:*")], "widened"),
        ([trust(ROOT)], [trust(ROOT), distrust(BOB)], "narrowed"),
        ([trust(root(OTHER))], [trust(root(OTHER)), distrust(root(OUTSIDE))], "neutral"),
        # A user that is left out of a Deny is let in only where its account is, too; others of it are not.
        ([trust(ROOT)], [trust(ROOT), all_but(BOB, ROOT)], "narrowed"),
        ([trust(ROOT), all_but(BOB, ROOT)], [trust(ROOT), all_but(BOB, EVE, ROOT)], "widened"),
        ([trust(BOB), all_but(BOB, ROOT)], [trust(BOB)], "neutral"),
        ([trust(ROOT)], [trust(ROOT), all_but(ROOT)], "unknown"),
        ([trust(f"arn:aws:iam::{HOME}:user/b*")], [], "neutral"),
        ([trust(ROOT)], [trust(ROOT, Condition={"StringEquals": {"aws:PrincipalAccount": HOME}})], "neutral"),
        (
            [trust("*", Condition={"StringEquals": {"aws:PrincipalAccount": OTHER}})],
            [trust(root(OTHER))],
            "neutral",
        ),
    ],
)
def test_a_change_has_the_effect_of_whom_it_lets_in(
    before: list[dict[str, Any]], after: list[dict[str, Any]], effect: str
) -> None:
    there = compare_trust(trusting(before), trusting(after))
    assert there.effect == effect
    assert compare_trust(trusting(after), trusting(before)) == there.reverse


def test_a_unique_id_is_the_user_of_that_time() -> None:
    maker = AccountMaker()
    maker.user("bob")
    then = build_directory([maker.account()])
    unique_id = maker.unique_id("AIDA", "bob")
    assert compare_trust(trusting([trust(BOB)], then), trusting([trust(unique_id)], then)).effect == "neutral"
    gone = build_directory([AccountMaker().account()])
    assert (
        compare_trust(trusting([trust(BOB)], then), trusting([trust(unique_id)], gone)).effect == "narrowed"
    )
