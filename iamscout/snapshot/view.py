"""The typed view: from a snapshot's raw sources to one :class:`Account`.

A source that did not go well still yields what it has; what was not told is None or missing, and `statuses`
say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from iamscout.errors import InputError
from iamscout.snapshot import access_analyzer, credentials, delegation, providers, roles_anywhere, settings
from iamscout.snapshot.account import NOT_LISTED, Account
from iamscout.snapshot.answers import Answers
from iamscout.snapshot.credential_report import read_credential_report
from iamscout.snapshot.entities import Entities
from iamscout.snapshot.identity_center import identity_center
from iamscout.snapshot.instance_profiles import instance_profiles
from iamscout.snapshot.last_accessed import service_last_accessed
from iamscout.snapshot.model import Gap, Snapshot
from iamscout.snapshot.reading import collector_off
from iamscout.snapshot.shapes import AuthorizationDetailsShape, RoleShape, RolesShape, UserShape, UsersShape

DETAILS = "iam:GetAccountAuthorizationDetails"

Item = TypeVar("Item", UserShape, RoleShape)


def view_accounts(snapshots: Iterable[Snapshot]) -> tuple[Account, ...]:
    """The typed accounts, sorted by id and time of capture."""
    return tuple(sorted(map(view_account, snapshots), key=lambda account: (account.id, account.captured_at)))


def view_account(snapshot: Snapshot) -> Account:
    """The typed account. Raises InputError where its listing is there and nothing of it can be used."""
    with collector_off():
        return _view(Answers(snapshot))


def _view(answers: Answers) -> Account:
    snapshot, remarks = answers.snapshot, answers.remarks
    details = answers.read(DETAILS, AuthorizationDetailsShape) or AuthorizationDetailsShape()
    listed_roles = answers.read("iam:ListRoles", RolesShape) or RolesShape()
    listed_users = answers.read("iam:ListUsers", UsersShape) or UsersShape()
    only_roles = _missing(listed_roles.roles, details.role_detail_list)
    only_users = _missing(listed_users.users, details.user_detail_list)
    entities = Entities(answers.arn_prefix, DETAILS, remarks)
    users = entities.users([*details.user_detail_list, *only_users], listed_users.users)
    roles = entities.roles([*details.role_detail_list, *only_roles], listed_roles.roles)
    groups = entities.groups(details.group_detail_list)
    policies = entities.policies(details.policies)
    if DETAILS in remarks.losses and not (users or roles or groups or policies):
        raise InputError(
            f"nothing of {DETAILS} can be read",
            where=f"account {snapshot.account}",
            remedy="make the snapshot again",
        )
    arns = {user.name: user.arn for user in users}
    report, report_time = read_credential_report(answers)
    gaps = {*snapshot.gaps, *_gaps("iam:ListRoles", only_roles), *_gaps("iam:ListUsers", only_users)}
    # Arguments are worked out in order: the remarks come last, when there is nothing left to remark upon.
    return Account(
        id=snapshot.account,
        partition=snapshot.partition,
        captured_at=snapshot.captured_at,
        alias=settings.alias(answers),
        caller=snapshot.caller,
        users=users,
        groups=groups,
        roles=roles,
        policies=policies,
        saml_providers=providers.saml_providers(answers),
        oidc_providers=providers.oidc_providers(answers),
        credential_report=report,
        credential_report_generated=report_time,
        mfa_devices=providers.mfa_devices(answers, users),
        password_policy=settings.password_policy(answers),
        summary=settings.summary(answers),
        organization=settings.organization(answers),
        access_keys=credentials.access_keys(answers, arns),
        login_profiles=credentials.login_profiles(answers, arns),
        signing_certificates=credentials.signing_certificates(answers, arns),
        ssh_public_keys=credentials.ssh_public_keys(answers, arns),
        service_specific_credentials=credentials.service_specific_credentials(answers, arns),
        server_certificates=credentials.server_certificates(answers),
        instance_profiles=instance_profiles(answers),
        service_last_accessed=service_last_accessed(answers),
        organization_features=delegation.organization_features(answers),
        delegated_administrators=delegation.delegated_administrators(answers),
        trusted_services=delegation.trusted_services(answers),
        analyzers=access_analyzer.analyzers(answers),
        analyzer_findings=access_analyzer.analyzer_findings(answers),
        identity_center=identity_center(answers),
        trust_anchors=roles_anywhere.trust_anchors(answers),
        roles_anywhere_profiles=roles_anywhere.profiles(answers),
        roles_anywhere_subjects=roles_anywhere.subjects(answers),
        statuses=answers.statuses(),
        gaps=tuple(sorted(gaps)),
        odd_values=tuple(sorted(set(remarks.odd_values))),
    )


def _missing(listed: list[Item], detailed: list[Item]) -> list[Item]:
    """What only the plain listing has: the full one was refused or cut, or the item was made in between."""
    known = {item.arn for item in detailed}
    return [item for item in listed if item.arn and item.arn not in known]


def _gaps(operation: str, items: Iterable[UserShape | RoleShape]) -> list[Gap]:
    message = f"listed by {operation} alone: policies, groups and boundary are not known"
    return [Gap(DETAILS, item.arn, NOT_LISTED, message) for item in items]
