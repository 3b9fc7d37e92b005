"""Questions and answers as JSON lines: the contract that other programs rely on."""

import json
from typing import Any

import msgspec
import pytest

from iamscout.access.requests import Answer, Desk, Refusal, Request, read_request
from tests.access.worlds import HOME, OUTSIDE, AccountMaker, World, allow, root, trust

MFA_WITHIN_A_MINUTE = {
    "Bool": {"aws:MultiFactorAuthPresent": "true"},
    "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
}


@pytest.fixture
def desk() -> Desk:
    account = AccountMaker()
    account.group("GroupAA", [allow(resource=account.arn("role/RoleAA"))])
    account.user("loic", groups=["GroupAA"])
    account.role("RoleAA", [trust(account.root, Condition=MFA_WITHIN_A_MINUTE)], [allow("iam:*")])
    account.role("way", [trust(account.root)], [allow(resource=account.arn("role/end"))])
    account.role("end", [trust(account.arn("role/way"))])
    account.role("vendor", [trust(root(OUTSIDE))])
    account.user("walker", [allow(resource=account.arn("role/way"))])
    return Desk(World(account).directory)


def arn(resource: str) -> str:
    return f"arn:aws:iam::{HOME}:{resource}"


def ask(desk: Desk, **fields: Any) -> dict[str, Any]:
    """The answer to a line as the JSON that is written."""
    asked = read_request(json.dumps(fields))
    found = asked if isinstance(asked, Refusal) else desk.answer(asked)
    answer: dict[str, Any] = json.loads(msgspec.json.encode(found))
    return answer


def test_an_answer_names_both_statements(desk: Desk) -> None:
    answer = ask(
        desk,
        id="1",
        principal=arn("user/loic"),
        role=arn("role/RoleAA"),
        context={"aws:MultiFactorAuthPresent": True, "aws:MultiFactorAuthAge": 59},
    )
    assert answer == {
        "id": "1",
        "result": "allow",
        "reason": "",
        "by": [
            {
                "kind": "identity",
                "owner": arn("group/GroupAA"),
                "policy": "inline",
                "sid": "",
                "statement": 1,
            },
            {
                "kind": "trust",
                "owner": arn("role/RoleAA"),
                "policy": "trust policy",
                "sid": "",
                "statement": 1,
            },
        ],
        "requires": [[]],
        "path": [arn("role/RoleAA")],
        "readings": [],
    }


def test_an_open_question_says_what_is_needed(desk: Desk) -> None:
    answer = ask(desk, principal=arn("user/loic"), role=arn("role/RoleAA"), context_mode="open")
    assert (answer["result"], answer["reason"]) == ("conditional", "condition")
    assert answer["requires"] == [
        [
            {"key": "aws:MultiFactorAuthAge", "op": "NumericLessThan", "values": ["60"]},
            {"key": "aws:MultiFactorAuthPresent", "op": "Bool", "values": ["true"]},
        ]
    ]


@pytest.mark.parametrize("age", [60, "60", 3600])
def test_an_old_mfa_is_refused_by_the_condition(desk: Desk, age: int | str) -> None:
    context = {"aws:multifactorauthpresent": "true", "AWS:MultiFactorAuthAge": age}
    answer = ask(desk, principal=arn("user/loic"), role=arn("role/RoleAA"), context=context)
    assert (answer["result"], answer["reason"], answer["requires"]) == ("deny", "condition", [])


def test_in_a_closed_question_a_key_that_is_not_given_is_absent(desk: Desk) -> None:
    answer = ask(desk, principal=arn("user/loic"), role=arn("role/RoleAA"))
    assert (answer["result"], answer["reason"]) == ("deny", "condition")


def test_a_caller_outside_the_snapshots_is_never_a_bare_allow(desk: Desk) -> None:
    answer = ask(desk, principal=f"arn:aws:iam::{OUTSIDE}:user/eve", role=arn("role/vendor"))
    assert (answer["result"], answer["reason"]) == ("conditional", "unknown_account")
    assert answer["requires"] == [[{"needs": "identity", "account": OUTSIDE}]]


def test_a_path_lists_the_roles_in_order(desk: Desk) -> None:
    answer = ask(desk, kind="path", principal=arn("user/walker"), role=arn("role/end"))
    assert (answer["result"], answer["path"]) == ("allow", [arn("role/way"), arn("role/end")])
    assert {ref["owner"] for ref in answer["by"]} == {arn("user/walker"), arn("role/way"), arn("role/end")}


def test_a_path_that_is_not_there_is_a_deny_with_the_reason_of_the_direct_way(desk: Desk) -> None:
    answer = ask(desk, kind="path", principal=arn("user/loic"), role=arn("role/end"))
    assert (answer["result"], answer["reason"], answer["path"]) == ("deny", "missing_trust", [])


def test_mfa_of_the_question_does_not_reach_the_second_hop() -> None:
    account = AccountMaker()
    account.user("loic", [allow(resource=account.arn("role/way"))])
    account.role("way", [trust(account.root)], [allow(resource=account.arn("role/end"))])
    account.role("end", [trust(account.root, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})])
    answer = ask(
        Desk(World(account).directory),
        kind="path",
        principal=arn("user/loic"),
        role=arn("role/end"),
        context={"aws:MultiFactorAuthPresent": "true"},
    )
    assert (answer["result"], answer["path"]) == ("deny", [])


def test_a_direct_allow_is_a_path_of_one(desk: Desk) -> None:
    answer = ask(desk, kind="path", principal=arn("user/walker"), role=arn("role/way"))
    assert (answer["result"], answer["path"]) == ("allow", [arn("role/way")])


