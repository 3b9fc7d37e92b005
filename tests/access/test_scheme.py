"""The two schemes of groups: models, links with both halves, violations, users outside, the score."""

from typing import Any

import pytest

from iamscout.access.scheme import build_schemes
from iamscout.access.scheme_model import AccountScheme, GroupScheme, Limits
from iamscout.access.statements import purposes
from iamscout.policy.parse import parse_document
from tests.access.worlds import HOME, OTHER, AccountMaker, World, allow, deny, text_of, trust

FRESH = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}
PRESENT = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def schemes(*makers: AccountMaker, limits: Limits | None = None) -> tuple[AccountScheme, ...]:
    world = World(*makers)
    return build_schemes(world.accounts, world.access, limits)


def group(scheme: AccountScheme, name: str) -> GroupScheme:
    return next(each for each in scheme.groups if each.group.endswith(f"/{name}"))


def flaws(scheme: AccountScheme, name: str) -> list[str]:
    return [violation.flaw for violation in group(scheme, name).violations]


def user_flaws(scheme: AccountScheme, name: str) -> list[str]:
    found = next(each for each in scheme.users if each.user.endswith(f"/{name}"))
    return [violation.flaw for violation in found.violations]


@pytest.mark.parametrize(
    ("statement", "roles", "own", "direct"),
    [
        (allow("sts:AssumeRole"), True, False, False),
        (allow(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]), True, False, False),
        (allow("sts:*"), True, False, True),
        (allow("STS:assumerole"), True, False, False),
        (allow(["sts:AssumeRole", "ec2:Describe*"]), True, False, True),
        (allow("*"), False, False, True),
        (allow("ec2:*"), False, False, True),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, False, False, True),
        (allow("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}"), False, True, False),
        (allow("iam:*", "arn:aws:iam::*:user/${aws:username}"), False, False, True),
        (allow("iam:CreateAccessKey", "arn:aws:iam::*:user/*"), False, False, True),
        (allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}*"), False, False, True),
        (allow("iam:CreateAccessKey", "arn:aws:iam::*:user/team-${aws:username}"), False, False, True),
        (allow("iam:*AccessKey*", "arn:aws:iam::*:user/*/${aws:username}"), False, True, False),
        (
            allow("iam:EnableMFADevice", ["arn:aws:iam::*:mfa/*", "arn:aws:iam::*:user/${aws:username}"]),
            False,
            True,
            False,
        ),
        (allow("iam:DeactivateMFADevice", "arn:aws:iam::*:mfa/*"), False, False, True),
        (allow("iam:GetAccountPasswordPolicy"), False, True, False),
        (allow("iam:CreateVirtualMFADevice", "arn:aws:iam::*:mfa/*"), False, True, False),
        (deny("ec2:*"), False, False, False),
    ],
)
def test_a_statement_is_for_what_all_its_patterns_match(
    statement: dict[str, Any], *, roles: bool, own: bool, direct: bool
) -> None:
    said = purposes(parse_document(text_of([statement])).statements[0])
    assert (bool(said.roles), bool(said.self_service), said.is_direct) == (roles, own, direct)


def test_models_of_groups() -> None:
    home = AccountMaker()
    home.group("traditional", [allow("ec2:*")])
    home.group("roles", [allow("sts:AssumeRole", home.arn("role/r"))])
    home.group("mixed", [allow("sts:AssumeRole", home.arn("role/r")), allow("s3:*")])
    home.group("empty")
    home.group("denying", [deny("s3:*")])
    home.group("caring", [allow("iam:ChangePassword", "arn:aws:iam::*:user/${aws:username}")])
    (scheme,) = schemes(home)
    assert {each.group.rpartition("/")[2]: each.model for each in scheme.groups} == {
        "traditional": "traditional",
        "roles": "role_based",
        "mixed": "mixed",
        "empty": "empty",
        "denying": "empty",
        "caring": "empty",
    }
    assert group(scheme, "caring").has_self_service


def test_both_halves_ask_for_mfa_on_the_way_of_a_group() -> None:
    home = AccountMaker()
    home.role("by-trust", [trust(home.root, Condition=FRESH)])
    home.role("by-grant", [trust(home.root)])
    home.role("without", [trust(home.root)])
    for name, more in (("by-trust", {}), ("by-grant", {"Condition": FRESH}), ("without", {})):
        policy = home.policy(f"assume-{name}", [allow("sts:AssumeRole", home.arn(f"role/{name}"), **more)])
        home.group(f"to-{name}", attached=[policy])
        home.user(f"of-{name}", groups=[f"to-{name}"])
    (scheme,) = schemes(home)
    mfa = {each.group.rpartition("/")[2]: each.links[0].verdict.mfa for each in scheme.groups}
    assert (mfa["to-by-trust"].grade, mfa["to-by-trust"].max_age_seconds) == ("fresh", 59)
    assert (mfa["to-by-grant"].grade, mfa["to-by-grant"].max_age_seconds) == ("fresh", 59)
    assert mfa["to-without"].grade == "none"
    assert flaws(scheme, "to-by-trust") == []
    assert flaws(scheme, "to-without") == ["role_without_mfa"]


def test_what_a_member_has_by_another_way_does_not_count_for_the_group() -> None:
    home = AccountMaker()
    home.role("r", [trust(home.root)])
    home.group("strict", [allow("sts:AssumeRole", home.arn("role/r"), Condition=FRESH)])
    home.group("loose", [allow("sts:AssumeRole", home.arn("role/r"))])
    home.user("both", groups=["strict", "loose"])
    (scheme,) = schemes(home)
    assert group(scheme, "strict").links[0].verdict.mfa.grade == "fresh"
    assert group(scheme, "loose").links[0].verdict.mfa.grade == "none"


