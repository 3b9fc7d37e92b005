"""Sets on the embedded AWS what AWS itself would have to tell: ids, dates, last use, the root user.

The only module that reaches behind moto's API. Everything it sets follows from the blueprints and from
`world.MOMENT`, so that the demo is the same every time, byte for byte: ids are made of the ARN they belong to
and end in EXAMPLE, times of day are made of it too, and the clock of the embedded AWS stands still.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

import moto.core.utils
import moto.iam.models
import moto.organizations.models
import moto.organizations.utils
import moto.sts.models
from moto.core.responses import ActionResult
from moto.iam.models import (
    AccessKey,
    AccessKeyLastUsed,
    AccountSummary,
    IAMBackend,
    ManagedPolicy,
    VirtualMfaDevice,
    iam_backends,
)
from moto.iam.responses import IamResponse
from moto.moto_api._internal import mock_random
from moto.organizations.models import organizations_backends

from iamscout.demo.blueprint import Account, Key, Root, User
from iamscout.demo.credential_report import credential_report
from iamscout.demo.world import MANAGEMENT, MOMENT, ORGANIZATION_ID, REGION, root_of

_PARTITION = "aws"


@contextmanager
def stopped_clock(moment: datetime) -> Iterator[None]:
    """Keep the embedded AWS at the moment of capture (UTC), and its random numbers the same every time."""
    mock_random.seed(0)
    modules = (moto.core.utils, moto.iam.models, moto.organizations.models, moto.sts.models)
    with ExitStack() as stack:
        for module in modules:
            stack.enter_context(patch.object(module, "utcnow", lambda: _naive(moment)))
        yield


@contextmanager
def one_partition() -> Iterator[None]:
    """Look for an access key's account in the commercial partition alone.

    At every call moto goes through all of them, and each loads AWS managed policies of its own: more than
    half of the time that building would take.
    """
    with patch.object(moto.iam.models, "PARTITION_NAMES", [_PARTITION]):
        yield


@contextmanager
def known_organization_ids(account_ids: Sequence[str]) -> Iterator[None]:
    """New accounts get these ids in turn, the organization and its parts ids that say "example"."""
    accounts, units, policies = iter(account_ids), count(1), count(1)
    ids: dict[str, Callable[..., str]] = {
        "make_random_org_id": lambda: ORGANIZATION_ID,
        "make_random_root_id": lambda: "r-exmp",
        "make_random_account_id": lambda: next(accounts),
        "make_random_ou_id": lambda _root: f"ou-exmp-example{next(units)}",
        "make_random_policy_id": lambda: f"p-example{next(policies)}",
    }
    try:
        with ExitStack() as stack:
            for name, make in ids.items():
                stack.enter_context(patch.object(moto.organizations.utils, name, make))
            yield
    finally:
        # The one thing that moto keeps beyond the end of a mock.
        organizations_backends.master_accounts.clear()


@contextmanager
def answers_with_a_past(accounts: Sequence[Account], moment: datetime) -> Iterator[None]:
    """Answer the two operations to which moto gives fixed dates: credential report, server certificates."""
    known = {account.account_id: account for account in accounts}
    reports = {account.account_id: credential_report(account, days_ago) for account in accounts}

    def get_credential_report(self: IamResponse) -> ActionResult:
        # Fails as AWS does as long as no report was generated.
        self.backend.get_credential_report()
        report = reports[self.current_account]
        return ActionResult({"Content": report, "ReportFormat": "text/csv", "GeneratedTime": _naive(moment)})

    def list_server_certificates(self: IamResponse) -> ActionResult:
        certificates = {one.name: one for one in known[self.current_account].server_certificates}
        listed = [
            {
                "ServerCertificateName": uploaded.cert_name,
                "ServerCertificateId": example_id("ASCA", uploaded.arn),
                "Path": uploaded.path,
                "Arn": uploaded.arn,
                "UploadDate": _naive(days_ago(certificates[uploaded.cert_name].age_days, uploaded.arn)),
                "Expiration": _naive(certificates[uploaded.cert_name].valid_until),
            }
            for uploaded in self.backend.list_server_certificates()
        ]
        return ActionResult({"ServerCertificateMetadataList": listed, "IsTruncated": False})

    with ExitStack() as stack:
        for answer in (get_credential_report, list_server_certificates):
            stack.enter_context(patch.object(IamResponse, answer.__name__, answer))
        yield


def backdate_account(account: Account, moment: datetime) -> None:
    """Give every user, group, role, policy, provider and key of a built account its id and its past.

    What AWS published after the `moment` of capture was not there yet.
    """
    backend = iam_backends[account.account_id][_PARTITION]
    _forget_later_policies(backend, moment)
    _backdate_policies(backend, account)
    _backdate_groups(backend, account)
    _backdate_roles(backend, account)
    for user in account.scene.users:
        _backdate_user(backend, user)
    _backdate_providers(backend, account)
    _backdate_root(backend, account)
    backend.account_summary = _Summary(backend, account.root)


def backdate_organization(accounts: Sequence[Account]) -> None:
    """Give the organization's accounts their names and the days they joined."""
    organization = organizations_backends[MANAGEMENT][_PARTITION]
    known = {account.account_id: account for account in accounts}
    for member in organization.accounts:
        account = known[member.id]
        member.name = account.name
        member.email = f"aws-{account.name}@example.com"
        member.create_time = _naive(days_ago(account.root.age_days, member.id))
        if member.id == MANAGEMENT:
            member.joined_method = "INVITED"
    if organization.org is not None:
        organization.org.master_account_email = f"aws-{known[MANAGEMENT].name}@example.com"
    for administrator in organization.admins:
        administrator.enabled_date = _naive(days_ago(700, administrator.account.id))


