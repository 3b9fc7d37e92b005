"""What each kind of credential gets, and how strongly MFA is asked for: derived, so every idiom counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamscout.access.credentials import (
    CONSOLE_WITHOUT_MFA,
    LONG_TERM_KEY,
    CredentialResults,
    Mfa,
    assume_role_session,
    credential_results,
    mfa_session,
    mfa_strength,
)
from iamscout.policy.atoms import ALWAYS, NEVER, Formula, Opaque
from iamscout.policy.condition import OPEN, resolve
from iamscout.policy.document import Condition
from iamscout.policy.formula import all_of, any_of, assume, negate, simplify

PRESENT, AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"


def asks(spelled: str, key: str, *values: str) -> Formula:
    base = spelled.removesuffix("IfExists")
    return resolve((Condition(base, key, values, "", base != spelled),), OPEN, variables=True)


MFA_TRUE = asks("Bool", PRESENT, "true")
OFFICE = asks("IpAddress", "aws:SourceIp", "10.0.0.0/8")
UNDER_60 = asks("NumericLessThan", AGE, "60")


@pytest.mark.parametrize(
    ("formula", "grade", "age", "results"),
    [
        pytest.param(ALWAYS, "none", None, "allow allow allow", id="no condition"),
        pytest.param(NEVER, "none", None, "deny deny deny", id="nobody"),
        pytest.param(OFFICE, "none", None, "conditional conditional conditional", id="another key"),
        pytest.param(MFA_TRUE, "present", None, "deny deny allow", id="Allow + Bool true"),
        pytest.param(
            asks("BoolIfExists", PRESENT, "true"),
            "weak",
            None,
            "allow deny allow",
            id="Allow + BoolIfExists true",
        ),
        pytest.param(
            asks("StringEquals", PRESENT, "true"),
            "present",
            None,
            "deny deny allow",
            id="Allow + StringEquals true",
        ),
        pytest.param(UNDER_60, "fresh", 59, "deny deny allow", id="Allow + age"),
        pytest.param(
            asks("NumericLessThanEquals", AGE, "60"),
            "fresh",
            60,
            "deny deny allow",
            id="Allow + age, limit included",
        ),
        pytest.param(
            asks("NumericLessThan", AGE, "60.5"), "fresh", 60, "deny deny allow", id="Allow + age, a fraction"
        ),
        pytest.param(
            asks("NumericEquals", AGE, "7", "9"), "fresh", 9, "deny deny allow", id="Allow + exact ages"
        ),
        pytest.param(
            asks("StringEquals", AGE, "30"), "fresh", 30, "deny deny allow", id="Allow + age as text"
        ),
        pytest.param(
            asks("StringLike", AGE, "??"), "fresh", 99, "deny deny allow", id="Allow + age by digits"
        ),
        pytest.param(
            asks("NumericLessThanIfExists", AGE, "60"),
            "weak",
            None,
            "allow allow allow",
            id="Allow + age IfExists",
        ),
        pytest.param(
            asks("NumericGreaterThan", AGE, "60"), "present", None, "deny deny allow", id="Allow + old MFA"
        ),
        pytest.param(asks("Null", AGE, "false"), "present", None, "deny deny allow", id="Allow + Null false"),
        pytest.param(all_of(MFA_TRUE, UNDER_60), "fresh", 59, "deny deny allow", id="the deck"),
        pytest.param(
            negate(asks("BoolIfExists", PRESENT, "false")),
            "present",
            None,
            "deny deny allow",
            id="Deny + BoolIfExists false",
        ),
        pytest.param(
            negate(asks("Bool", PRESENT, "false")), "weak", None, "allow deny allow", id="Deny + Bool false"
        ),
        pytest.param(
            negate(asks("Null", PRESENT, "true")), "weak", None, "deny allow allow", id="Deny + Null Present"
        ),
        pytest.param(
            negate(asks("Null", AGE, "true")), "present", None, "deny deny allow", id="Deny + Null Age"
        ),
        pytest.param(
            negate(asks("NumericGreaterThan", AGE, "3600")),
            "weak",
            None,
            "allow allow allow",
            id="Deny + age",
        ),
        pytest.param(
            negate(asks("NumericGreaterThanIfExists", AGE, "3600")),
            "fresh",
            3600,
            "deny deny allow",
            id="Deny + age IfExists",
        ),
        pytest.param(
            all_of(MFA_TRUE, negate(asks("NumericGreaterThan", AGE, "3600"))),
            "fresh",
            3600,
            "deny deny allow",
            id="Allow + Bool, Deny + age",
        ),
        pytest.param(
            all_of(asks("BoolIfExists", PRESENT, "true"), negate(asks("Null", PRESENT, "true"))),
            "present",
            None,
            "deny deny allow",
            id="two halves",
        ),
        pytest.param(
            any_of(MFA_TRUE, OFFICE), "weak", None, "conditional conditional allow", id="MFA or the office"
        ),
        pytest.param(
            all_of(MFA_TRUE, OFFICE), "present", None, "deny deny conditional", id="MFA and the office"
        ),
        pytest.param(
            any_of(UNDER_60, all_of(asks("NumericLessThan", AGE, "3600"), OFFICE)),
            "fresh",
            3599,
            "deny deny allow",
            id="older from the office",
        ),
        pytest.param(
            any_of(asks("Bool", PRESENT, "true", "false"), asks("Null", PRESENT, "true")),
            "none",
            None,
            "allow allow allow",
            id="always true",
        ),
        pytest.param(
            all_of(MFA_TRUE, asks("Null", AGE, "true")), "none", None, "deny deny deny", id="never true"
        ),
        pytest.param(
            asks("Null", "aws:TokenIssueTime", "false"),
            "none",
            None,
            "deny allow allow",
            id="temporary credentials only",
        ),
        pytest.param(
            Formula(((Opaque("unreadable"),),)),
            "none",
            None,
            "conditional conditional conditional",
            id="unreadable",
        ),
        pytest.param(
            any_of(MFA_TRUE, Formula(((Opaque("unreadable"),),))),
            "weak",
            None,
            "conditional conditional allow",
            id="MFA or unreadable",
        ),
    ],
)
def test_grade_and_results_follow_from_evaluation(
    formula: Formula, grade: str, age: int | None, results: str
) -> None:
    assert mfa_strength(formula) == Mfa(grade, age)  # type: ignore[arg-type]  # a grade's name
    assert credential_results(formula) == CredentialResults(*results.split())  # type: ignore[arg-type]  # outcomes


def test_a_role_session_carries_no_mfa() -> None:
    assert assume_role_session(MFA_TRUE) == NEVER
    assert assume_role_session(UNDER_60) == NEVER
    assert assume_role_session(negate(asks("BoolIfExists", PRESENT, "false"))) == NEVER
    assert assume_role_session(ALWAYS) == ALWAYS
    assert assume_role_session(all_of(OFFICE, asks("NumericLessThanIfExists", AGE, "60"))) == OFFICE


def test_where_absent_and_false_differ_a_role_session_is_contested() -> None:
    for formula in (
        asks("BoolIfExists", PRESENT, "true"),
        asks("Bool", PRESENT, "false"),
        asks("Null", PRESENT, "true"),
    ):
        left = assume_role_session(formula)
        assert left not in (ALWAYS, NEVER)
        assert any(isinstance(atom, Opaque) for alternative in left.alternatives for atom in alternative)
    kept = assume_role_session(any_of(OFFICE, asks("BoolIfExists", PRESENT, "true")))
    assert OFFICE.alternatives[0] in kept.alternatives


PARTS = st.sampled_from(
    [
        MFA_TRUE,
        OFFICE,
        UNDER_60,
        asks("BoolIfExists", PRESENT, "true"),
        asks("BoolIfExists", PRESENT, "false"),
        asks("Bool", PRESENT, "false"),
        asks("NumericGreaterThanIfExists", AGE, "100"),
        asks("NumericGreaterThan", AGE, "30"),
        asks("Null", AGE, "true"),
        asks("Null", PRESENT, "true"),
    ]
)
FORMULAS = st.recursive(
    PARTS,
    lambda parts: (
        st.builds(any_of, parts, parts) | st.builds(all_of, parts, parts) | st.builds(negate, parts)
    ),
    max_leaves=6,
)


@given(FORMULAS)
def test_the_grade_agrees_with_asking_every_age(formula: Formula) -> None:
    keyed = simplify(assume(formula, LONG_TERM_KEY)) != NEVER
    console = simplify(assume(formula, CONSOLE_WITHOUT_MFA)) != NEVER
    passing = [age for age in range(150) if simplify(assume(formula, mfa_session(age))) != NEVER]
    found = mfa_strength(formula)
    if keyed or console:
        assert found.grade in ("none", "weak")
    elif not passing:
        assert found == Mfa("none")
    elif passing[-1] == 149:
        assert found == Mfa("present")
    else:
        assert found == Mfa("fresh", passing[-1])


@given(FORMULAS, FORMULAS)
def test_a_deny_gives_no_credential_more(allow: Formula, deny: Formula) -> None:
    order = ["deny", "conditional", "allow"]
    before, after = credential_results(allow), credential_results(all_of(allow, negate(deny)))
    for field in CredentialResults.__struct_fields__:
        assert order.index(getattr(after, field)) <= order.index(getattr(before, field))