def test_wildcards_denies_variables_and_tags_are_read_for_each_member() -> None:
    home = AccountMaker()
    for name in ("own-ann", "own-ben", "own-root"):
        home.role(name, [trust(home.root, Condition=FRESH)])
    home.group(
        "G",
        [
            allow("sts:AssumeRole", home.arn("role/own-${aws:username}")),
            allow("sts:AssumeRole", home.arn("role/*root")),
            deny("sts:AssumeRole", home.arn("role/own-ben")),
        ],
    )
    home.user("ann", groups=["G"])
    home.user("ben", groups=["G"])
    (scheme,) = schemes(home)
    assert group(scheme, "G").roles == (home.arn("role/own-ann"), home.arn("role/own-root"))
    ways = {link.roles: link.members for link in group(scheme, "G").links}
    assert ways[home.arn("role/own-ann"),] == (home.arn("user/ann"),)
    assert ways[home.arn("role/own-root"),] == (home.arn("user/ann"), home.arn("user/ben"))
    assert flaws(scheme, "G") == ["has_inline_policy", "leads_to_several_roles"]


def test_a_grant_across_accounts_counts_and_needs_both_halves() -> None:
    home, other = AccountMaker(), AccountMaker(OTHER)
    other.role("named", [trust(home.arn("user/ann"), Condition=FRESH)])
    other.role("closed", [trust(other.root)])
    home.group("G", [allow("sts:AssumeRole", other.arn("role/named"))])
    home.group("H", [allow("sts:AssumeRole", other.arn("role/closed"))])
    home.user("ann", groups=["G", "H"])
    home.user("ben", groups=["G"])
    scheme, _ = schemes(home, other)
    (link,) = group(scheme, "G").links
    assert (link.roles, link.members) == ((other.arn("role/named"),), (home.arn("user/ann"),))
    assert group(scheme, "H").links == ()
    assert group(scheme, "H").half_grants[0].roles == (other.arn("role/closed"),)
    assert "role_does_not_trust_members" in flaws(scheme, "H")


def test_a_group_without_members_is_judged_by_what_one_could_do() -> None:
    home = AccountMaker()
    home.role("r", [trust(home.root, Condition=PRESENT)])
    home.group("G", [allow("sts:AssumeRole", home.arn("role/r"))])
    (scheme,) = schemes(home)
    (link,) = group(scheme, "G").links
    assert (link.roles, link.members, link.verdict.mfa.grade) == ((home.arn("role/r"),), (), "present")


def test_a_role_in_no_snapshot_is_said_and_not_passed() -> None:
    home = AccountMaker()
    home.group("G", attached=[home.policy("p", [allow("sts:AssumeRole", f"arn:aws:iam::{OTHER}:role/x")])])
    (scheme,) = schemes(home)
    assert flaws(scheme, "G") == ["role_is_in_no_snapshot"]


def test_users_are_outside_the_scheme_for_a_reason() -> None:
    home = AccountMaker()
    home.group("T", [allow("ec2:*")])
    home.group("R", [allow("sts:AssumeRole", home.arn("role/r"))])
    home.role("r", [trust(home.root, Condition=FRESH)])
    home.role("s", [trust(home.arn("user/named"))])
    home.user("inside", groups=["R"])
    home.user("inline", [allow("s3:*")], groups=["R"])
    home.user("changes-password", [allow("iam:ChangePassword")], groups=["R"])
    home.user("attached", groups=["R"], attached=[home.policy("p", [allow("s3:*")])])
    home.user("traditional", groups=["R", "T"])
    home.user("alone")
    home.user("named", groups=["R"])
    (scheme,) = schemes(home)
    assert user_flaws(scheme, "inside") == []
    assert user_flaws(scheme, "inline") == ["has_inline_policy"]
    assert user_flaws(scheme, "changes-password") == []
    assert user_flaws(scheme, "attached") == ["has_attached_policy"]
    assert user_flaws(scheme, "traditional") == ["is_in_traditional_group"]
    assert user_flaws(scheme, "alone") == ["is_in_no_group"]
    assert user_flaws(scheme, "named") == ["is_named_by_trust_policy"]


def test_a_score_is_the_mean_of_its_parts_and_full_only_where_all_conforms() -> None:
    home = AccountMaker()
    home.role("r", [trust(home.root, Condition=FRESH)])
    policy = home.policy("p", [allow("sts:AssumeRole", home.arn("role/r"))])
    home.group("R", attached=[policy])
    home.user("ann", groups=["R"])
    (full,) = schemes(home)
    assert full.score == 100
    home.user("ben", attached=[policy], groups=["R"])
    (less,) = schemes(home)
    assert [(part.name, part.conforming, part.total) for part in less.parts] == [
        ("groups", 1, 1),
        ("links", 1, 1),
        ("users", 1, 2),
    ]
    assert less.score == 83


def test_limits_decide_what_is_fresh_and_how_many_roles_are_too_many() -> None:
    home = AccountMaker()
    for name in ("r", "s"):
        home.role(name, [trust(home.root, Condition=FRESH)])
    home.group("R", attached=[home.policy("p", [allow("sts:AssumeRole", home.arn("role/*"))])])
    (strict,) = schemes(home, limits=Limits(mfa_max_age_seconds=30))
    assert flaws(strict, "R") == ["role_with_long_mfa_age", "leads_to_several_roles"]
    (loose,) = schemes(home, limits=Limits(roles_per_group=2))
    assert flaws(loose, "R") == []


def test_an_account_of_nobody_has_no_score() -> None:
    (scheme,) = schemes(AccountMaker())
    assert (scheme.account, scheme.score) == (HOME, None)
