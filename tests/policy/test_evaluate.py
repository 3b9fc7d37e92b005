"""The order of evaluation on formulas: what one policy says, and how the layers combine."""

import json
from typing import Any

import pytest

from iamscout.policy.atoms import ALWAYS, NEVER, Formula, NeedsIdentity, Opaque
from iamscout.policy.atoms import Test as Atom
from iamscout.policy.context import OPEN, Context, context_of
from iamscout.policy.decision import without_question
from iamscout.policy.document import Condition
from iamscout.policy.evaluate import (
    NOT_THERE,
    Halves,
    LayerResult,
    TrustForms,
    covers_action,
    covers_resource,
    decide,
    decide_permission,
    effects,
    join,
    judge,
)
from iamscout.policy.parse import parse_document

ROLE = "arn:aws:iam::111122223333:role/target"
CLOSED = Context(closed=True)


def atom(key: str, value: str = "1") -> Formula:
    return Formula(((Atom(Condition("StringEquals", key, (value,))),),))


def statement(**elements: Any) -> Any:
    text = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **elements}})
    return parse_document(text).statements[0]


def said(*statements: Any, action: str = "sts:AssumeRole", context: Context = CLOSED) -> LayerResult:
    document = parse_document(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    return judge(document, action, ROLE, context, kind="identity", owner="me", policy="inline")


@pytest.mark.parametrize(
    ("elements", "covers"),
    [
        ({"Action": "sts:AssumeRole"}, True),
        ({"Action": ["iam:*", "STS:assumerole"]}, True),
        ({"Action": "*"}, True),
        ({"Action": "sts:?ssumeRole"}, True),
        ({"Action": "sts:AssumeRoleWith*"}, False),
        ({"Action": []}, False),
        ({"NotAction": "iam:*"}, True),
        ({"NotAction": ["sts:assume*"]}, False),
        ({"NotAction": []}, True),
    ],
)
def test_action_and_not_action(elements: Any, *, covers: bool) -> None:
    assert covers_action(statement(**elements), "sts:AssumeRole") is covers


@pytest.mark.parametrize(
    ("elements", "covers"),
    [
        ({"Resource": "*"}, ALWAYS),
        ({"Resource": ["x", ROLE]}, ALWAYS),
        ({"Resource": ROLE.upper()}, NEVER),
        ({}, NEVER),
        ({"NotResource": "*"}, NEVER),
        ({"NotResource": "arn:aws:iam::111122223333:role/other"}, ALWAYS),
        ({"NotResource": []}, ALWAYS),
        ({"Resource": "arn:aws:iam::111122223333:role/${aws:username}"}, NEVER),
        ({"NotResource": "arn:aws:iam::111122223333:role/${aws:username}"}, ALWAYS),
    ],
)
def test_resource_and_not_resource(elements: Any, covers: Formula) -> None:
    assert covers_resource(statement(Action="*", **elements), ROLE, CLOSED, variables=True) == covers


def test_a_variable_is_filled_from_the_request_and_plain_text_without_variables() -> None:
    made = statement(Action="*", Resource="arn:aws:iam::111122223333:role/${aws:username}")
    target = context_of({"aws:username": "target"}, closed=True)
    assert covers_resource(made, ROLE, target, variables=True) == ALWAYS
    assert covers_resource(made, ROLE, target, variables=False) == NEVER
    dollars = "arn:aws:iam::111122223333:role/${aws:username}"
    assert covers_resource(made, dollars, target, variables=False) == ALWAYS


def test_an_open_variable_leaves_a_condition_and_not_resource_its_opposite() -> None:
    pattern = "arn:aws:iam::111122223333:role/${aws:username}"
    found = covers_resource(statement(Action="*", Resource=pattern), ROLE, OPEN, variables=True)
    assert found == atom("aws:username", "target")
    (alternative,) = covers_resource(
        statement(Action="*", NotResource=pattern), ROLE, OPEN, variables=True
    ).alternatives
    assert alternative == (Atom(Condition("StringNotEquals", "aws:username", ("target",))),)


def test_two_open_variables_in_one_pattern_are_opaque() -> None:
    pattern = "arn:aws:iam::111122223333:role/${aws:username}${sts:ExternalId}"
    found = covers_resource(statement(Action="*", Resource=pattern), ROLE, OPEN, variables=True)
    assert all(isinstance(atom, Opaque) for alternative in found.alternatives for atom in alternative)
    elsewhere = pattern.replace("role/", "user/")
    assert covers_resource(statement(Action="*", Resource=elsewhere), ROLE, OPEN, variables=True) == NEVER


def test_a_policy_allows_and_denies_by_its_statements() -> None:
    on_a = {"StringEquals": {"a:x": "1"}}
    found = said(
        {"Effect": "Allow", "Action": "sts:*", "Resource": "*", "Condition": on_a},
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": ROLE},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        context=OPEN,
    )
    assert (found.allow, found.deny) == (atom("a:x"), ALWAYS)
    assert [(item.effect, item.ref.statement) for item in found.applied] == [("Allow", 1), ("Deny", 2)]
    assert found.covers


def test_a_missing_policy_might_allow_and_might_deny() -> None:
    found = judge(None, "sts:AssumeRole", ROLE, OPEN, kind="boundary", owner="me", policy="limit")
    doubt = Formula(((Opaque(f"limit: {NOT_THERE}"),),))
    assert (found.allow, found.deny) == (doubt, doubt)


def test_the_effect_of_a_statement_without_one_is_both() -> None:
    assert effects(statement()) == ("Allow",)
    assert effects(statement(Effect="permit")) == ("Allow", "Deny")


def test_of_several_policies_any_may_allow_and_any_may_deny() -> None:
    one, other = LayerResult(allow=atom("a:x")), LayerResult(allow=atom("a:y"), deny=atom("a:z"))
    found = join([one, other])
    assert found.allow.alternatives == (*atom("a:x").alternatives, *atom("a:y").alternatives)
    assert found.deny == atom("a:z")
    assert join([]) == LayerResult()


BOTH = Halves(relation="same_account", trust=TrustForms(account=ALWAYS), identity=ALWAYS)


@pytest.mark.parametrize(
    ("halves", "expected"),
    [
        (BOTH, ("allow", "")),
        (
            Halves("same_account", TrustForms(account=ALWAYS), identity_covers=False),
            ("deny", "missing_identity"),
        ),
        (Halves("same_account", TrustForms(account=ALWAYS)), ("deny", "condition")),
        (Halves("same_account", TrustForms(), ALWAYS, trust_covers=False), ("deny", "missing_trust")),
        (Halves("same_account", TrustForms(), ALWAYS), ("deny", "condition")),
        (Halves("same_account", TrustForms(everyone=ALWAYS), boundary=NEVER), ("allow", "")),
        (Halves("same_account", TrustForms(session=ALWAYS), session=NEVER), ("allow", "")),
        (Halves("same_account", TrustForms(role=ALWAYS)), ("allow", "")),
        (Halves("same_account", TrustForms(role=ALWAYS), boundary=NEVER), ("deny", "boundary")),
        (Halves("same_account", TrustForms(role=ALWAYS), session=NEVER), ("deny", "session_policy")),
        (Halves("same_account", TrustForms(user=ALWAYS), boundary=NEVER), ("conditional", "contested")),
        (
            Halves("cross_account", TrustForms(everyone=ALWAYS), identity_covers=False),
            ("deny", "missing_identity"),
        ),
        (Halves("cross_account", TrustForms(role=ALWAYS), ALWAYS, boundary=NEVER), ("deny", "boundary")),
        (
            Halves("cross_account", TrustForms(session=ALWAYS), ALWAYS, session=NEVER),
            ("deny", "session_policy"),
        ),
        (
            Halves("outside", TrustForms(account=ALWAYS), outside_account="1"),
            ("conditional", "unknown_account"),
        ),
        (Halves("trust_only", TrustForms(everyone=ALWAYS)), ("allow", "")),
        (Halves("trust_only", TrustForms(everyone=ALWAYS), deny=ALWAYS), ("deny", "explicit_deny")),
        (Halves("trust_only", TrustForms(everyone=ALWAYS), rcp_deny=ALWAYS), ("deny", "rcp")),
        (Halves("same_account", TrustForms(everyone=ALWAYS), scp=NEVER), ("deny", "scp")),
        (Halves("same_account", TrustForms(everyone=ALWAYS), scp_deny=ALWAYS), ("deny", "scp")),
        (
            Halves("same_account", TrustForms(), deny=ALWAYS, rcp_deny=ALWAYS, scp=NEVER),
            ("deny", "explicit_deny"),
        ),
        (
            Halves("same_account", TrustForms(everyone=atom("a:x")), deny=atom("a:x")),
            ("deny", "unsatisfiable"),
        ),
        (Halves("same_account", TrustForms(everyone=atom("a:x"))), ("conditional", "condition")),
    ],
)
def test_the_order_of_evaluation(halves: Halves, expected: tuple[str, str]) -> None:
    outcome = decide(halves)
    assert (outcome.result, outcome.reason) == expected


def test_what_is_required_joins_all_layers() -> None:
    halves = Halves(
        relation="cross_account",
        trust=TrustForms(account=atom("a:trust")),
        identity=atom("a:identity"),
        boundary=atom("a:boundary"),
        session=atom("a:session"),
        scp=atom("a:scp"),
    )
    (alternative,) = decide(halves).requires.alternatives
    assert {test.condition.key for test in alternative if isinstance(test, Atom)} == {
        *("a:trust", "a:identity", "a:boundary", "a:session", "a:scp")
    }


def test_a_stranger_needs_its_own_account() -> None:
    outcome = decide(Halves("outside", TrustForms(everyone=atom("a:x")), outside_account="999999999999"))
    (alternative,) = outcome.requires.alternatives
    assert alternative[-1] == NeedsIdentity("999999999999")
    assert outcome.reason == "unknown_account"


def test_doubt_in_every_alternative_is_unreadable_and_in_one_alone_is_not() -> None:
    doubt = Formula(((Opaque("odd"),),))
    outcome = decide(Halves("same_account", TrustForms(everyone=doubt)))
    assert (outcome.result, outcome.reason) == ("conditional", "unreadable")
    either = Formula((*doubt.alternatives, *atom("a:x").alternatives))
    assert decide(Halves("same_account", TrustForms(everyone=either))).reason == "condition"


def test_doubt_about_a_deny_is_never_an_allow() -> None:
    doubt = Formula(((Opaque("odd"),),))
    outcome = decide(Halves("same_account", TrustForms(everyone=ALWAYS), deny=doubt))
    assert (outcome.result, outcome.reason) == ("conditional", "unreadable")


@pytest.mark.parametrize("layer", ["contested", "boundary"])
def test_a_contested_answer_gives_both_readings(layer: str) -> None:
    if layer == "boundary":
        halves = Halves("same_account", TrustForms(user=ALWAYS), boundary=NEVER)
    else:
        halves = Halves(
            "same_account", TrustForms(everyone=ALWAYS), contested_deny=ALWAYS, contested_source="the page"
        )
    outcome = decide(halves)
    assert (outcome.result, outcome.reason) == ("conditional", "contested")
    assert without_question(outcome.requires) == ALWAYS != outcome.requires
    assert [reading.result for reading in outcome.readings] == ["allow", "deny"]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ({}, ("allow", "")),
        ({"identity": LayerResult()}, ("deny", "missing_identity")),
        ({"identity": LayerResult(allow=ALWAYS, deny=ALWAYS)}, ("deny", "explicit_deny")),
        ({"boundary": LayerResult()}, ("deny", "boundary")),
        ({"session": LayerResult()}, ("deny", "session_policy")),
        ({"scps": (LayerResult(allow=ALWAYS), LayerResult())}, ("deny", "scp")),
        ({"scps": (LayerResult(allow=ALWAYS, deny=ALWAYS),)}, ("deny", "scp")),
        ({"resource_policy_denies": ALWAYS}, ("deny", "explicit_deny")),
        ({"identity": LayerResult(allow=atom("a:x"))}, ("conditional", "condition")),
    ],
)
def test_any_action_in_the_own_account_by_identity_policies_alone(
    layers: dict[str, Any], expected: tuple[str, str]
) -> None:
    outcome = decide_permission(**{"identity": LayerResult(allow=ALWAYS), **layers})
    assert (outcome.result, outcome.reason) == expected
