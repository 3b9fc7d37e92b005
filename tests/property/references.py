"""A second, naive opinion on conditions, and random conditions and requests to ask both about."""

import base64
import ipaddress
from datetime import datetime
from decimal import Decimal, InvalidOperation

from hypothesis import strategies as st

from iamscout.policy.document import Condition

NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
TEXT_VALUES = ["a", "A", "ab", "b*", "a*", "*b", "?", "*", "", "${*}", "x:y", "a?*"]
ARN_VALUES = ["*", "a:b:c:d:e:f", "a:b:c:*:e:f*", "a:*:c:d:e:*", "a:b:c", "a:b:c:d:e:f:g", "A:b:c:d:e:f"]
NUMBERS = ["0", "1", "2", "2.5", "-1", "10", "1e1", "no number", "3600"]
DATES = [
    "2024-01-01T00:00:00Z",
    "2024-01-01T00:00:01Z",
    "1704067200",
    "2024-01-01",
    "2023",
    "2024-01-01T01:00:00+01:00",
    "soon",
]
ADDRESSES = [
    "10.0.0.0/8",
    "10.0.0.1",
    "10.0.0.1/32",
    "11.0.0.0/8",
    "0.0.0.0/0",
    "2001:db8::/32",
    "::1",
    "::/0",
    "nowhere",
]
BINARIES = ["QQ==", "QUI=", "?"]
TRUTHS = ["true", "false", "True", "yes"]
VALUES = {
    "text": TEXT_VALUES,
    "arn": ARN_VALUES,
    "number": NUMBERS,
    "date": DATES,
    "address": ADDRESSES,
    "binary": BINARIES,
    "bool": TRUTHS,
}
OPERATORS = {
    "text": [
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
    ],
    "arn": ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "StringEquals", "StringLike"],
    "number": [
        f"Numeric{name}"
        for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ],
    "date": [
        f"Date{name}"
        for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ],
    "address": ["IpAddress", "NotIpAddress"],
    "binary": ["BinaryEquals"],
    "bool": ["Bool"],
}
QUALIFIERS = ["", "", "", "ForAnyValue", "ForAllValues"]


def glob(pattern: str, text: str) -> bool:
    """Wildcards by plain recursion."""
    for special in ("*", "?", "$"):
        if pattern.startswith(f"${{{special}}}"):
            return text[:1] == special and glob(pattern[4:], text[1:])
    if not pattern:
        return not text
    if pattern[0] == "*":
        return glob(pattern[1:], text) or (bool(text) and glob(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and glob(pattern[1:], text[1:])


def literal(value: str) -> str:
    return value.replace("${*}", "*").replace("${?}", "?").replace("${$}", "$")


def number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def moment(text: str) -> Decimal | None:
    if text.isdigit() and len(text) != 4:
        return Decimal(text)
    text = f"{text}-01-01" if len(text) == 4 else text
    text = f"{text}T00:00:00Z" if len(text) == 10 else text
    try:
        return Decimal(datetime.fromisoformat(text).timestamp())
    except ValueError:
        return None


def pair_matches(operator: str, policy: str, request: str) -> bool:  # noqa: PLR0911  # one for each kind
    """Whether one value of the request matches one of the policy under a positive operator."""
    match operator:
        case "StringEquals":
            return literal(policy) == request
        case "StringEqualsIgnoreCase":
            return literal(policy).lower() == request.lower()
        case "StringLike":
            return glob(policy, request)
        case "ArnEquals" | "ArnLike":
            parts, components = policy.split(":", 5), request.split(":", 5)
            return policy == "*" or (len(parts) == len(components) == 6 and all(map(glob, parts, components)))
        case "Bool":
            return policy.lower() == request.lower() and policy.lower() in ("true", "false")
        case "BinaryEquals":
            try:
                return base64.b64decode(policy, validate=True) == base64.b64decode(request, validate=True)
            except ValueError:
                return False
        case "IpAddress":
            try:
                address = ipaddress.ip_address(request.removesuffix("/128" if ":" in request else "/32"))
                return address in ipaddress.ip_network(policy, strict=False)
            except ValueError:
                return False
    one, other = (
        (moment(request), moment(policy))
        if operator.startswith("Date")
        else (number(request), number(policy))
    )
    if one is None or other is None:
        return False
    return {
        "Equals": one == other,
        "LessThan": one < other,
        "LessThanEquals": one <= other,
        "GreaterThan": one > other,
        "GreaterThanEquals": one >= other,
    }[operator.removeprefix("Date").removeprefix("Numeric")]


def reference(condition: Condition, values: tuple[str, ...] | None) -> bool:
    """Whether a condition holds, read slowly from the documentation."""
    if condition.operator == "Null":
        absent = values in (None, ())
        return ("true" if absent else "false") in {value.lower() for value in condition.values}
    negated = condition.operator in NEGATED
    positive = NEGATED.get(condition.operator, condition.operator)

    def passes(request: str) -> bool:
        found = any(pair_matches(positive, policy, request) for policy in condition.values)
        return not found if negated else found

    if condition.qualifier == "ForAllValues":
        return not values or set(values) == {""} or all(passes(value) for value in values)
    if condition.qualifier == "ForAnyValue":
        if not values:
            return condition.if_exists
        return set(values) != {""} and any(passes(value) for value in values)
    if not values:
        return negated or condition.if_exists
    return all(passes(value) for value in values) if negated else any(passes(value) for value in values)


@st.composite
def conditions_on(
    draw: st.DrawFn, key: str, kinds: tuple[str, ...] = tuple(VALUES), *, qualifiers: bool = True
) -> Condition:
    """A random condition on one key, now and then Null."""
    if draw(st.integers(0, 9)) == 0:
        return Condition(
            "Null", key, draw(st.sampled_from([("true",), ("false",), ("false", "true"), ("maybe",)]))
        )
    kind = draw(st.sampled_from(kinds))
    values = draw(st.lists(st.sampled_from(VALUES[kind]), min_size=1, max_size=3, unique=True))
    return Condition(
        draw(st.sampled_from(OPERATORS[kind])),
        key,
        tuple(sorted(values)),
        draw(st.sampled_from(QUALIFIERS)) if qualifiers else "",
        draw(st.booleans()),
    )


REQUEST_TEXTS = st.one_of(
    st.text(alphabet="abAx:*?y", max_size=4),
    st.sampled_from([value for values in VALUES.values() for value in values]),
    st.sampled_from(
        [
            "a:b:c:d:e:f",
            "a:b:c:x:e:fgh",
            "10.1.2.3",
            "11.0.0.0",
            "2001:db8::7",
            "9.255.255.255",
            "1704067201",
            "3",
            "11",
        ]
    ),
)


def values_of_request(*, several: bool = True) -> st.SearchStrategy[tuple[str, ...] | None]:
    """Absent, or one value, or several."""
    most = 3 if several else 1
    return st.one_of(st.none(), st.lists(REQUEST_TEXTS, min_size=1, max_size=most).map(tuple))
