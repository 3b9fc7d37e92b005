"""Tags that a question gives of a caller: a session's override its role's, a user's are derived."""

import pytest

from tests.access.worlds import AccountMaker, World, allow, trust

TAG = "aws:PrincipalTag/Project"


@pytest.mark.parametrize("tags", [{}, {"Project": "old"}], ids=["untagged", "overridden"])
@pytest.mark.parametrize("kind", ["role", "session", "user"])
def test_given_session_tags_count_for_roles_and_sessions_alone(kind: str, tags: dict[str, str]) -> None:
    account = AccountMaker()
    ann = account.user("ann", [allow()], tags=tags)
    worker = account.role("worker", may=[allow()], tags=tags)
    caller = {"user": ann, "role": worker, "session": account.session("worker")}[kind]
    trusts = [trust(account.root, Condition={"StringEquals": {TAG: "new"}})]
    role = account.role("target", trusts)
    world = World(account)
    expected = "deny" if kind == "user" else "allow"
    assert world.ask(caller, role, {TAG: "new"}).result == expected
    assert world.ask(caller, role).result == "deny"