def test_actions_must_all_be_allowed(desk: Desk) -> None:
    both = ["sts:AssumeRole", "sts:TagSession"]
    answer = ask(desk, principal=arn("user/walker"), role=arn("role/way"), actions=both)
    assert answer["result"] == "deny"


def test_a_session_policy_cuts() -> None:
    account = AccountMaker()
    account.role("from", [trust(account.root)], [allow()])
    account.role("to", [trust(account.root)])
    asked = {
        "principal": account.session("from"),
        "role": arn("role/to"),
        "session_policy": {"Version": "2012-10-17", "Statement": [allow("s3:*")]},
    }
    desk = Desk(World(account).directory)
    assert ask(desk, **asked)["reason"] == "session_policy"
    assert ask(desk, **{**asked, "session_policy": None})["result"] == "allow"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"principal": "arn:aws:iam::111122223333:user/loic", "role": "nobody"}, "no role nobody"),
        ({"principal": "loic", "role": "arn:aws:iam::111122223333:role/way"}, "loic"),
        (
            {
                "principal": "arn:aws:iam::111122223333:user/gone",
                "role": "arn:aws:iam::111122223333:role/way",
            },
            "gone",
        ),
        (
            {"principal": "arn:aws:iam::111122223333:user/*", "role": "arn:aws:iam::111122223333:role/way"},
            "one",
        ),
        ({"role": "arn:aws:iam::111122223333:role/way"}, "principal"),
        (
            {
                "principal": "arn:aws:iam::111122223333:user/loic",
                "role": "arn:aws:iam::111122223333:role/way",
                "actions": ["iam:PassRole"],
            },
            "iam:PassRole",
        ),
    ],
)
def test_a_line_that_cannot_be_asked_is_an_error_with_its_id(
    desk: Desk, fields: dict[str, Any], message: str
) -> None:
    answer = ask(desk, id="line 7", **fields)
    assert set(answer) == {"id", "error"}
    assert answer["id"] == "line 7"
    assert message in answer["error"]


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "7", '{"id": "x"', "\udcff", '{"id": "\udcff"}', "[" * 100_000]
)
def test_a_malformed_line_is_an_error_too(line: str) -> None:
    found = read_request(line.encode("utf-8", "surrogateescape"))
    assert isinstance(found, Refusal)
    assert found.error.startswith("not a request: ")


@pytest.mark.parametrize("line", ['{"id": "7", "principal": 5}', '{"id": "7", "role": 1e400}'])
def test_a_malformed_line_keeps_its_id(line: str) -> None:
    found = read_request(line)
    assert isinstance(found, Refusal)
    assert found.id == "7"


def a_fork(**second: Any) -> Desk:
    """A user with two ways to a role, of which only the later one does for more than the plain action."""
    account = AccountMaker()
    account.user("u", [allow(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"])])
    account.role("aaa", [trust(account.root)], [allow(resource=arn("role/t"))])
    account.role("bbb", [trust(account.root, **second)], [allow(["sts:*"], resource=arn("role/t"))])
    account.role("t", [trust([arn("role/aaa"), arn("role/bbb")], action="sts:*")])
    return Desk(World(account).directory)


def test_a_path_goes_the_way_that_allows_all_actions() -> None:
    answer = ask(
        a_fork(action=["sts:AssumeRole", "sts:TagSession"]),
        kind="path",
        principal=arn("user/u"),
        role=arn("role/t"),
        actions=["sts:AssumeRole", "sts:TagSession"],
    )
    assert (answer["result"], answer["path"]) == ("allow", [arn("role/bbb"), arn("role/t")])


def test_a_path_keeps_the_source_identity_on_every_hop() -> None:
    answer = ask(
        a_fork(action=["sts:AssumeRole", "sts:SetSourceIdentity"]),
        kind="path",
        principal=arn("user/u"),
        role=arn("role/t"),
        actions=["sts:AssumeRole", "sts:SetSourceIdentity"],
        context={"sts:SourceIdentity": "u"},
    )
    assert (answer["result"], answer["path"]) == ("allow", [arn("role/bbb"), arn("role/t")])


def test_a_path_goes_the_way_that_the_session_policy_leaves() -> None:
    account = AccountMaker()
    account.role("from", [trust(account.root)], [allow()])
    account.role("aaa", [trust(account.root)], [allow(resource=arn("role/t"))])
    account.role("bbb", [trust(account.root)], [allow(resource=arn("role/t"))])
    account.role("t", [trust([arn("role/aaa"), arn("role/bbb")])])
    answer = ask(
        Desk(World(account).directory),
        kind="path",
        principal=account.session("from"),
        role=arn("role/t"),
        session_policy={"Version": "2012-10-17", "Statement": [allow(resource=arn("role/bbb"))]},
    )
    assert (answer["result"], answer["path"]) == ("allow", [arn("role/bbb"), arn("role/t")])


def test_all_pairs_are_those_of_the_map(desk: Desk) -> None:
    pairs = {(principal, role) for _, principal, role in desk.pairs()}
    assert (arn("user/walker"), arn("role/way")) in pairs
    assert (arn("user/loic"), arn("role/RoleAA")) in pairs
    assert (arn("user/loic"), arn("role/way")) not in pairs


def test_a_request_takes_its_defaults() -> None:
    assert read_request('{"principal": "a", "role": "b"}') == Request(principal="a", role="b")
    assert isinstance(
        msgspec.json.decode(b'{"id":1,"result":"deny","reason":"","by":[],"requires":[]}', type=Answer),
        Answer,
    )
