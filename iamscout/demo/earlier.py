"""The demo's accounts three months earlier, told as edits of what they are now.

Whatever is younger than that was not there yet, keys and passwords that were renewed since had predecessors,
and the edits below undo what people did in between; the report of the demo tells it as changes:

    vendor-monitoring       asked for an external id                          widened since
    hackday-sandbox         trusted its own account alone                     widened: everyone
    deploy-frontend         asked for MFA                                     MFA removed since
    support-engineer        asked for MFA of at most 1 h                      age longer since
    RoleAA-IAMFullAccess    asked for MFA of any age                          narrowed since
    ci-deploy               was a power user                                  administrator since
    heidi                   was not in Helpdesk                               may reset passwords since
    judy                    had an MFA device                                 lost it since
    data-export             open to everyone behind an external id            removed since
    oscar                   an operator                                       left since
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from msgspec import structs

from iamscout.demo.blueprint import Account, Key, Role, Root, Scene, User
from iamscout.demo.clock import StoppedClock
from iamscout.demo.documents import MFA_PRESENT, document, trust
from iamscout.demo.world import MOMENT, PRODUCTION, VENDOR, aws_managed, root_of

DAYS: Final = 92
EARLIER: Final = MOMENT - timedelta(days=DAYS)
"""When the earlier snapshots are captured, always."""

_OWN_ACCOUNT = {"AWS": root_of(PRODUCTION)}


class EarlierClock(StoppedClock):
    """A clock that shows the earlier moment."""

    def now(self) -> datetime:
        """The earlier moment of capture, in UTC."""
        return EARLIER


def earlier_account(account: Account) -> Account:
    """An account of the demo as it was then."""
    scene = account.scene
    before = Scene(
        users=tuple(_user(user) for user in scene.users if user.age_days >= DAYS),
        groups=tuple(group for group in scene.groups if group.age_days >= DAYS),
        roles=tuple(_used_then(role) for role in scene.roles if role.age_days >= DAYS),
        policies=tuple(policy for policy in scene.policies if policy.age_days >= DAYS),
        saml_providers=tuple(each for each in scene.saml_providers if each.age_days >= DAYS),
        oidc_providers=tuple(each for each in scene.oidc_providers if each.age_days >= DAYS),
    )
    if account.account_id == PRODUCTION:
        before = _production(before)
    return structs.replace(
        account,
        scene=before,
        root=_root(account.root),
        server_certificates=tuple(each for each in account.server_certificates if each.age_days >= DAYS),
    )


def _root(root: Root) -> Root:
    return structs.replace(
        root,
        signed_in_days_ago=_then(root.signed_in_days_ago),
        key=None if root.key is None else _key(root.key),
    )


def _production(scene: Scene) -> Scene:
    return structs.replace(
        scene,
        roles=(
            *(_ROLES.get(role.name, _same)(role) for role in scene.roles),
            Role(
                name="data-export",
                trust=document(
                    trust("*", condition={"StringEquals": {"sts:ExternalId": "example-export-2025"}})
                ),
                managed=(aws_managed("AmazonS3ReadOnlyAccess"),),
                age_days=610,
                used_days_ago=170,
            ),
        ),
        users=(
            *(_USERS.get(user.name, _same)(user) for user in scene.users),
            User(
                name="oscar",
                age_days=700,
                groups=("Operators",),
                password_age_days=300,
                signed_in_days_ago=95,
                mfa=True,
            ),
        ),
    )


Part = TypeVar("Part")


def _same(part: Part) -> Part:
    return part


_ROLES: dict[str, Callable[[Role], Role]] = {
    "vendor-monitoring": lambda role: structs.replace(
        role,
        trust=document(
            trust(
                {"AWS": root_of(VENDOR)},
                condition={"StringEquals": {"sts:ExternalId": "example-7d10a4c2"}},
            )
        ),
    ),
    "hackday-sandbox": lambda role: structs.replace(role, trust=document(trust(_OWN_ACCOUNT))),
    "deploy-frontend": lambda role: structs.replace(
        role, trust=document(trust(_OWN_ACCOUNT, condition=MFA_PRESENT))
    ),
    "support-engineer": lambda role: structs.replace(
        role,
        trust=document(
            trust(
                _OWN_ACCOUNT,
                condition={
                    "Bool": {"aws:MultiFactorAuthPresent": "true"},
                    "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"},
                },
            )
        ),
    ),
    "RoleAA-IAMFullAccess": lambda role: structs.replace(
        role, trust=document(trust(_OWN_ACCOUNT, condition=MFA_PRESENT))
    ),
}
_USERS: dict[str, Callable[[User], User]] = {
    "ci-deploy": lambda user: structs.replace(user, managed=(aws_managed("PowerUserAccess"),)),
    "heidi": lambda user: structs.replace(user, groups=()),
    "judy": lambda user: structs.replace(user, mfa=True),
}


def _user(user: User) -> User:
    return structs.replace(
        user,
        keys=tuple(_key(key) for key in user.keys),
        password_age_days=_then(user.password_age_days),
        signed_in_days_ago=_then(user.signed_in_days_ago),
        ssh_key_age_days=_then(user.ssh_key_age_days),
    )


def _key(key: Key) -> Key:
    """The key, or the one that it replaced."""
    used = key.used_days_ago
    return structs.replace(
        key, age_days=_then(key.age_days) or key.age_days, used_days_ago=None if used is None else _then(used)
    )


def _used_then(role: Role) -> Role:
    return structs.replace(role, used_days_ago=_then(role.used_days_ago))


def _then(days: int | None) -> int | None:
    """How long before now something happened that was as long before the earlier moment."""
    return days if days is None or days >= DAYS else days + DAYS
