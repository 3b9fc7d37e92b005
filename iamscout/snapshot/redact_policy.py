"""Redaction of policy documents: what names somebody or something, by where in the grammar it stands.

What is no policy by the grammar is redacted all the same. Actions, operators, condition keys, times and
addresses stay, so that a redacted document decides as the original does; so do values that AWS gives. Every
other value of a condition is taken for somebody's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import msgspec

from iamscout.snapshot.redact_text import TAG_CONDITION, Redactor

_KEPT_WORD = re.compile(
    r"[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+|[*?]+|(?i:allow|deny)|[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII
)
"""An action, an effect or a version."""
_VERBATIM = ("null", "bool", "numeric", "date", "ipaddress", "notipaddress", "binary")
"""What operators begin with whose values are no names ("Condition operators"), in lower case."""
_ACTIONS = frozenset({"action", "notaction", "effect", "version"})
_RESOURCES = frozenset({"resource", "notresource"})
_PRINCIPALS = frozenset({"principal", "notprincipal"})
_NAME_KEYS = frozenset(
    [
        "aws:username",
        "sts:rolesessionname",
        "aws:sourceidentity",
        "sts:sourceidentity",
        "sts:externalid",
        "aws:federatedprovider",
        "iam:resourcetag",
    ]
)
_LISTS_OF_KEYS = frozenset({"aws:tagkeys", "sts:transitivetagkeys", "kms:encryptioncontextkeys"})
_ORGANIZATION_KEYS = ("orgid", "orgpaths")
_ACCOUNT_KEYS = ("principalaccount", "sourceaccount", "resourceaccount")
_SAML_CLAIMS = ("saml:aud", "saml:iss", "saml:doc")
_KEPT_VALUES = frozenset(
    [
        "aws:principaltype",
        "aws:requestedregion",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "ec2:createaction",
        "ec2:instancetype",
        "ec2:region",
        "iam:awsservicename",
        "iam:passedtoservice",
        "kms:encryptionalgorithm",
        "kms:grantoperations",
        "kms:keyorigin",
        "kms:keyspec",
        "kms:keyusage",
        "kms:signingalgorithm",
        "kms:viaservice",
        "lambda:functionurlauthtype",
        "organizations:serviceprincipal",
        "s3:authtype",
        "s3:signatureversion",
        "s3:x-amz-acl",
        "s3:x-amz-server-side-encryption",
        "s3:x-amz-storage-class",
        "saml:sub_type",
    ]
)
"""Condition keys whose values AWS gives ("AWS global condition context keys" and the services' own)."""
_WILD = ("*", "?", "${")
_MOST = 200_000
"""Characters of a text that is looked into as JSON; a longer one is no policy to anybody."""


class _Pairs(list[tuple[str, object]]):
    """A JSON object as written, equal keys included."""


class _Number(str):
    """A JSON number in its own spelling."""

    __slots__ = ()


def redact_document(document: object, redactor: Redactor) -> object:
    """A document as a snapshot holds it: an object, or a text where an object would say less."""
    try:
        if not isinstance(document, str):
            return _redacted(document, redactor)
        value = _read(document)
        if value is not None:
            return _written(_redacted(value, redactor))
    except RecursionError:
        document = document if isinstance(document, str) else msgspec.json.encode(document).decode()
    return redactor.free(document)


def pattern_texts(document: object) -> Iterator[str]:
    """The texts of a document that have wildcards or variables and are no actions."""
    value = _read(document) if isinstance(document, str) else document
    pending: list[object] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, _Pairs | dict):
            pairs = item if isinstance(item, _Pairs) else item.items()
            pending.extend(member for name, member in pairs if name.lower() not in _ACTIONS)
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str) and any(mark in item for mark in _WILD):
            yield item


