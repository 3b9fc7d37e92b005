"""Several actions at once: tags, source identity, and what is asked where nothing is said.

Sources: IAM User Guide, "Passing session tags in AWS STS", "Monitor and control actions taken with assumed
roles".
"""

import pytest

from tests.access.worlds import (
    AccountMaker,
    World,
    allow,
    distrust,
    trust,
)


@pytest.mark.parametrize("action", ["sts:TagSession", "sts:SetSourceIdentity"])
def test_tags_and_source_identity_must_be_allowed_by_trust_and_identity(action: str) -> None:
    account = AccountMaker()
    both = ["sts:AssumeRole", action]
    full, narrow = account.user("ann", [allow(both)]), account.user("bob", [allow()])
    open_role, closed_role = (
        account.role("open", [trust(account.root, both)]),
        account.role("closed", [trust(account.root)]),
    )
    world = World(account)
    assert world.ask(full, open_role, actions=both).result == "allow"
    assert world.ask(narrow, open_role, actions=both).reason == "missing_identity"
    assert world.ask(full, closed_role, actions=both).reason == "missing_trust"
    assert world.ask(narrow, open_role).result == "allow"


def test_of_several_open_actions_the_graver_reason_is_given() -> None:
    account = AccountMaker()
    both = ["sts:AssumeRole", "sts:TagSession"]
    user = account.user("ann", [allow()], boundary=account.policy("limit", [allow("sts:AssumeRole")]))
    address = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    role = account.role("target", [trust(user, both), distrust("*", both[0], Condition=address)])
    world = World(account)
    assert world.ask(user, role, closed=False).reason == "condition"
    decision = world.ask(user, role, actions=both, closed=False)
    assert (decision.result, decision.reason) == ("conditional", "contested")


def test_a_federated_caller_tags_its_session_by_the_trust_alone() -> None:
    account = AccountMaker()
    provider = account.arn("saml-provider/corp")
    both = ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    tagging = account.role("tagging", [trust({"Federated": provider}, both)])
    plain = account.role("plain", [trust({"Federated": provider}, "sts:AssumeRoleWithSAML")])
    world = World(account)
    assert world.ask(provider, tagging, actions=both).result == "allow"
    assert world.ask(provider, plain, actions=both).reason == "missing_trust"


def test_a_source_identity_that_is_inherited_must_be_allowed_again() -> None:
    account = AccountMaker()
    account.role("worker", [], [allow(["sts:AssumeRole"])])
    account.role("setter", [], [allow(["sts:AssumeRole", "sts:SetSourceIdentity"])])
    role = account.role("target", [trust(account.root, ["sts:AssumeRole", "sts:SetSourceIdentity"])])
    plain = account.role("plain", [trust(account.root)])
    world = World(account)
    inherited = {"aws:SourceIdentity": "ann"}
    assert world.ask(account.session("worker"), role).result == "allow"
    assert world.ask(account.session("worker"), role, inherited).reason == "missing_identity"
    assert world.ask(account.session("setter"), role, inherited).result == "allow"
    assert world.ask(account.session("setter"), plain, inherited).reason == "missing_trust"


def test_the_action_of_a_question_is_read_in_any_case_and_never_left_out() -> None:
    account = AccountMaker()
    user, nobody = account.user("ann", [allow("STS:assumerole")]), account.user("bob")
    role = account.role("target", [trust(account.root, "sts:ASSUMEROLE")])
    world = World(account)
    assert world.ask(user, role, actions=["STS:ASSUMErole"]).result == "allow"
    assert world.ask(nobody, role, actions=[]).reason == "missing_identity"
