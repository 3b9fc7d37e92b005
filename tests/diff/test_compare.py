"""Accounts compared as wholes: gaps, re-creation, order, access by class, accounts that came and went."""

from typing import Any

import pytest

from iamscout.diff.model import Changes
from iamscout.snapshot.model import Source, encode_source
from tests.access.worlds import HOME, OTHER, OUTSIDE, AccountMaker, allow, root, trust
from tests.diff.sides import changes_of, edited

DETAILS = "iam:GetAccountAuthorizationDetails"
FRESH_MFA = {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}


def maker() -> AccountMaker:
    made = AccountMaker()
    made.group("Operators", [allow("sts:AssumeRole", made.arn("role/*"))])
    made.user("alice", groups=["Operators"])
    made.user("bob", [allow("sts:AssumeRole", made.arn("role/audit"))])
    made.role("audit", [trust(made.root, Condition=FRESH_MFA)], [allow("iam:Get*")])
    made.role("deploy", [trust(made.root)], [allow("s3:*"), allow("sts:AssumeRole", made.arn("role/audit"))])
    made.policy("shared", [allow("ec2:*")])
    return made


def role(made: AccountMaker, name: str) -> dict[str, Any]:
    return next(shape for shape in made.details["RoleDetailList"] if shape["RoleName"] == name)


def told(changes: Changes) -> dict[str, list[str]]:
    access = changes.access
    assert access is not None
    return {
        name: sorted(
            f"{principal.name} {arn.rpartition('/')[2]}"
            for edge in getattr(access, name)
            for principal in edge.principals
            for arn in edge.roles
        )
        for name in ("gained", "lost", "changed")
    }


def test_an_account_does_not_differ_from_itself() -> None:
    changes = changes_of([maker()], [maker()])
    assert not changes.differs
    assert changes.not_comparable == ()


def test_order_is_no_change() -> None:
    def shuffle(made: AccountMaker) -> None:
        for shapes in made.details.values():
            shapes.reverse()

    assert not edited(maker(), shuffle).changes.differs


def test_a_removed_condition_widens_the_role_and_its_edges() -> None:
    found = edited(
        maker(), lambda made: role(made, "audit").update(AssumeRolePolicyDocument=_trusting(trust(made.root)))
    )
    audit = found.resources["audit"]
    assert (audit.change, audit.effect, audit.fields) == ("changed", "widened", ("trust_policy",))
    # A role's session carries no MFA, so that deploy could not enter before.
    assert told(found.changes) == {
        "gained": ["deploy audit"],
        "lost": [],
        "changed": ["alice audit", "bob audit"],
    }
    assert found.changes.access is not None
    (changed,) = found.changes.access.changed
    assert changed.effect == "widened"
    assert changed.words[0] == "MFA removed: MFA at most 59 s old before, no MFA now"


def test_a_longer_age_of_mfa_is_told_in_words() -> None:
    longer = {"NumericLessThan": {"aws:MultiFactorAuthAge": "7200"}}
    found = edited(
        maker(),
        lambda made: role(made, "audit").update(
            AssumeRolePolicyDocument=_trusting(trust(made.root, Condition=longer))
        ),
    )
    assert found.changes.access is not None
    (changed,) = found.changes.access.changed
    assert changed.words == ("MFA age longer: 59 s before, 7,199 s now",)
    assert found.reverse.access is not None
    assert found.reverse.access.changed[0].effect == "narrowed"


def test_another_account_and_everyone_are_edges_gained() -> None:
    def open_up(made: AccountMaker) -> None:
        role(made, "deploy")["AssumeRolePolicyDocument"] = _trusting(trust([made.root, root(OUTSIDE)]))
        role(made, "audit")["AssumeRolePolicyDocument"] = _trusting(trust("*"))

    gained = told(edited(maker(), open_up).changes)["gained"]
    assert f"{OUTSIDE} deploy" in gained
    assert "* audit" in gained


def test_a_role_under_the_same_arn_with_another_id_is_said_to_be_recreated() -> None:
    found = edited(maker(), lambda made: role(made, "audit").update(RoleId="AROAOTHEREXAMPLE"))
    audit = found.resources["audit"]
    assert audit.recreated
    assert (audit.change, audit.effect, audit.fields) == ("changed", "neutral", ("unique_id",))


def test_a_switch_of_the_default_version_is_judged_by_what_it_allows() -> None:
    def switch(made: AccountMaker) -> None:
        (policy,) = made.details["Policies"]
        policy["PolicyVersionList"][0]["IsDefaultVersion"] = False
        document = {"Version": "2012-10-17", "Statement": [allow("*")]}
        policy["PolicyVersionList"].insert(
            0, {"Document": document, "VersionId": "v2", "IsDefaultVersion": True}
        )
        policy["DefaultVersionId"] = "v2"

    shared = edited(maker(), switch).resources["shared"]
    assert (shared.effect, shared.fields) == ("widened", ("default_version", "document", "versions"))


