"""Credentials one by one: access keys, passwords, certificates, SSH keys, service-specific ones, TLS keys.

Each is None where no source told anything, and empty where AWS said that there is none. Those of root are
told by the credential report and the summary alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from iamscout.snapshot.answers import Answers
from iamscout.snapshot.shapes import Shape, Time

ARNs = Mapping[str, str]
"""User name to ARN."""


class AccessKeyLastUsed(Struct, frozen=True):
    """`AccessKeyLastUsed`: None in `when` means never, or not since AWS began to track it in 2015."""

    when: datetime | None
    service: str = ""
    region: str = ""


class AccessKey(Struct, frozen=True):
    """A user's access key (iam:ListAccessKeys); `last_used` is None where AWS did not tell."""

    id: str
    user_arn: str
    active: bool
    created: datetime | None
    last_used: AccessKeyLastUsed | None = None

    @property
    def short_id(self) -> str:
        """Enough to find the key by, for pages and messages: the last four characters."""
        return f"…{self.id[-4:]}"


class LoginProfile(Struct, frozen=True):
    """A user's password (iam:GetLoginProfile)."""

    user_arn: str
    created: datetime | None
    password_reset_required: bool


class SigningCertificate(Struct, frozen=True):
    """An X.509 certificate that a user signs requests with (iam:ListSigningCertificates)."""

    id: str
    user_arn: str
    active: bool
    uploaded: datetime | None


class SshPublicKey(Struct, frozen=True):
    """A user's key for CodeCommit (iam:ListSSHPublicKeys)."""

    id: str
    user_arn: str
    active: bool
    uploaded: datetime | None


class ServiceSpecificCredential(Struct, frozen=True):
    """A user's password or API key for one service (iam:ListServiceSpecificCredentials).

    `expiration` is `ExpirationDate`; None where it never ends.
    """

    id: str
    user_arn: str
    service: str
    active: bool
    created: datetime | None
    expiration: datetime | None
    alias: str = ""
    """`ServiceCredentialAlias`, or `ServiceUserName` where there is none."""


class ServerCertificate(Struct, frozen=True):
    """A TLS certificate kept in IAM (iam:ListServerCertificates)."""

    arn: str
    name: str
    unique_id: str
    path: str
    uploaded: datetime | None
    expiration: datetime | None


def access_keys(answers: Answers, users: ARNs) -> tuple[AccessKey, ...] | None:
    """iam:ListAccessKeys with iam:GetAccessKeyLastUsed, sorted by user and id."""
    told = answers.read_each("iam:ListAccessKeys", _AccessKeysShape)
    used = answers.read_each("iam:GetAccessKeyLastUsed", _KeyLastUsedShape) or {}
    if told is None:
        return None
    found = []
    for name, answer in told.items():
        owner = users.get(name, name)
        for shape in answer.keys:
            last = used.get(shape.access_key_id)
            found.append(
                AccessKey(
                    id=shape.access_key_id,
                    user_arn=owner,
                    active=shape.status == "Active",
                    created=answers.remarks.time(shape.create_date, owner, "AccessKeyMetadata.CreateDate"),
                    last_used=_last_used(answers, last.access_key_last_used, owner)
                    if last and last.access_key_last_used
                    else None,
                )
            )
    return tuple(sorted(found, key=lambda key: (key.user_arn, key.id)))


def login_profiles(answers: Answers, users: ARNs) -> tuple[LoginProfile, ...] | None:
    """iam:GetLoginProfile, sorted by user; who has no password is not among them."""
    told = answers.read_each("iam:GetLoginProfile", _LoginProfileAnswerShape)
    if told is None:
        return None
    found = [
        LoginProfile(
            user_arn=users.get(name, name),
            created=answers.remarks.time(
                answer.login_profile.create_date, users.get(name, name), "LoginProfile.CreateDate"
            ),
            password_reset_required=answer.login_profile.password_reset_required,
        )
        for name, answer in told.items()
        if answer.login_profile
    ]
    return tuple(sorted(found, key=lambda profile: profile.user_arn))


def signing_certificates(answers: Answers, users: ARNs) -> tuple[SigningCertificate, ...] | None:
    """iam:ListSigningCertificates, sorted by user and id."""
    told = answers.read_each("iam:ListSigningCertificates", _CertificatesShape)
    if told is None:
        return None
    found = [
        SigningCertificate(
            id=shape.certificate_id,
            user_arn=users.get(name, name),
            active=shape.status == "Active",
            uploaded=answers.remarks.time(
                shape.upload_date, users.get(name, name), "SigningCertificate.UploadDate"
            ),
        )
        for name, answer in told.items()
        for shape in answer.certificates
    ]
    return tuple(sorted(found, key=lambda each: (each.user_arn, each.id)))


def ssh_public_keys(answers: Answers, users: ARNs) -> tuple[SshPublicKey, ...] | None:
    """iam:ListSSHPublicKeys, sorted by user and id."""
    told = answers.read_each("iam:ListSSHPublicKeys", _SshKeysShape)
    if told is None:
        return None
    found = [
        SshPublicKey(
            id=shape.id,
            user_arn=users.get(name, name),
            active=shape.status == "Active",
            uploaded=answers.remarks.time(
                shape.upload_date, users.get(name, name), "SSHPublicKeyMetadata.UploadDate"
            ),
        )
        for name, answer in told.items()
        for shape in answer.keys
    ]
    return tuple(sorted(found, key=lambda each: (each.user_arn, each.id)))