def days_ago(days: int, what: str) -> datetime:
    """So many whole days before the moment of capture, at a time of day made of the days and the thing."""
    digest = hashlib.sha256(f"{what} {days}".encode()).digest()
    return MOMENT - timedelta(days=days, seconds=int.from_bytes(digest[:4]) % 86_400)


def example_id(prefix: str, what: str, length: int = 21) -> str:
    """An id of AWS's form that is always the same for the same thing and says that it is none."""
    digest = base64.b32encode(hashlib.sha256(what.encode()).digest()[:10]).decode()
    return f"{prefix}{digest[: length - len(prefix) - len('EXAMPLE')]}EXAMPLE"


class _Summary(AccountSummary):
    """The account summary with what moto does not know, the root user."""

    def __init__(self, backend: IAMBackend, root: Root) -> None:
        super().__init__(backend)
        self._root = root

    @property
    def summary_map(self) -> dict[str, Any]:
        return {
            **super().summary_map,
            "AccountMFAEnabled": int(self._root.mfa != "none"),
            "AccountAccessKeysPresent": int(self._root.key is not None),
            "AccountPasswordPresent": 1,
        }


def _backdate_policies(backend: IAMBackend, account: Account) -> None:
    scene = account.scene
    boundaries = Counter(role.boundary for role in scene.roles)
    boundaries.update(user.boundary for user in scene.users)
    for arn, policy in backend.managed_policies.items():
        policy.id = example_id("ANPA", arn)
        # moto looks for these names in account authorization details and never sets them.
        _set(
            policy,
            policy_name=policy.name,
            policy_id=policy.id,
            permissions_boundary_usage_count=boundaries[arn],
        )
    by_name = {policy.name: policy for policy in scene.policies}
    for policy in backend.managed_policies.values():
        if policy.name in by_name and f"::{account.account_id}:" in policy.arn:
            _backdate_versions(policy, by_name[policy.name].age_days)


def _forget_later_policies(backend: IAMBackend, moment: datetime) -> None:
    """Leave out AWS managed policies that came after a moment, and the dates of later changes to others."""
    for arn, policy in tuple(backend.managed_policies.items()):
        if ":aws:policy/" not in arn:
            continue
        if policy.create_date > moment:
            del backend.managed_policies[arn]
        elif policy.update_date > moment:
            # What it said before is not known; the text of today stands in for it.
            policy.update_date = policy.create_date
            for version in policy.versions:
                version.create_date = policy.create_date


