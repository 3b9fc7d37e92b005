"""Conditions in plain English, for pages and the command line: "MFA younger than 60 s".

What a sentence says is what the operator does, absent keys included. Values are shown as a policy writes
them; whoever prints them escapes them.
"""

from __future__ import annotations

from typing import Final

from iamscout.policy.atoms import Alternative, Atom, NeedsIdentity, Opaque, Test
from iamscout.policy.document import Condition
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.policy.match import is_exact
from iamscout.policy.operators import is_negated, kind_of

MAX_SHOWN = 6
"""Values that are spelled out; the rest is counted."""

_LABELS: Final = {
    "aws:currenttime": "the time",
    "aws:epochtime": "the time",
    "aws:federatedprovider": "identity provider",
    MFA_AGE: "age of MFA",
    MFA_PRESENT: "MFA",
    "aws:principalaccount": "caller's account",
    "aws:principalarn": "caller's ARN",
    "aws:principalisawsservice": "caller is an AWS service",
    "aws:principalorgid": "caller's organization",
    "aws:principalorgpaths": "caller's place in the organization",
    "aws:principaltype": "caller's type",
    "aws:requestedregion": "region",
    "aws:securetransport": "TLS",
    "aws:sourceaccount": "account of the resource that calls",
    "aws:sourcearn": "ARN of the resource that calls",
    "aws:sourceidentity": "source identity",
    "aws:sourceip": "source address",
    "aws:sourceorgid": "organization of the resource that calls",
    "aws:sourcevpc": "source VPC",
    "aws:sourcevpce": "source VPC endpoint",
    "aws:tagkeys": "tag keys of the request",
    "aws:tokenissuetime": "time of issue of the credentials",
    "aws:useragent": "user agent",
    "aws:userid": "caller's unique id",
    "aws:username": "user name",
    "aws:viaawsservice": "call through an AWS service",
    "aws:vpcsourceip": "source address in the VPC",
    "sts:durationseconds": "session duration in seconds",
    "sts:externalid": "external id",
    "sts:rolesessionname": "role session name",
    "sts:sourceidentity": "source identity",
    "sts:transitivetagkeys": "transitive tag keys",
}
_FAMILIES: Final = {
    "aws:principaltag/": "caller's tag",
    "aws:requesttag/": "request's tag",
    "aws:resourcetag/": "resource's tag",
    "iam:resourcetag/": "resource's tag",
}
_VERBS: Final = {
    "StringEquals": ("is", "is one of"),
    "StringNotEquals": ("is not", "is none of"),
    "StringEqualsIgnoreCase": ("is, in any case,", "is, in any case, one of"),
    "StringNotEqualsIgnoreCase": ("is not, in any case,", "is, in any case, none of"),
    "StringLike": ("matches", "matches one of"),
    "StringNotLike": ("does not match", "matches none of"),
    "ArnEquals": ("matches", "matches one of"),
    "ArnLike": ("matches", "matches one of"),
    "ArnNotEquals": ("does not match", "matches none of"),
    "ArnNotLike": ("does not match", "matches none of"),
    "NumericEquals": ("is", "is one of"),
    "NumericNotEquals": ("is not", "is none of"),
    "NumericLessThan": ("is below", "is below one of"),
    "NumericLessThanEquals": ("is at most", "is at most one of"),
    "NumericGreaterThan": ("is above", "is above one of"),
    "NumericGreaterThanEquals": ("is at least", "is at least one of"),
    "DateEquals": ("is", "is one of"),
    "DateNotEquals": ("is not", "is none of"),
    "DateLessThan": ("is before", "is before one of"),
    "DateLessThanEquals": ("is not after", "is not after one of"),
    "DateGreaterThan": ("is after", "is after one of"),
    "DateGreaterThanEquals": ("is not before", "is not before one of"),
    "Bool": ("is", "is one of"),
    "BinaryEquals": ("is (base64)", "is one of (base64)"),
    "IpAddress": ("is within", "is within one of"),
    "NotIpAddress": ("is outside", "is outside all of"),
}
_AGES: Final = {
    "NumericLessThan": "MFA younger than {} s",
    "NumericLessThanEquals": "MFA at most {} s old",
    "NumericGreaterThan": "MFA older than {} s",
    "NumericGreaterThanEquals": "MFA at least {} s old",
}
_MFA: Final = {
    ("Bool", False, "true"): "MFA present",
    ("Bool", False, "false"): "a session that was begun without MFA",
    ("Bool", True, "true"): "MFA present, or a long-term key",
    ("Bool", True, "false"): "no MFA",
    ("Null", False, "true"): "a long-term key, of which AWS cannot tell MFA",
    ("Null", False, "false"): "a session, with MFA or without",
}

