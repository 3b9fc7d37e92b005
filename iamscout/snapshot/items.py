"""Answers about one item each that do not name it: the provider or user is worked out here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Raw

from iamscout.errors import InputError
from iamscout.snapshot.merging import merge_items
from iamscout.snapshot.model import Gap, Source
from iamscout.snapshot.pieces import Piece
from iamscout.snapshot.shapes import OidcProviderShape, SamlProviderShape, SamlProvidersShape
from iamscout.snapshot.times import read_time
from iamscout.snapshot.tolerant import decode_struct

_OWNED = {
    "iam:ListMFADevices": "MFADevices",
    "iam:ListAccessKeys": "AccessKeyMetadata",
    "iam:ListSigningCertificates": "Certificates",
    "iam:ListSSHPublicKeys": "SSHPublicKeys",
    "iam:GetLoginProfile": "LoginProfile",
}
"""The sources of one answer per user, and the member whose items (or which itself) say whose they are."""

PER_ITEM = ("iam:GetSAMLProvider", "iam:GetOpenIDConnectProvider", *_OWNED)
"""The sources that hold an object of item to answer."""


class _Owned(msgspec.Struct, rename="pascal"):
    """An MFA device, access key and so on, as far as it says whose it is."""

    user_name: str = ""


def assign(
    source: str, pieces: Sequence[Piece], by_source: Mapping[str, Sequence[Piece]], arn_prefix: str
) -> tuple[Source, tuple[Gap, ...]]:
    """One source out of answers about one item each; `by_source` holds the account's other pieces."""
    by_item: dict[str, list[Piece]] = {}
    nameless = 0
    for piece in pieces:
        if source == "iam:GetOpenIDConnectProvider":
            item = _oidc_arn(piece, arn_prefix)
        elif source == "iam:GetSAMLProvider":
            item = _saml_arn(piece, by_source.get("iam:ListSAMLProviders", ()))
        else:
            item = _user_name(piece, _OWNED[source])
        if item:
            by_item.setdefault(item, []).append(piece)
        else:
            nameless += 1
    merged = merge_items(by_item)
    if not nameless:
        return merged, ()
    reason = (
        f"{nameless} empty answers do not say which users they are about"
        if nameless > 1
        else "an empty answer does not say which user it is about"
    )
    return Source("partial", merged.data, reason), (Gap(source, "", "Incomplete", reason),)


def _oidc_arn(piece: Piece, arn_prefix: str) -> str:
    shape = decode_struct(msgspec.json.encode(piece.members), OidcProviderShape, _ignore)
    url = shape.url.partition("://")[2] or shape.url if shape else ""
    if not url:
        raise InputError("does not say which provider it is about", where=piece.file, remedy="make it again")
    return f"{arn_prefix}oidc-provider/{url}"


def _saml_arn(piece: Piece, lists: Sequence[Piece]) -> str:
    """The answer has no ARN: it is found by both its times in the list of providers."""
    shape = decode_struct(msgspec.json.encode(piece.members), SamlProviderShape, _ignore)
    listed = [
        provider
        for each in lists
        for provider in (
            decode_struct(msgspec.json.encode(each.members), SamlProvidersShape, _ignore)
            or SamlProvidersShape()
        ).providers
    ]
    same = [provider.arn for provider in listed if shape and _times(provider) == _times(shape)]
    if len(same) != 1:
        raise InputError(
            "does not say which provider it is about",
            where=piece.file,
            remedy="leave it out; `aws iam list-saml-providers` tells what is needed",
        )
    return same[0]


def _times(shape: SamlProviderShape) -> tuple[object, object]:
    try:
        return read_time(shape.create_date), read_time(shape.valid_until)
    except ValueError:
        return shape.create_date, shape.valid_until


def _user_name(piece: Piece, member: str) -> str:
    raw = piece.members[member]
    try:
        found = msgspec.json.decode(raw, type=list[Raw] | dict[str, Raw])
    except (ValueError, RecursionError):
        return ""
    items = found if isinstance(found, list) else [raw]
    owned = [decode_struct(item, _Owned, _ignore) for item in items]
    names = {each.user_name for each in owned if each and each.user_name}
    if len(names) > 1:
        raise InputError(
            f"holds {member} of several users", where=piece.file, remedy="give one answer per user"
        )
    return names.pop() if names else ""


def _ignore(_where: str, _text: str) -> None:
    """What cannot be read here is noted when the snapshot is viewed."""