def _backdate_versions(policy: ManagedPolicy, age_days: int) -> None:
    """The first version is as old as the policy, the others follow at equal intervals."""
    total = len(policy.versions)
    for number, version in enumerate(policy.versions):
        version.create_date = _naive(days_ago(age_days * (total - number) // total, policy.arn))
    policy.create_date = policy.versions[0].create_date
    policy.update_date = policy.versions[-1].create_date


def _backdate_groups(backend: IAMBackend, account: Account) -> None:
    ages = {group.name: group.age_days for group in account.scene.groups}
    for group in backend.groups.values():
        group.id = example_id("AGPA", group.arn)
        group.create_date = _naive(days_ago(ages[group.name], group.arn))


def _backdate_roles(backend: IAMBackend, account: Account) -> None:
    blueprints = {role.name: role for role in account.scene.roles}
    for role in backend.roles.values():
        blueprint = blueprints[role.name]
        role.id = example_id("AROA", role.arn)
        role.create_date = _naive(days_ago(blueprint.age_days, role.arn))
        role.last_used = None
        if blueprint.used_days_ago is not None:
            role.last_used = _naive(days_ago(blueprint.used_days_ago, role.arn))
            _set(role, last_used_region=blueprint.region)
    backend.roles = {role.id: role for role in backend.roles.values()}
    for profile in backend.instance_profiles.values():
        profile.id = example_id("AIPA", profile.arn)
        profile.create_date = profile.roles[0].create_date


def _backdate_user(backend: IAMBackend, blueprint: User) -> None:
    user = backend.users[blueprint.name]
    user.id = example_id("AIDA", user.arn)
    user.create_date = _naive(days_ago(blueprint.age_days, user.arn))
    if blueprint.signed_in_days_ago is not None:
        _set(user, password_last_used=_naive(days_ago(blueprint.signed_in_days_ago, user.arn)))
    if blueprint.boundary:
        # moto has no iam:PutUserPermissionsBoundary, though it passes on what stands here.
        _set(user, permissions_boundary=_boundary(blueprint.boundary))
    for number, key in enumerate(blueprint.keys):
        _backdate_key(backend, user.access_keys[number], key, user.arn, number)
    for device in user.mfa_devices.values():
        device.enable_date = user.create_date
    for virtual in backend.virtual_mfa_devices.values():
        if virtual.user is user:
            _backdate_virtual_device(virtual, user.create_date)
    for ssh_key in user.ssh_public_keys:
        ssh_key.ssh_public_key_id = example_id("APKA", user.arn, 20)
        ssh_key.upload_date = _naive(days_ago(blueprint.ssh_key_age_days or 0, user.arn))


def _backdate_key(backend: IAMBackend, key: AccessKey, blueprint: Key, owner: str, number: int) -> None:
    del backend.access_keys[key.access_key_id]
    key.access_key_id = example_id("AKIA", f"{owner} {number}", 20)
    key.secret_access_key = "EXAMPLE"  # moto drew a random one that looks real
    key.create_date = _naive(days_ago(blueprint.age_days, owner))
    if blueprint.used_days_ago is not None:
        used = _naive(days_ago(blueprint.used_days_ago, owner))
        key.last_used = AccessKeyLastUsed(used, service=blueprint.service, region=blueprint.region)
    backend.access_keys[key.access_key_id] = key


def _backdate_virtual_device(device: VirtualMfaDevice, enabled: datetime) -> None:
    """Without the seed and the picture of it, which AWS tells once, at creation, and never lists."""
    _set(device, base32_string_seed=None, qr_code_png=None, enable_date=enabled)


def _backdate_providers(backend: IAMBackend, account: Account) -> None:
    for saml_provider in account.scene.saml_providers:
        saml = backend.saml_providers[saml_provider.name]
        saml.create_date = _naive(days_ago(saml_provider.age_days, saml.arn))
        saml.valid_until = _naive(saml_provider.valid_until)
    for oidc_provider in account.scene.oidc_providers:
        host = oidc_provider.url.removeprefix("https://")
        oidc = backend.open_id_providers[f"arn:aws:iam::{account.account_id}:oidc-provider/{host}"]
        oidc.create_date = _naive(days_ago(oidc_provider.age_days, oidc.arn))


def _backdate_root(backend: IAMBackend, account: Account) -> None:
    """A root user with an MFA app has a virtual device; one with hardware MFA has none in that list."""
    if account.root.mfa != "virtual":
        return
    device = VirtualMfaDevice(account.account_id, REGION, "/root-account-mfa-device")
    arn = root_of(account.account_id)
    created = _naive(days_ago(account.root.age_days, arn))
    _backdate_virtual_device(device, created)
    # The root user is no user of moto's, and answers are made of any mapping as well.
    _set(device, user={"UserId": account.account_id, "Arn": arn, "CreateDate": created})
    backend.virtual_mfa_devices[device.serial_number] = device


def _boundary(arn: str) -> dict[str, str]:
    return {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}


def _set(thing: object, **attributes: object) -> None:
    """Set attributes that moto's classes lack, or declare with too narrow a type."""
    vars(thing).update(attributes)


def _naive(moment: datetime) -> datetime:
    """The same in UTC without saying so, which is how moto keeps all its dates."""
    return moment.replace(tzinfo=None)
