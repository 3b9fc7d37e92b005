"""Identity providers and MFA devices: from AWS's shapes to typed values.

Each is None where no source told anything, and empty where AWS said that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from iamscout.snapshot.account import MfaDevice, OidcProvider, SamlProvider, User
from iamscout.snapshot.answers import Answers
from iamscout.snapshot.shapes import (
    MfaDeviceShape,
    MfaDevicesShape,
    OidcProviderShape,
    OidcProvidersShape,
    SamlProviderShape,
    SamlProvidersShape,
    VirtualMfaDevicesShape,
)

_OIDC_MARK = ":oidc-provider/"


def saml_providers(answers: Answers) -> tuple[SamlProvider, ...] | None:
    """iam:ListSAMLProviders and iam:GetSAMLProvider, sorted by ARN."""
    listed = answers.read("iam:ListSAMLProviders", SamlProvidersShape)
    details = answers.read_each("iam:GetSAMLProvider", SamlProviderShape)
    if listed is None and details is None:
        return None
    found = {shape.arn: shape for shape in listed.providers if shape.arn} if listed else {}
    found = {**(details or {}), **found}
    return tuple(
        SamlProvider(
            arn=arn,
            created=answers.remarks.time(found[arn].create_date, arn, "CreateDate"),
            valid_until=answers.remarks.time(found[arn].valid_until, arn, "ValidUntil"),
        )
        for arn in sorted(found)
    )


def oidc_providers(answers: Answers) -> tuple[OidcProvider, ...] | None:
    """iam:ListOpenIDConnectProviders (ARNs) and iam:GetOpenIDConnectProvider, sorted by ARN.

    The URL of a provider without details is taken from its ARN, which holds it.
    """
    listed = answers.read("iam:ListOpenIDConnectProviders", OidcProvidersShape)
    details = answers.read_each("iam:GetOpenIDConnectProvider", OidcProviderShape)
    if listed is None and details is None:
        return None
    found = {shape.arn: shape for shape in listed.providers if shape.arn} if listed else {}
    found.update(details or {})
    return tuple(
        OidcProvider(
            arn=arn,
            url=found[arn].url or arn.partition(_OIDC_MARK)[2],
            client_ids=tuple(sorted(found[arn].client_ids)),
            thumbprints=tuple(sorted(found[arn].thumbprint_list)),
            created=answers.remarks.time(found[arn].create_date, arn, "CreateDate"),
        )
        for arn in sorted(found)
    )


def mfa_devices(answers: Answers, users: Iterable[User]) -> tuple[MfaDevice, ...] | None:
    """iam:ListVirtualMFADevices (those assigned to somebody) and iam:ListMFADevices, sorted by serial number.

    A device of a user that is not listed has the user's name in place of the ARN.
    """
    virtual = answers.read("iam:ListVirtualMFADevices", VirtualMfaDevicesShape)
    per_user = answers.read_each("iam:ListMFADevices", MfaDevicesShape)
    if virtual is None and per_user is None:
        return None
    arns = {user.name: user.arn for user in users}
    found: dict[str, MfaDevice] = {}
    for name, answer in (per_user or {}).items():
        for shape in answer.devices:
            found[shape.serial_number] = _device(answers, shape, arns.get(name, name))
    for shape in virtual.devices if virtual else ():
        if shape.user and (shape.user.arn or shape.user.user_name):
            owner = shape.user.arn or arns.get(shape.user.user_name, shape.user.user_name)
            found[shape.serial_number] = _device(answers, shape, owner)
    return tuple(sorted(found.values(), key=lambda device: (device.serial, device.user_arn)))


def _device(answers: Answers, shape: MfaDeviceShape, owner: str) -> MfaDevice:
    return MfaDevice(
        serial=shape.serial_number,
        user_arn=owner,
        kind=_kind(shape.serial_number),
        enabled=answers.remarks.time(shape.enable_date, owner, f"EnableDate of {shape.serial_number}"),
    )


def _kind(serial: str) -> Literal["virtual", "hardware", "fido"]:
    """By the form of the serial number: an ARN, or what is printed on a token ("MFADevice")."""
    if not serial.startswith("arn:"):
        return "hardware"
    return "fido" if ":u2f/" in serial else "virtual"
