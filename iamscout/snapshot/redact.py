"""Snapshots without what must not leave the house: account ids, names, email addresses, key ids.

A pure function from snapshots to snapshots, before anything is judged or written, so that every output and
every file's name has pseudonyms only. What AWS itself named stays: managed policies, service-linked roles,
services, actions. The same key gives the same pseudonyms, so that reports of two days can be compared.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from io import StringIO

import msgspec
from msgspec import structs

from iamscout.snapshot.model import Category, Gap, Redaction, Snapshot, Source, encode_source
from iamscout.snapshot.pseudonyms import Pseudonyms
from iamscout.snapshot.redact_policy import pattern_texts, redact_document
from iamscout.snapshot.redact_text import Redactor

_NAMES = frozenset(
    [
        "UserName",
        "GroupName",
        "RoleName",
        "PolicyName",
        "InstanceProfileName",
        "ServerCertificateName",
        "GroupList",
        "EntityName",
        "AccountAliases",
        "AccountAlias",
        "ServiceUserName",
        "ServiceCredentialAlias",
        "CertificateId",
        "IdentityStoreId",
        "PrincipalId",
        "x509Subject",
        "trustAnchorId",
        "profileId",
        "subjectId",
        "displayName",
        "DisplayName",
        "GivenName",
        "FamilyName",
        "Formatted",
        "name",
        "Name",
    ]
)
_DOCUMENTS = frozenset(
    {"AssumeRolePolicyDocument", "PolicyDocument", "Document", "policy", "InlinePolicy", "sessionPolicy"}
)
_DROPPED = frozenset(
    {
        "SAMLMetadataDocument",
        "CertificateBody",
        "CertificateChain",
        "SSHPublicKeyBody",
        "x509CertificateData",
    }
)
_DROPPED_TEXT = "redacted"
_FIXED = frozenset({"PasswordPolicy", "SummaryMap", "accounts"})
"""Members of answers that are objects; others that are objects stand for the item that names them."""


def redactor_for(
    snapshots: Iterable[Snapshot],
    categories: Collection[Category],
    key: bytes,
    further_patterns: Iterable[str] = (),
) -> Redactor:
    """What redacts these snapshots.

    They are to be given together: patterns of one are about names of all. `further_patterns` are about these
    names, too, such as those of exceptions.
    """
    names: set[str] = set()
    patterns = set(further_patterns)
    for snapshot in snapshots:
        for name in snapshot.sources:
            _survey(_value(snapshot, name), names, patterns)
    return Redactor(Pseudonyms(key, sorted(patterns)), categories, names)


def redact(snapshot: Snapshot, redactor: Redactor) -> Snapshot:
    """The snapshot with pseudonyms; it says itself of which categories."""
    return structs.replace(
        snapshot,
        account=redactor.account(snapshot.account),
        caller=redactor.arn(snapshot.caller) if snapshot.caller else "",
        sources={
            name: Source(
                source.status,
                encode_source(_source(_value(snapshot, name), redactor)),
                redactor.free(source.reason),
            )
            for name, source in snapshot.sources.items()
        },
        gaps=tuple(
            Gap(gap.operation, redactor.free(gap.resource), gap.error_code, redactor.free(gap.message))
            for gap in snapshot.gaps
        ),
        redaction=Redaction(redactor.categories, redactor.pseudonyms.fingerprint),
    )


def _value(snapshot: Snapshot, name: str) -> object:
    raw = snapshot.data(name)
    return None if raw is None else msgspec.json.decode(raw)


def _source(value: object, redactor: Redactor) -> object:
    """One answer; where it is an object of items, their names are redacted as well."""
    if isinstance(value, dict) and "Content" in value and isinstance(value["Content"], str):
        return {**value, "Content": _credential_report(value["Content"], redactor)}
    if not isinstance(value, dict) or _FIXED & value.keys():
        return _walk(value, redactor)
    return {
        redactor.free(name) if isinstance(inner, dict) else name: _member(name, inner, redactor)
        for name, inner in value.items()
    }


def _walk(value: object, redactor: Redactor) -> object:
    if isinstance(value, dict):
        if _is_of_aws(value):
            return value
        if "Value" in value and "Key" in value and isinstance(value["Value"], str):
            return {
                **value,
                "Key": redactor.tag_key(str(value["Key"])),
                "Value": redactor.name(value["Value"]),
            }
        return {_key(name, redactor): _member(name, inner, redactor) for name, inner in value.items()}
    if isinstance(value, list):
        return [_walk(item, redactor) for item in value]
    if isinstance(value, str):
        return redactor.arn(value) if value.startswith("arn:") else redactor.free(value)
    return value


def _key(name: str, redactor: Redactor) -> str:
    """Members have names of AWS's; those of the organization's accounts are their ids."""
    return (
        redactor.account(name) if name.isdigit() else redactor.arn(name) if name.startswith("arn:") else name
    )


def _member(name: str, value: object, redactor: Redactor) -> object:
    if name in _DOCUMENTS:
        return redact_document(value, redactor)
    if name in _DROPPED:
        return _DROPPED_TEXT if redactor.categories else value
    text = _READERS.get(name) or ("name" if name in _NAMES else "")
    if not text:
        return _walk(value, redactor)
    change: Callable[[str], str] = getattr(redactor, text)
    if isinstance(value, str):
        return redactor.arn(value) if value.startswith("arn:") else change(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [change(item) for item in value]
    return _walk(value, redactor)


_READERS = {
    "Path": "path",
    "path": "organization",
    "OrganizationId": "organization",
    "id": "organization",
    "Description": "description",
    "description": "description",
    "Url": "host",
    "ClientIDList": "claim",
    "SerialNumber": "name",
}
"""Members of AWS's answers and of the organization file that are neither names nor documents."""


def _is_of_aws(item: dict[str, object]) -> bool:
    """Whether an item is a policy of AWS's own, which is public."""
    return any(":iam::aws:" in str(item.get(member, "")) for member in ("Arn", "PolicyArn"))


def _credential_report(text: str, redactor: Redactor) -> str:
    """The report's CSV; where it is none, whatever can be found in the text is redacted."""
    try:
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
    except csv.Error:
        rows = []
    columns = rows[0] if rows else []
    if "user" not in columns or "arn" not in columns:
        return redactor.free(text)
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    for row in rows[1:]:
        writer.writerow(_cells(columns, row, redactor))
    return written.getvalue()


def _cells(columns: Sequence[str], row: Sequence[str], redactor: Redactor) -> Iterator[str]:
    for number, cell in enumerate(row):
        column = columns[number] if number < len(columns) else ""
        if column == "user":
            yield redactor.name(cell)
        else:
            yield redactor.arn(cell) if cell.startswith("arn:") else redactor.free(cell)


def _survey(value: object, names: set[str], patterns: set[str]) -> None:
    """Gather names of entities and patterns of policies."""
    pending: list[object] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict) and not _is_of_aws(item):
            for name, inner in item.items():
                if name in _DOCUMENTS:
                    patterns.update(pattern_texts(inner))
                elif name in _NAMES:
                    names.update(
                        each
                        for each in (inner if isinstance(inner, list) else [inner])
                        if isinstance(each, str)
                    )
                elif isinstance(inner, str):
                    if name == "Content":
                        names.update(line.partition(",")[0] for line in inner.splitlines()[1:])
                else:
                    pending.append(inner)
