"""Who acts for a whole organization: delegated administrators, trusted services, central root access.

Each is None where it was not told, which is also so in an account that is in no organization.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from iamscout.snapshot.answers import Answers
from iamscout.snapshot.shapes import Shape, Time

FEATURES = "iam:ListOrganizationsFeatures"
ADMINISTRATORS = "organizations:ListDelegatedAdministrators"
SERVICES = "organizations:ListDelegatedServicesForAccount"
TRUSTED = "organizations:ListAWSServiceAccessForOrganization"


class DelegatedAdministrator(Struct, frozen=True):
    """`DelegatedAdministrator` with its services (service principals); None where these were not told."""

    id: str
    arn: str
    name: str
    status: str
    delegated: datetime | None
    """`DelegationEnabledDate`."""
    services: tuple[str, ...] | None


def organization_features(answers: Answers) -> tuple[str, ...] | None:
    """`EnabledFeatures` of iam:ListOrganizationsFeatures, sorted: RootCredentialsManagement, RootSessions."""
    told = answers.read(FEATURES, _FeaturesShape)
    return None if told is None else tuple(sorted(told.enabled_features))


def delegated_administrators(answers: Answers) -> tuple[DelegatedAdministrator, ...] | None:
    """Member accounts that administer services for the organization, sorted by id."""
    told = answers.read(ADMINISTRATORS, _AdministratorsShape)
    services = answers.read_each(SERVICES, _DelegatedServicesShape) or {}
    if told is None:
        return None
    made = [
        DelegatedAdministrator(
            id=shape.id,
            arn=shape.arn,
            name=shape.name,
            status=shape.status,
            delegated=answers.remarks.time(shape.delegation_enabled_date, shape.arn, "DelegationEnabledDate"),
            services=_principals(services[shape.id].delegated_services) if shape.id in services else None,
        )
        for shape in told.delegated_administrators
    ]
    return tuple(sorted(made, key=lambda each: each.id))


def trusted_services(answers: Answers) -> tuple[str, ...] | None:
    """The service principals with trusted access to the organization, sorted."""
    told = answers.read(TRUSTED, _TrustedShape)
    return None if told is None else _principals(told.enabled_service_principals)


class _FeaturesShape(Shape):
    """iam:ListOrganizationsFeatures."""

    enabled_features: list[str] = field(default_factory=list)


class _AdministratorShape(Shape):
    """`DelegatedAdministrator`."""

    id: str = ""
    arn: str = ""
    name: str = ""
    status: str = ""
    delegation_enabled_date: Time = None


class _AdministratorsShape(Shape):
    """organizations:ListDelegatedAdministrators."""

    delegated_administrators: list[_AdministratorShape] = field(default_factory=list)


class _ServiceShape(Shape):
    """`DelegatedService` and `EnabledServicePrincipal`."""

    service_principal: str = ""


class _DelegatedServicesShape(Shape):
    """organizations:ListDelegatedServicesForAccount of one account."""

    delegated_services: list[_ServiceShape] = field(default_factory=list)


class _TrustedShape(Shape):
    """organizations:ListAWSServiceAccessForOrganization."""

    enabled_service_principals: list[_ServiceShape] = field(default_factory=list)


def _principals(shapes: list[_ServiceShape]) -> tuple[str, ...]:
    return tuple(sorted(shape.service_principal for shape in shapes))