def test_what_moves_from_inline_to_managed_is_neutral_for_the_role() -> None:
    def move(made: AccountMaker) -> None:
        arn = made.policy("get-iam", [allow("iam:Get*")])
        audit = role(made, "audit")
        audit["RolePolicyList"] = []
        audit["AttachedManagedPolicies"] = [{"PolicyName": "get-iam", "PolicyArn": arn}]

    audit = edited(maker(), move).resources["audit"]
    assert audit.effect == "neutral"
    assert {(detail.field, detail.effect) for detail in audit.details} == {
        ("inline_policies", "narrowed"),
        ("attached_policies", "widened"),
    }


@pytest.mark.parametrize("status", ["denied", "partial", "throttled", "failed", "skipped", "absent"])
def test_a_gap_is_never_a_removal(status: Any) -> None:
    def lose(made: AccountMaker) -> None:
        kept = {name: shapes[:1] for name, shapes in made.details.items()} if status == "partial" else None
        made.sources[DETAILS] = Source(status, encode_source(kept))

    found = edited(maker(), lose)
    for changes in (found.changes, found.reverse):
        assert not changes.differs
        assert [(lack.source, lack.reason) for lack in changes.not_comparable] == [(DETAILS, status)]


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("iam:ListSAMLProviders", {"SAMLProviderList": [{"Arn": f"arn:aws:iam::{HOME}:saml-provider/idp"}]}),
        (
            "organization",
            {
                "id": "o-exampleorgid",
                "management": OTHER,
                "accounts": {HOME: {"name": "home", "path": "p", "scps": [[]]}},
            },
        ),
        (
            "iam:GetAccountPasswordPolicy",
            {"PasswordPolicy": {"MinimumPasswordLength": 6}},
        ),
    ],
)
def test_a_source_that_one_side_lacks_changes_nothing_but_what_is_comparable(
    source: str, answer: Any
) -> None:
    def refuse(made: AccountMaker) -> None:
        made.sources[source] = Source("denied", encode_source(None))

    made = maker()
    made.sources[source] = answer
    for changes in (found := edited(made, refuse)).changes, found.reverse:
        assert not changes.differs
        assert [lack.source for lack in changes.not_comparable] == [source]


def test_a_role_that_is_known_by_name_alone_is_not_removed() -> None:
    def list_only(made: AccountMaker) -> None:
        shape = role(made, "audit")
        made.details["RoleDetailList"].remove(shape)
        named = ("Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument")
        made.sources["iam:ListRoles"] = {"Roles": [{name: shape[name] for name in named}]}

    found = edited(maker(), list_only)
    assert not found.changes.differs
    assert not found.reverse.differs
    assert {lack.resource.rpartition("/")[2] for lack in found.changes.not_comparable} == {"audit", ""}


def test_accounts_that_came_or_went_are_said_and_not_compared() -> None:
    other = AccountMaker(OTHER)
    other.user("carol", [allow("sts:AssumeRole", "*")])
    other.role("inside", [trust(root(HOME))])
    home = maker()
    home.role("shared", [trust(root(OTHER))])
    changes = changes_of([home], [home, other])
    assert changes.accounts_added == (OTHER,)
    assert changes.resources == ()
    assert told(changes) == {"gained": [], "lost": [], "changed": []}
    assert changes_of([home, other], [home]).accounts_removed == (OTHER,)


def test_an_account_that_came_with_the_organization_changes_nothing_of_the_others() -> None:
    manager = AccountMaker(OTHER)
    manager.role("inside", [trust(root(HOME))])
    manager.sources["organization"] = {
        "id": "o-exampleorgid",
        "management": OTHER,
        "accounts": {HOME: {"name": "home", "path": "o-exampleorgid/r-exmp/", "scps": [[]]}},
    }
    for changes in (changes_of([maker()], [maker(), manager]), changes_of([maker(), manager], [maker()])):
        assert changes.resources == ()
        assert told(changes) == {"gained": [], "lost": [], "changed": []}
        assert not changes.power.differs
        assert changes.exposure == ()
        assert changes.accounts_added + changes.accounts_removed == (OTHER,)


def test_who_becomes_administrator_has_not_lost_the_ways_to_become_it() -> None:
    def promote(made: AccountMaker) -> None:
        (shape,) = (each for each in made.details["UserDetailList"] if each["UserName"] == "eve")
        document = {"Version": "2012-10-17", "Statement": [allow("*")]}
        shape["UserPolicyList"].append({"PolicyName": "all", "PolicyDocument": document})

    made = maker()
    made.user("eve", [allow(["iam:AttachUserPolicy", "iam:PutUserPolicy"])])
    found = edited(made, promote)
    power, reverse = found.changes.power, found.reverse.power
    assert [arn.rpartition("/")[2] for arn in power.admins_gained] == ["eve"]
    assert not {arn for arn, _ in power.escalation_lost} & set(power.admins_gained)
    assert reverse.admins_lost == power.admins_gained
    assert reverse.escalation_gained == power.escalation_lost


def test_an_added_and_a_removed_role_tell_what_they_let_in() -> None:
    found = edited(maker(), lambda made: made.role("extra", [trust(made.root)], [allow("s3:*")]))
    assert (found.resources["extra"].change, found.resources["extra"].effect) == ("added", "widened")
    (gone,) = found.reverse.resources or ()
    assert (gone.change, gone.effect) == ("removed", "narrowed")
    assert told(found.changes)["gained"] == told(found.reverse)["lost"] == ["alice extra"]


def _trusting(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
