"""Which services users and roles may use, and when they last did.

Source: iam:GetServiceLastAccessedDetails; IAM User Guide, "Reducing permissions using service last accessed
data". Permissions policies alone count there: no boundary, control policy or policy of a resource.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from iamscout.snapshot.answers import Answers
from iamscout.snapshot.shapes import Shape, Time

SOURCE = "iam:GetServiceLastAccessedDetails"


class ServiceLastAccessed(Struct, frozen=True):
    """`ServiceLastAccessed`; `last_authenticated` None means not within AWS's tracking period, or never.

    `namespace` is the prefix of the service's actions.
    """

    namespace: str
    name: str
    last_authenticated: datetime | None
    region: str = ""


class PrincipalLastAccessed(Struct, frozen=True):
    """A user or role with all services that its policies allow, sorted by namespace.

    `completed` is when AWS had worked it out; attempts count, denied ones too.
    """

    arn: str
    completed: datetime | None
    services: tuple[ServiceLastAccessed, ...]


def service_last_accessed(answers: Answers) -> tuple[PrincipalLastAccessed, ...] | None:
    """What was told of each principal, sorted by ARN; one that is not there was not told of."""
    told = answers.read_each(SOURCE, _DetailsShape)
    if told is None:
        return None
    return tuple(
        PrincipalLastAccessed(
            arn=arn,
            completed=answers.remarks.time(details.job_completion_date, arn, "JobCompletionDate"),
            services=tuple(
                sorted(
                    (_service(answers, arn, shape) for shape in details.services_last_accessed),
                    key=lambda service: (service.namespace, service.name),
                )
            ),
        )
        for arn, details in told.items()
    )


class _ServiceShape(Shape):
    """`ServiceLastAccessed`."""

    service_namespace: str = ""
    service_name: str = ""
    last_authenticated: Time = None
    last_authenticated_region: str = ""


class _DetailsShape(Shape):
    """iam:GetServiceLastAccessedDetails of one user or role."""

    job_completion_date: Time = None
    services_last_accessed: list[_ServiceShape] = field(default_factory=list)


def _service(answers: Answers, arn: str, shape: _ServiceShape) -> ServiceLastAccessed:
    where = f"LastAuthenticated of {shape.service_namespace}"
    return ServiceLastAccessed(
        namespace=shape.service_namespace,
        name=shape.service_name,
        last_authenticated=answers.remarks.time(shape.last_authenticated, arn, where),
        region=shape.last_authenticated_region,
    )
