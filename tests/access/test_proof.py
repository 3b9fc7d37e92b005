"""The statements that prove an answer."""

from iamscout.policy.formula import NEVER
from tests.access.worlds import AccountMaker, World, allow, trust


def test_a_deny_leaves_nothing_open() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})])
    role = account.role(
        "target", [trust(account.root, Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})]
    )
    decision = World(account).ask(user, role, closed=False)
    assert (decision.result, decision.reason, decision.requires) == ("deny", "unsatisfiable", NEVER)


def test_the_proof_of_an_allow_names_both_halves() -> None:
    account = AccountMaker()
    account.group("admins", [allow("s3:*"), allow("sts:AssumeRole", "*", Sid="Assume")])
    user = account.user("ann", groups=["admins"])
    role = account.role("target", [trust({"Service": "ec2.amazonaws.com"}), trust(account.root, Sid="Mine")])
    decision = World(account).ask(user, role)
    assert [(ref.kind, ref.owner, ref.policy, ref.sid, ref.statement) for ref in decision.by] == [
        ("identity", account.arn("group/admins"), "inline", "Assume", 2),
        ("trust", role, "trust policy", "Mine", 2),
    ]


def test_the_proof_of_a_single_key_names_the_trust_alone() -> None:
    account = AccountMaker()
    user = account.user("ann", [allow()])
    role = account.role("target", [trust(account.root), trust(user)])
    decision = World(account).ask(user, role)
    assert [(ref.kind, ref.statement) for ref in decision.by] == [("trust", 2)]