_SWITCHES: Final = {
    ("aws:principalisawsservice", "true"): "the caller is an AWS service",
    ("aws:principalisawsservice", "false"): "the caller is no AWS service",
    ("aws:securetransport", "true"): "the request is encrypted (TLS)",
    ("aws:securetransport", "false"): "the request is not encrypted (no TLS)",
    ("aws:viaawsservice", "true"): "the call comes through an AWS service",
    ("aws:viaawsservice", "false"): "the call does not come through an AWS service",
}


def describe(atom: Atom) -> str:
    """One open condition in words, without a full stop."""
    match atom:
        case NeedsIdentity(account):
            return f"an identity policy of account {account} allows it"
        case Opaque(reason):
            return f"cannot be judged: {reason}"
        case Test(condition, negated):
            found = describe_condition(condition)
            return f"it is not so that {found}" if negated else found


def describe_all(alternative: Alternative) -> str:
    """All conditions of an alternative in words, each once; an empty one is "no further condition".

    What cannot be judged and its opposite read alike.
    """
    return " and ".join(dict.fromkeys(map(describe, alternative))) or "no further condition"


def describe_condition(condition: Condition) -> str:
    """What a condition asks of the request, in words."""
    key = condition.key.lower()
    if len(condition.values) == 1 and not condition.qualifier:
        value = condition.values[0].lower()
        found = _about_mfa(condition, key, value)
        if found:
            return found
        if condition.operator == "Bool" and (found := _SWITCHES.get((key, value), "")):
            return found + (", or that is not told" if condition.if_exists else "")
    label = _label(condition.key)
    if kind_of(condition.operator) is None:
        return f"{label}: {condition.spelled} {_list(condition.values)}"
    if condition.operator == "Null":
        return _presence(condition, label)
    return _comparison(condition, label)


def _about_mfa(condition: Condition, key: str, value: str) -> str:
    if key == MFA_PRESENT:
        return _MFA.get((condition.operator, condition.if_exists, value), "")
    if key == MFA_AGE and condition.operator == "Null":
        return {"true": "no MFA", "false": "MFA present"}.get(value, "")
    if key == MFA_AGE and condition.operator in _AGES:
        if_used = ", if MFA was used" if condition.if_exists else ""
        return _AGES[condition.operator].format(value) + if_used
    return ""


def _presence(condition: Condition, label: str) -> str:
    asked = {value.lower() for value in condition.values}
    if asked == {"true"}:
        return f"{label} is absent"
    return f"{label} is present" if asked == {"false"} else f"{label}: Null {_list(condition.values)}"


def _comparison(condition: Condition, label: str) -> str:
    if not condition.values:
        return f"{label} is compared with an empty list"
    one, several = _VERBS[condition.operator]
    if condition.operator in ("StringLike", "ArnLike", "ArnEquals") and all(map(is_exact, condition.values)):
        one, several = _VERBS["StringEquals"]
    verb = one if len(condition.values) == 1 else several
    said = f"{verb} {_list(condition.values)}"
    match condition.qualifier:
        case "ForAnyValue":
            return f"some value of {label} {said}" + (", or there is none" if condition.if_exists else "")
        case "ForAllValues":
            return f"every value of {label}, if there are any, {said}"
        case _:
            passes_absent = condition.if_exists or is_negated(condition.operator)
            return f"{label} {said}" + (", or is absent" if passes_absent else "")


def _label(key: str) -> str:
    lowered = key.lower()
    for family, label in _FAMILIES.items():
        if lowered.startswith(family):
            return f"{label} {key[len(family) :]}"
    return _LABELS.get(lowered, key)


def _list(values: tuple[str, ...]) -> str:
    if not values:
        return "nothing"
    shown = ", ".join(value or '""' for value in values[:MAX_SHOWN])
    more = len(values) - MAX_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