def service_specific_credentials(
    answers: Answers, users: ARNs
) -> tuple[ServiceSpecificCredential, ...] | None:
    """iam:ListServiceSpecificCredentials, sorted by user and id."""
    told = answers.read("iam:ListServiceSpecificCredentials", _ServiceCredentialsShape)
    if told is None:
        return None
    found = []
    for shape in told.service_specific_credentials:
        owner = users.get(shape.user_name, shape.user_name)
        found.append(
            ServiceSpecificCredential(
                id=shape.service_specific_credential_id,
                user_arn=owner,
                service=shape.service_name,
                active=shape.status == "Active",
                created=answers.remarks.time(
                    shape.create_date, owner, "ServiceSpecificCredential.CreateDate"
                ),
                expiration=answers.remarks.time(
                    shape.expiration_date, owner, "ServiceSpecificCredential.ExpirationDate"
                ),
                alias=shape.service_credential_alias or shape.service_user_name,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.user_arn, each.id)))


def server_certificates(answers: Answers) -> tuple[ServerCertificate, ...] | None:
    """iam:ListServerCertificates, sorted by ARN; what has no ARN is noted and left out."""
    told = answers.read("iam:ListServerCertificates", _ServerCertificatesShape)
    if told is None:
        return None
    shapes = answers.with_arn("iam:ListServerCertificates", told.server_certificate_metadata_list)
    return tuple(
        ServerCertificate(
            arn=shape.arn,
            name=shape.server_certificate_name,
            unique_id=shape.server_certificate_id,
            path=shape.path,
            uploaded=answers.remarks.time(shape.upload_date, shape.arn, "UploadDate"),
            expiration=answers.remarks.time(shape.expiration, shape.arn, "Expiration"),
        )
        for shape in shapes
    )


class _AccessKeyShape(Shape):
    """`AccessKeyMetadata`."""

    access_key_id: str = ""
    status: str = ""
    create_date: Time = None


class _AccessKeysShape(Shape):
    """iam:ListAccessKeys of one user."""

    keys: list[_AccessKeyShape] = field(name="AccessKeyMetadata", default_factory=list)


class _LastUsedShape(Shape):
    """`AccessKeyLastUsed`; service and region are `N/A` for a key that was never used."""

    last_used_date: Time = None
    service_name: str = ""
    region: str = ""


class _KeyLastUsedShape(Shape):
    """iam:GetAccessKeyLastUsed."""

    access_key_last_used: _LastUsedShape | None = None


class _LoginProfileShape(Shape):
    """`LoginProfile`."""

    create_date: Time = None
    password_reset_required: bool = False


class _LoginProfileAnswerShape(Shape):
    """iam:GetLoginProfile; null stands for AWS's answer NoSuchEntity."""

    login_profile: _LoginProfileShape | None = None


class _CertificateShape(Shape):
    """`SigningCertificate`."""

    certificate_id: str = ""
    status: str = ""
    upload_date: Time = None


class _CertificatesShape(Shape):
    """iam:ListSigningCertificates of one user."""

    certificates: list[_CertificateShape] = field(default_factory=list)


class _SshKeyShape(Shape):
    """`SSHPublicKeyMetadata`."""

    id: str = field(name="SSHPublicKeyId", default="")
    status: str = ""
    upload_date: Time = None


class _SshKeysShape(Shape):
    """iam:ListSSHPublicKeys of one user."""

    keys: list[_SshKeyShape] = field(name="SSHPublicKeys", default_factory=list)


class _ServiceCredentialShape(Shape):
    """`ServiceSpecificCredentialMetadata`."""

    user_name: str = ""
    service_specific_credential_id: str = ""
    service_name: str = ""
    service_user_name: str = ""
    service_credential_alias: str = ""
    status: str = ""
    create_date: Time = None
    expiration_date: Time = None


class _ServiceCredentialsShape(Shape):
    """iam:ListServiceSpecificCredentials."""

    service_specific_credentials: list[_ServiceCredentialShape] = field(default_factory=list)


class _ServerCertificateShape(Shape):
    """`ServerCertificateMetadata`."""

    arn: str = ""
    server_certificate_name: str = ""
    server_certificate_id: str = ""
    path: str = ""
    upload_date: Time = None
    expiration: Time = None


class _ServerCertificatesShape(Shape):
    """iam:ListServerCertificates."""

    server_certificate_metadata_list: list[_ServerCertificateShape] = field(default_factory=list)


def _last_used(answers: Answers, shape: _LastUsedShape, owner: str) -> AccessKeyLastUsed:
    when = answers.remarks.time(shape.last_used_date, owner, "AccessKeyLastUsed.LastUsedDate")
    service, region = ("" if each == "N/A" else each for each in (shape.service_name, shape.region))
    return AccessKeyLastUsed(when, service, region)
