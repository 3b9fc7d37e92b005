"""IAM Roles Anywhere: which certificate authorities are trusted, which roles certificates give, who used it.

Source: IAM Roles Anywhere API Reference. The reason of a source's status names the region that was asked.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Raw, Struct, field

from iamscout.policy.document import PolicyDocument
from iamscout.snapshot.answers import Answers
from iamscout.snapshot.documents import read_document
from iamscout.snapshot.shapes import CamelShape, Time

ANCHORS = "rolesanywhere:ListTrustAnchors"
PROFILES = "rolesanywhere:ListProfiles"
SUBJECTS = "rolesanywhere:ListSubjects"


class TrustAnchor(Struct, frozen=True):
    """`TrustAnchorDetail`; `source_type` is AWS_ACM_PCA, CERTIFICATE_BUNDLE or SELF_SIGNED_REPOSITORY.

    `acm_pca_arn` is the private certificate authority of the first; `certificates` the text (PEM) of others.
    """

    arn: str
    name: str
    enabled: bool
    source_type: str
    acm_pca_arn: str
    certificates: str
    created: datetime | None
    updated: datetime | None


class RolesAnywhereProfile(Struct, frozen=True):
    """`ProfileDetail`: the roles that it offers, cut by the session policies.

    `session_policy` is None where there is none; `duration_seconds` is how long a session lasts.
    """

    arn: str
    name: str
    enabled: bool
    role_arns: tuple[str, ...]
    session_policy: PolicyDocument | None
    managed_policy_arns: tuple[str, ...]
    duration_seconds: int | None
    accepts_role_session_name: bool
    created: datetime | None
    updated: datetime | None


class RolesAnywhereSubject(Struct, frozen=True):
    """`SubjectSummary`: a certificate, by its subject, that was used to get credentials."""

    arn: str
    x509_subject: str
    enabled: bool
    created: datetime | None
    last_seen: datetime | None


def trust_anchors(answers: Answers) -> tuple[TrustAnchor, ...] | None:
    """rolesanywhere:ListTrustAnchors, sorted by ARN."""
    told = answers.read(ANCHORS, _AnchorsShape)
    if told is None:
        return None
    return tuple(
        TrustAnchor(
            arn=shape.arn,
            name=shape.name,
            enabled=shape.enabled,
            source_type=shape.source.source_type,
            acm_pca_arn=shape.source.source_data.acm_pca_arn,
            certificates=shape.source.source_data.certificates,
            created=answers.remarks.time(shape.created_at, shape.arn, "createdAt"),
            updated=answers.remarks.time(shape.updated_at, shape.arn, "updatedAt"),
        )
        for shape in answers.with_arn(ANCHORS, told.trust_anchors)
    )


def profiles(answers: Answers) -> tuple[RolesAnywhereProfile, ...] | None:
    """rolesanywhere:ListProfiles, sorted by ARN."""
    told = answers.read(PROFILES, _ProfilesShape)
    if told is None:
        return None
    return tuple(
        RolesAnywhereProfile(
            arn=shape.arn,
            name=shape.name,
            enabled=shape.enabled,
            role_arns=tuple(sorted(shape.role_arns)),
            session_policy=None
            if bytes(shape.session_policy) in (b"", b'""', b"null")
            else read_document(shape.session_policy),
            managed_policy_arns=tuple(sorted(shape.managed_policy_arns)),
            duration_seconds=shape.duration_seconds,
            accepts_role_session_name=shape.accept_role_session_name,
            created=answers.remarks.time(shape.created_at, shape.arn, "createdAt"),
            updated=answers.remarks.time(shape.updated_at, shape.arn, "updatedAt"),
        )
        for shape in answers.with_arn(PROFILES, told.profiles)
    )


def subjects(answers: Answers) -> tuple[RolesAnywhereSubject, ...] | None:
    """rolesanywhere:ListSubjects, sorted by ARN."""
    told = answers.read(SUBJECTS, _SubjectsShape)
    if told is None:
        return None
    return tuple(
        RolesAnywhereSubject(
            arn=shape.arn,
            x509_subject=shape.x509_subject,
            enabled=shape.enabled,
            created=answers.remarks.time(shape.created_at, shape.arn, "createdAt"),
            last_seen=answers.remarks.time(shape.last_seen_at, shape.arn, "lastSeenAt"),
        )
        for shape in answers.with_arn(SUBJECTS, told.subjects)
    )


class _SourceDataShape(CamelShape):
    """`SourceData`: one of both."""

    acm_pca_arn: str = ""
    certificates: str = field(name="x509CertificateData", default="")


class _SourceShape(CamelShape):
    """`Source`."""

    source_type: str = ""
    source_data: _SourceDataShape = field(default_factory=_SourceDataShape)


class _AnchorShape(CamelShape):
    """`TrustAnchorDetail`."""

    arn: str = field(name="trustAnchorArn", default="")
    name: str = ""
    enabled: bool = False
    source: _SourceShape = field(default_factory=_SourceShape)
    created_at: Time = None
    updated_at: Time = None


class _AnchorsShape(CamelShape):
    """rolesanywhere:ListTrustAnchors."""

    trust_anchors: list[_AnchorShape] = field(default_factory=list)


class _ProfileShape(CamelShape):
    """`ProfileDetail`."""

    arn: str = field(name="profileArn", default="")
    name: str = ""
    enabled: bool = False
    role_arns: list[str] = field(default_factory=list)
    session_policy: Raw = Raw()
    managed_policy_arns: list[str] = field(default_factory=list)
    duration_seconds: int | None = None
    accept_role_session_name: bool = False
    created_at: Time = None
    updated_at: Time = None


class _ProfilesShape(CamelShape):
    """rolesanywhere:ListProfiles."""

    profiles: list[_ProfileShape] = field(default_factory=list)


class _SubjectShape(CamelShape):
    """`SubjectSummary`."""

    arn: str = field(name="subjectArn", default="")
    x509_subject: str = ""
    enabled: bool = False
    created_at: Time = None
    last_seen_at: Time = None


class _SubjectsShape(CamelShape):
    """rolesanywhere:ListSubjects."""

    subjects: list[_SubjectShape] = field(default_factory=list)
