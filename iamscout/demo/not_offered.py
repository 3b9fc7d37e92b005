"""What the embedded AWS cannot be asked, and why: a snapshot says "skipped" there, and shows no false gap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import botocore.session
from botocore import xform_name
from moto.iam.responses import IamResponse
from moto.organizations.responses import OrganizationsResponse

from iamscout.demo.world import MANAGEMENT

if TYPE_CHECKING:
    from moto.core.responses import BaseResponse

_NOT_IMPLEMENTED = "the embedded AWS does not implement it"
_SERVICES = {
    "access-analyzer": "accessanalyzer",
    "account": "account",
    "rolesanywhere": "rolesanywhere",
    "sso": "sso-admin",
}
"""Services that the embedded AWS lacks or (sso) makes up: prefix in IAM's actions, name in boto3."""

_WRONG = {
    "iam:GetServerCertificate": "the embedded AWS makes up its dates",
}


def not_offered(account_id: str) -> dict[str, str]:
    """Operations as IAM spells them ("iam:GetMFADevice"), with the reason why an account lacks them.

    What is implemented is read off the embedded AWS itself, so a newer version of it needs no change here.
    Only the management account is to be asked about the organization: to a member the embedded AWS gives
    empty lists where AWS refuses.
    """
    session = botocore.session.get_session()
    reasons = dict(_unimplemented(session, "iam", IamResponse))
    reasons |= dict(_unimplemented(session, "organizations", OrganizationsResponse))
    for prefix, service in _SERVICES.items():
        for spelling in {prefix, service}:
            reasons |= {f"{spelling}:{name}": _NOT_IMPLEMENTED for name in _operations(session, service)}
    if account_id != MANAGEMENT:
        reasons |= {
            f"organizations:{name}": "only the management account of the demo tells about the organization"
            for name in _operations(session, "organizations")
            if name != "DescribeOrganization"
        }
    return dict(sorted((reasons | _WRONG).items()))


def _unimplemented(
    session: botocore.session.Session, service: str, responses: type[BaseResponse]
) -> Iterator[tuple[str, str]]:
    for name in _operations(session, service):
        if not hasattr(responses, xform_name(name)):
            yield f"{service}:{name}", _NOT_IMPLEMENTED


def _operations(session: botocore.session.Session, service: str) -> tuple[str, ...]:
    return tuple(session.get_service_model(service).operation_names)
