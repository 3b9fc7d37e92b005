"""What an account of the demo holds, as values: `build` makes it through boto3, `backdate` gives it its past.

Everything that AWS itself would have to remember (ages, last use, the root user) is told in days before the
moment of capture; a last use of None means never used.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeVar

from msgspec import Struct

from iamscout.demo.documents import Document
from iamscout.demo.world import REGION

Inline = tuple[tuple[str, Document], ...]
"""Inline policies: pairs of name and document."""

Tags = tuple[tuple[str, str], ...]


class Key(Struct, frozen=True, kw_only=True):
    """An access key; `service` and `region` tell where it was used last."""

    age_days: int
    used_days_ago: int | None = None
    service: str = "sts"
    region: str = REGION
    active: bool = True


class User(Struct, frozen=True, kw_only=True):
    """An IAM user. `password_age_days` None means no console password; `security_key` is a FIDO device."""

    name: str
    age_days: int
    groups: tuple[str, ...] = ()
    managed: tuple[str, ...] = ()
    inline: Inline = ()
    boundary: str = ""
    tags: Tags = ()
    password_age_days: int | None = None
    signed_in_days_ago: int | None = None
    mfa: bool = False
    security_key: bool = False
    keys: tuple[Key, ...] = ()
    ssh_key_age_days: int | None = None


class Group(Struct, frozen=True, kw_only=True):
    """An IAM group; who is in it stands at the users."""

    name: str
    age_days: int
    managed: tuple[str, ...] = ()
    inline: Inline = ()


class Role(Struct, frozen=True, kw_only=True):
    """An IAM role. `made_with_account` marks the one that AWS Organizations makes along with an account."""

    name: str
    trust: Document
    age_days: int
    used_days_ago: int | None = None
    region: str = REGION
    path: str = "/"
    description: str = ""
    managed: tuple[str, ...] = ()
    inline: Inline = ()
    boundary: str = ""
    tags: Tags = ()
    max_session_seconds: int = 3600
    instance_profile: bool = False
    made_with_account: bool = False


class Policy(Struct, frozen=True, kw_only=True):
    """A customer managed policy; the last of `versions` is the default, `age_days` is the first one's age."""

    name: str
    versions: tuple[Document, ...]
    age_days: int
    description: str = ""


class SamlProvider(Struct, frozen=True, kw_only=True):
    """A SAML identity provider, with the end of its metadata's validity."""

    name: str
    issuer: str
    age_days: int
    valid_until: datetime


class OidcProvider(Struct, frozen=True, kw_only=True):
    """An OpenID Connect identity provider and the audiences (client ids) it accepts."""

    url: str
    audiences: tuple[str, ...]
    age_days: int


class ServerCertificate(Struct, frozen=True, kw_only=True):
    """A TLS certificate that was uploaded to IAM, and when it expires."""

    name: str
    age_days: int
    valid_until: datetime


class Scene(Struct, frozen=True, kw_only=True):
    """A part of an account that shows one theme; an account is several of them put together."""

    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    roles: tuple[Role, ...] = ()
    policies: tuple[Policy, ...] = ()
    saml_providers: tuple[SamlProvider, ...] = ()
    oidc_providers: tuple[OidcProvider, ...] = ()


class Root(Struct, frozen=True, kw_only=True):
    """The root user, of which the embedded AWS knows nothing."""

    age_days: int
    mfa: Literal["none", "virtual", "hardware"]
    signed_in_days_ago: int | None = None
    key: Key | None = None


class Account(Struct, frozen=True, kw_only=True):
    """One account; `password_policy` as arguments of iam:UpdateAccountPasswordPolicy, None where unset."""

    account_id: str
    name: str
    alias: str
    scene: Scene
    root: Root
    password_policy: dict[str, int | bool] | None = None
    server_certificates: tuple[ServerCertificate, ...] = ()


Part = TypeVar("Part")


def put_together(scenes: Iterable[Scene]) -> Scene:
    """All the scenes of an account as one."""
    parts = tuple(scenes)
    return Scene(
        users=_joined(scene.users for scene in parts),
        groups=_joined(scene.groups for scene in parts),
        roles=_joined(scene.roles for scene in parts),
        policies=_joined(scene.policies for scene in parts),
        saml_providers=_joined(scene.saml_providers for scene in parts),
        oidc_providers=_joined(scene.oidc_providers for scene in parts),
    )


def _joined(groups: Iterable[tuple[Part, ...]]) -> tuple[Part, ...]:
    return tuple(one for group in groups for one in group)
