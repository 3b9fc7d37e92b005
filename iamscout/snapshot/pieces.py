"""What one imported file says: pieces of AWS's answers, each of one kind and at most one account."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from iamscout.errors import InputError
from iamscout.policy.arn import ACCOUNT_ID, parse_arn
from iamscout.snapshot.reading import decode_json, read_file
from iamscout.snapshot.recognise import CREDENTIAL_REPORT_START, Kind, kinds_in_words, recognise

CREDENTIAL_REPORT = "iam:GetCredentialReport"

_ENCODED_REPORT_START = base64.b64encode(b"user,arn,user_creation_t").rstrip(b"=")
_LOG = logging.getLogger(__name__)

ARN_LISTS: Mapping[str, Mapping[str, str]] = {
    "iam:GetAccountAuthorizationDetails": dict.fromkeys(
        ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"), "Arn"
    ),
    "iam:ListRoles": {"Roles": "Arn"},
    "iam:ListUsers": {"Users": "Arn"},
    "iam:ListSAMLProviders": {"SAMLProviderList": "Arn"},
    "iam:ListOpenIDConnectProviders": {"OpenIDConnectProviderList": "Arn"},
    "iam:ListVirtualMFADevices": {"VirtualMFADevices": "SerialNumber"},
    "iam:ListMFADevices": {"MFADevices": "SerialNumber"},
    "iam:ListServerCertificates": {"ServerCertificateMetadataList": "Arn"},
    "iam:ListInstanceProfiles": {"InstanceProfiles": "Arn"},
    "iam:ListServiceSpecificCredentials": {"ServiceSpecificCredentials": "ServiceSpecificCredentialId"},
    # Their ARNs are of the management account, whoever asked.
    "organizations:ListDelegatedAdministrators": {"DelegatedAdministrators": "Id"},
    "organizations:ListAWSServiceAccessForOrganization": {"EnabledServicePrincipals": "ServicePrincipal"},
    "access-analyzer:ListAnalyzers": {"analyzers": "arn"},
    "rolesanywhere:ListTrustAnchors": {"trustAnchors": "trustAnchorArn"},
    "rolesanywhere:ListProfiles": {"profiles": "profileArn"},
    "rolesanywhere:ListSubjects": {"subjects": "subjectArn"},
}
"""The lists of a source, and which member of an item is its ARN, or at least tells it from others."""


class Piece(Struct, frozen=True):
    """One answer out of a file. `account` and `partition` are empty where nothing in it tells them.

    `members` are the answer's own, documents and all else untouched; `arns` those of its items, in order.
    """

    source: str
    file: str
    printed_by: str
    members: dict[str, Raw]
    arns: tuple[str, ...] = ()
    account: str = ""
    partition: str = ""

    @property
    def cut(self) -> str:
        """What shows that the listing goes on after this piece; empty where it does not.

        The AWS CLI leaves `NextToken` after `--max-items`, and `IsTruncated` with a `Marker` after
        `--no-paginate`.
        """
        if bytes(self.members.get("NextToken", Raw(b"null"))) != b"null":
            return "NextToken is left"
        return "IsTruncated is true" if bytes(self.members.get("IsTruncated", Raw(b""))) == b"true" else ""


def read_pieces(path: Path, *, among_others: bool) -> tuple[Piece, ...]:
    """The pieces of one file. Raises InputError for what is not among those that `iamscout import` reads.

    `among_others` says that the file was found in a folder: there JSON of another kind is passed over with a
    warning.
    """
    where = str(path)
    content = read_file(path)
    start = content.lstrip()
    if start.startswith(CREDENTIAL_REPORT_START):
        return (_credential_report(content, where),)
    if start.startswith(_ENCODED_REPORT_START):
        return (_credential_report(_from_base64(content, where), where),)
    found = []
    for members in _objects(content, where):
        kind = recognise(members)
        if kind is None:
            problem = _unknown(members, where)
            if not among_others:
                raise problem
            _LOG.warning("%s", problem)
            continue
        found.append(_piece(kind, members, where))
    return tuple(found)


def _objects(content: bytes, where: str) -> list[dict[str, Raw]]:
    """The JSON objects of a file: the one, or those of a list of API pages."""
    remedy = "give what the AWS CLI prints with `--output json`"
    kinds: tuple[type[dict[str, Raw] | list[dict[str, Raw]]], ...] = (dict[str, Raw], list[dict[str, Raw]])
    for kind in kinds:
        try:
            value = decode_json(content, kind, where, remedy=remedy)
        except msgspec.ValidationError:
            continue
        if isinstance(value, dict):
            return [value]
        if value:
            return value
        break
    decode_json(content, Raw, where, remedy=remedy)
    raise InputError("is JSON, but not an answer of AWS", where=where, remedy=remedy)


def _unknown(members: Mapping[str, Raw], where: str) -> InputError:
    schema = bytes(members.get("schema", Raw(b"")))
    if schema.startswith(b'"iamscout/snapshot/'):
        return InputError("is a snapshot already", where=where, remedy=f"run `iamscout report {where}`")
    names = ", ".join(name[:40] for name in sorted(members)[:5]) or "nothing"
    return InputError(
        f"is JSON of a kind that is not known (it holds {names})",
        where=where,
        remedy=f"give one of: {kinds_in_words()}",
    )


def _piece(kind: Kind, members: dict[str, Raw], where: str) -> Piece:
    if kind.source == CREDENTIAL_REPORT:
        return _credential_report_answer(members, where)
    if kind.source == "sts:GetCallerIdentity":
        arns: tuple[str, ...] = (_text(members["Arn"], where),)
    else:
        arns = tuple(_arns(kind.source, members, where))
    account, partition = _owner(arns, where)
    return Piece(kind.source, where, kind.printed_by, members, arns, account, partition)


def _arns(source: str, members: Mapping[str, Raw], where: str) -> Iterator[str]:
    for name, arn_member in ARN_LISTS.get(source, {}).items():
        if name in members:
            try:
                items = decode_json(members[name], list[dict[str, Raw]], where)
            except msgspec.ValidationError:
                raise InputError(
                    f"{name} is not a list of objects", where=where, remedy="make it again"
                ) from None
            yield from (_text(item[arn_member], where) for item in items if arn_member in item)


def _owner(arns: Iterable[str], where: str) -> tuple[str, str]:
    """The account and partition that ARNs are of; policies of AWS itself are of no account."""
    found = set()
    for text in arns:
        arn = parse_arn(text)
        if arn and ACCOUNT_ID.match(arn.account):
            found.add((arn.account, arn.partition))
    if len(found) > 1:
        names = ", ".join(sorted({account for account, _ in found}))
        raise InputError(
            f"holds items of several accounts or partitions ({names})",
            where=where,
            remedy="give one file per account",
        )
    return found.pop() if found else ("", "")


def _text(raw: Raw, where: str) -> str:
    try:
        return decode_json(raw, str, where)
    except msgspec.ValidationError:
        return ""


def _credential_report(content: bytes, where: str, **others: Raw) -> Piece:
    text = content.decode("utf-8", "replace")
    arns = tuple(
        cell for line in text.splitlines()[1:] for cell in line.split(",") if cell.startswith("arn:")
    )
    account, partition = _owner(arns, where)
    members = {"Content": Raw(msgspec.json.encode(text)), "ReportFormat": Raw(b'"text/csv"'), **others}
    return Piece(CREDENTIAL_REPORT, where, "aws iam get-credential-report", members, (), account, partition)


def _credential_report_answer(members: dict[str, Raw], where: str) -> Piece:
    content = _text(members["Content"], where).encode()
    if not content.startswith(CREDENTIAL_REPORT_START):
        content = _from_base64(content, where)
    others = {name: raw for name, raw in members.items() if name != "Content"}
    return _credential_report(content, where, **others)


def _from_base64(content: bytes, where: str) -> bytes:
    try:
        plain = base64.b64decode(b"".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        plain = b""
    if not plain.startswith(CREDENTIAL_REPORT_START):
        raise InputError(
            "Content is no credential report", where=where, remedy="run `aws iam get-credential-report`"
        )
    return plain
