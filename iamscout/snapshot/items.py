"""Answers about one item each that do not name it: the provider or user is worked out here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from iamscout.errors import InputError
from iamscout.snapshot.merging import merge_items
from iamscout.snapshot.model import Gap, Source
from iamscout.snapshot.pieces import Piece
from iamscout.snapshot.shapes import OidcProviderShape, SamlProviderShape, SamlProvidersShape
from iamscout.snapshot.times import read_time
from iamscout.snapshot.tolerant import decode_struct

PER_ITEM = ("iam:GetSAMLProvider", "iam:GetOpenIDConnectProvider", "iam:ListMFADevices")
"""The sources that hold an object of item to answer."""


class _DeviceOwner(msgspec.Struct, rename="pascal"):
    """`MFADevice`, as far as it says whose it is."""

    user_name: str = ""


class _DeviceOwners(msgspec.Struct):
    """iam:ListMFADevices, as far as it says whose devices these are."""

    devices: list[_DeviceOwner] = msgspec.field(name="MFADevices", default_factory=list)


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
            item = _user_name(piece)
        if item:
            by_item.setdefault(item, []).append(piece)
        else:
            nameless += 1
    merged = merge_items(by_item)
    if not nameless:
        return merged, ()
    reason = f"{nameless} answers without a device do not say which user they are about"
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


def _user_name(piece: Piece) -> str:
    owners = decode_struct(msgspec.json.encode(piece.members), _DeviceOwners, _ignore)
    names = {device.user_name for device in owners.devices} if owners else set()
    if len(names) > 1:
        raise InputError(
            "holds devices of several users", where=piece.file, remedy="give one answer per user"
        )
    return names.pop() if names else ""


def _ignore(_where: str, _text: str) -> None:
    """What cannot be read here is noted when the snapshot is viewed."""