def _redacted(value: object, redactor: Redactor) -> object:
    """A document, a statement or whatever stands in its place."""

    def member(name: str, inner: object) -> object:
        word = name.lower()
        if word in _ACTIONS:
            return _each(inner, lambda text: text if _KEPT_WORD.fullmatch(text) else redactor.sid(text))
        if word in _RESOURCES:
            return _each(inner, lambda text: _resource(text, redactor))
        if word in _PRINCIPALS:
            return _principals(inner, redactor)
        if word == "condition":
            return _conditions(inner, redactor)
        if word in ("sid", "id"):
            return _each(inner, redactor.sid)
        return _redacted(inner, redactor)

    return _members(value, member, redactor.sid)


def _resource(text: str, redactor: Redactor) -> str:
    return redactor.arn(text) if text.startswith("arn:") else redactor.sid(text)


def _principals(value: object, redactor: Redactor) -> object:
    def member(name: str, inner: object) -> object:
        if name == "Federated":
            return _each(
                inner, lambda text: redactor.arn(text) if text.startswith("arn:") else redactor.host(text)
            )
        if name == "CanonicalUser":
            return _each(inner, redactor.canonical)
        if name == "Service":
            return _each(inner, redactor.service)
        return _each(inner, lambda text: _principal(text, redactor))

    return _members(value, member, lambda text: _principal(text, redactor))


def _principal(text: str, redactor: Redactor) -> str:
    """An ARN, an account's id, or a unique id, whose first letters tell its kind."""
    return redactor.arn(text) if text.startswith("arn:") else redactor.sid(text)


def _conditions(value: object, redactor: Redactor) -> object:
    def operator(name: str, inner: object) -> object:
        plain = name.lower().rpartition(":")[2]
        verbatim = plain.startswith(_VERBATIM)

        def test(key: str, values: object) -> object:
            return _each(values, redactor.free if verbatim else _reader(key.lower(), redactor))

        return _members(inner, test, redactor.free, redactor.condition_key)

    return _members(value, operator, redactor.free)


def _reader(key: str, redactor: Redactor) -> Callable[[str], str]:
    """What redacts the values of a condition key (in lower case)."""
    prefix, _, name = key.rpartition(":")
    if key in _KEPT_VALUES:
        found = redactor.free
    elif key in _LISTS_OF_KEYS:
        found = redactor.tag_key
    elif key in _NAME_KEYS or TAG_CONDITION.fullmatch(key) or (prefix == "saml" and key not in _SAML_CLAIMS):
        found = redactor.name
    elif key == "aws:userid":
        found = redactor.unique
    elif name.endswith(_ORGANIZATION_KEYS):
        found = redactor.organization
    elif name in _ACCOUNT_KEYS:
        found = redactor.account
    else:
        found = redactor.claim
    return lambda text: redactor.arn(text) if text.startswith("arn:") else found(text)


def _each(value: object, change: Callable[[str], str]) -> object:
    """Change every text in a value of whatever shape; numbers of an account's length as well."""
    if isinstance(value, _Number):
        return _Number(change(str(value))) if len(value) == 12 and value.isdigit() else value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        changed = change(str(value))
        return int(changed) if changed.isdigit() else value
    return _members(value, lambda _name, inner: _each(inner, change), change)


def _members(
    value: object,
    member: Callable[[str, object], object],
    text: Callable[[str], str],
    key: Callable[[str], str] | None = None,
) -> object:
    """A value with its members changed by `member`, and texts that stand outside of an object by `text`."""
    rename = key or (lambda name: name)
    if isinstance(value, _Pairs):
        return _Pairs((rename(name), member(name, inner)) for name, inner in value)
    if isinstance(value, dict):
        return {rename(name): member(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_members(inner, member, text, key) for inner in value]
    return _each(value, text)


def _read(text: str) -> object:
    """A JSON text with all that it says, or None where it is none."""
    if len(text) > _MOST:
        return None
    try:
        value: object = json.loads(text, object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number)
    except (ValueError, RecursionError):
        return None
    return value


def _written(value: object) -> str:
    if isinstance(value, _Pairs):
        return "{" + ", ".join(f"{json.dumps(name)}: {_written(inner)}" for name, inner in value) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return str(value) if isinstance(value, _Number) else json.dumps(value)
