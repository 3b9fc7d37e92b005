"""Every spelling of a principal, in one normal form and kind.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "IAM identifiers".
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from iamscout.access.directory import Directory
from iamscout.policy.arn import ACCOUNT_ID, UNIQUE_ID, parse_arn, root_arn
from iamscout.policy.document import PrincipalElement

PrincipalKind = Literal[
    "everyone", "account", "user", "role", "session", "saml", "oidc", "service", "deleted", "unknown"
]
PRINCIPAL_KINDS: tuple[PrincipalKind, ...] = (
    "everyone", "account", "user", "role", "session", "saml", "oidc", "service", "deleted", "unknown",
)  # fmt: skip

BUILT_IN_PROVIDERS = frozenset(
    {"cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com"}
)
"""The four web identity providers that need no provider in the account (`Federated` by host name)."""


class Principal(Struct, frozen=True, order=True):
    """One principal.

    `value` is its normal form: `*`, an ARN (`:root` for an account), a provider ARN or built-in host, a
    service's host name, the unique id of a deleted one, or the text that could not be understood. `account`
    is empty where none applies.
    """

    kind: PrincipalKind
    value: str
    account: str = ""

    @property
    def name(self) -> str:
        """A short name for people: the last part of an ARN, else the value."""
        if self.kind == "account":
            return self.account
        arn = parse_arn(self.value)
        return arn.resource.partition("/")[2] or arn.resource if arn else self.value


def is_service_name(text: str) -> bool:
    """Whether a text has the form of a service's host name, such as `ec2.amazonaws.com`."""
    return "." in text and not set(text) & set(" /:*?")


def normalise(element: PrincipalElement, directory: Directory, partition: str) -> Principal:
    """Bring a principal element to its normal form.

    `partition` is that of the account whose policy it stands in.

    A unique id is looked up among the users and roles of `directory`, else it is a deleted principal's.
    Text that matches nothing in AWS (wildcards inside an ARN, groups, canonical users in a trust policy) is
    `unknown`.
    """
    value = element.value
    match element.type:
        case "*":
            return Principal("everyone", "*")
        case "Service":
            return Principal("service" if is_service_name(value) else "unknown", value)
        case "Federated":
            return _provider(value)
        case "CanonicalUser":
            return Principal("unknown", value)
    if value == "*":
        return Principal("everyone", "*")
    if ACCOUNT_ID.match(value):
        return Principal("account", root_arn(value, partition), value)
    if UNIQUE_ID.match(value):
        found = directory.by_unique_id.get(value)
        return Principal(found.kind, found.arn, found.account) if found else Principal("deleted", value)
    return _from_arn(value)


def _provider(value: str) -> Principal:
    if value in BUILT_IN_PROVIDERS:
        return Principal("oidc", value)
    arn = parse_arn(value)
    if arn and arn.service == "iam" and arn.resource_type == "saml-provider":
        return Principal("saml", value, arn.account)
    if arn and arn.service == "iam" and arn.resource_type == "oidc-provider":
        return Principal("oidc", value, arn.account)
    return Principal("unknown", value)


def _from_arn(value: str) -> Principal:
    arn = parse_arn(value)
    if arn is None or "*" in value or "?" in value or not ACCOUNT_ID.match(arn.account):
        return Principal("unknown", value)
    if arn.service == "iam" and arn.resource == "root":
        return Principal("account", value, arn.account)
    if arn.service == "iam" and arn.resource_type in ("user", "role") and arn.name:
        return Principal("user" if arn.resource_type == "user" else "role", value, arn.account)
    if arn.service == "sts" and arn.resource_type in ("assumed-role", "federated-user"):
        return Principal("session" if arn.resource_type == "assumed-role" else "unknown", value, arn.account)
    return Principal("unknown", value)
