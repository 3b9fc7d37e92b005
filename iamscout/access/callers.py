"""Who asks: a caller, what AWS derives from it, and which form of principal in a policy means it.

Sources: IAM User Guide, "AWS global condition context keys", "AWS JSON policy elements: Principal" and
"NotPrincipal", "Requesting temporary security credentials".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from iamscout.access.directory import Directory
from iamscout.access.principals import BUILT_IN_PROVIDERS, Principal, is_service_name
from iamscout.errors import InputError
from iamscout.policy.arn import ACCOUNT_ID, parse_arn, root_arn
from iamscout.policy.keys import MFA_AGE, MFA_PRESENT
from iamscout.snapshot.account import Role, User

CallerKind = Literal["user", "role", "session", "root", "federated_user", "saml", "oidc", "service"]
AWS_KINDS = frozenset({"user", "role", "session", "root", "federated_user"})
"""Callers that belong to an account and whose requests are signed with its credentials."""
Form = Literal["everyone", "account", "user", "role", "session", "service", "federated"]
"""The form of principal by which a policy means a caller."""

MFA_KEYS = frozenset({MFA_PRESENT, MFA_AGE})
_PRINCIPAL_KEYS = frozenset(
    {
        "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths",
        "aws:principaltype", "aws:userid", "aws:username",
    }
)  # fmt: skip
PRINCIPAL_TAG = "aws:principaltag/"
_TAGS_ITS_SESSIONS = "rolesanywhere."
"""The service whose principal tags in a trust policy are the fields of the caller's certificate.

"The IAM Roles Anywhere trust model".
"""
RESOURCE_TAGS = ("aws:resourcetag/", "iam:resourcetag/")


class Caller(Struct, frozen=True):
    """One caller.

    `entity` is the user or role (of a session: its role) where a snapshot has it; `role_arn` is the ARN of a
    role caller's role, or for a session of an account in no snapshot the ARN without path.
    """

    kind: CallerKind
    value: str
    account: str = ""
    partition: str = ""
    role_arn: str = ""
    session_name: str = ""
    entity: User | Role | None = None

    @property
    def is_outside(self) -> bool:
        """Whether it belongs to an account that no snapshot tells about."""
        return self.kind in ("user", "role", "session") and self.entity is None

    @property
    def is_service_linked(self) -> bool:
        """Whether it is a service-linked role, which no SCP and no RCP restricts.

        A session outside the snapshots tells no path, so its role's name must do.
        """
        if self.entity is not None:
            return isinstance(self.entity, Role) and self.entity.kind == "service_linked"
        return ":role/aws-service-role/" in self.role_arn or ":role/AWSServiceRoleFor" in self.role_arn


def find_caller(text: str, directory: Directory) -> Caller:
    """The caller that a question names.

    Raises InputError where it is malformed, or not in the snapshot of its account.
    """
    if ACCOUNT_ID.match(text):
        text = root_arn(text, directory.accounts[text].partition if text in directory.accounts else "aws")
    arn = parse_arn(text)
    if arn is None:
        if text in BUILT_IN_PROVIDERS:
            return Caller("oidc", text)
        if is_service_name(text):
            return Caller("service", text)
        raise InputError(f"{text!r} is neither an ARN nor the host name of a service", where="principal")
    if "*" in text or "?" in text or not ACCOUNT_ID.match(arn.account):
        raise InputError(f"{text!r} does not name one principal", where="principal")
    kind = _KIND_OF_ARN.get((arn.service, arn.resource_type))
    if kind is None or (kind == "root") != (arn.resource == "root"):
        raise InputError(
            f"{text!r} is no user, role, session, account or identity provider", where="principal"
        )
    if kind == "session":
        return session_caller(text, directory)
    entry = directory.by_arn.get(text)
    if entry is not None:
        return entity_caller(entry.entity, arn.account, arn.partition)
    if kind in ("user", "role") and directory.tells_of(arn):
        raise InputError(f"there is no {kind} {text} in the snapshot of {arn.account}", where="principal")
    return Caller(kind, text, arn.account, arn.partition, role_arn=text if kind == "role" else "")


_KIND_OF_ARN: Mapping[tuple[str, str], CallerKind] = {
    ("iam", "user"): "user",
    ("iam", "role"): "role",
    ("iam", "root"): "root",
    ("iam", "saml-provider"): "saml",
    ("iam", "oidc-provider"): "oidc",
    ("sts", "assumed-role"): "session",
    ("sts", "federated-user"): "federated_user",
}
"""Service and resource type of an ARN to the kind of caller that it names."""


def entity_caller(entity: User | Role, account: str, partition: str) -> Caller:
    """A user, or any session of a role, as a caller."""
    if isinstance(entity, Role):
        return Caller("role", entity.arn, account, partition, role_arn=entity.arn, entity=entity)
    return Caller("user", entity.arn, account, partition, entity=entity)


def session_caller(text: str, directory: Directory) -> Caller:
    """One assumed-role session, found by the name of its role.

    Raises InputError where the snapshot of its account has no such role.
    """
    arn = parse_arn(text)
    parts = arn.resource.split("/") if arn else []
    if arn is None or len(parts) != 3 or not parts[2]:
        raise InputError(
            f"{text!r} is no assumed-role session",
            where="principal",
            remedy="write …:assumed-role/ROLE/SESSION",
        )
    entry = directory.role_of_session(text)
    if entry is None and directory.tells_of(arn):
        raise InputError(f"there is no role {parts[1]} in the snapshot of {arn.account}", where="principal")
    role_arn = entry.arn if entry else f"arn:{arn.partition}:iam::{arn.account}:role/{parts[1]}"
    return Caller(
        "session", text, arn.account, arn.partition, role_arn, parts[2], entry.entity if entry else None
    )


def matching_form(caller: Caller, principal: Principal) -> Form | None:
    """The form by which a principal in a policy means the caller, or None.

    A role caller whose session's name is open is not meant by a session's ARN here; see
    :func:`names_a_session_of`.
    """
    match principal.kind:
        case "everyone":
            return "everyone"
        case "account":
            arn = parse_arn(principal.value)
            same = caller.kind in AWS_KINDS and caller.account == principal.account
            return "account" if same and arn is not None and arn.partition == caller.partition else None
        case "user":
            return "user" if caller.kind == "user" and caller.value == principal.value else None
        case "role":
            return (
                "role" if caller.kind in ("role", "session") and _same_role(caller, principal.value) else None
            )
        case "session":
            return "session" if caller.kind == "session" and caller.value == principal.value else None
        case "service":
            return "service" if caller.kind == "service" and caller.value == principal.value else None
        case "saml" | "oidc":
            return "federated" if caller.kind == principal.kind and caller.value == principal.value else None
    return None


def names_a_session_of(caller: Caller, principal: Principal) -> str:
    """The session's name, where a principal is one session of a role whose own session is open."""
    if caller.kind != "role" or principal.kind != "session" or principal.account != caller.account:
        return ""
    arn, role = parse_arn(principal.value), parse_arn(caller.role_arn)
    parts = arn.resource.split("/") if arn else []
    if arn is None or role is None or arn.partition != role.partition:
        return ""
    if len(parts) != 3 or parts[1].lower() != role.name.lower():
        return ""
    return parts[2]


def _same_role(caller: Caller, arn: str) -> bool:
    if caller.role_arn == arn:
        return True
    if caller.entity is not None or caller.kind != "session":
        return False
    named, own = parse_arn(arn), parse_arn(caller.role_arn)
    return bool(
        named
        and own
        and (named.partition, named.account, named.name) == (own.partition, own.account, own.name)
    )


class Facts(Struct, frozen=True):
    """What AWS derives about one side of a request.

    Values by lower-case key, keys that are absent, tag families that are known in full, and keys that cannot
    be known from the snapshots.
    """

    values: dict[str, tuple[str, ...]]
    absent: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


def caller_facts(caller: Caller, directory: Directory) -> Facts:
    """The keys that follow from the caller.

    `aws:userid` of a role whose session is open is unknown, and so are the organization of an account where
    no snapshot tells it and the tags of a caller outside the snapshots. Of MFA in a role's session AWS's
    pages say only that it is not true; see :func:`iamscout.access.settle.decide_for`.
    """
    if caller.kind not in AWS_KINDS:
        values: dict[str, tuple[str, ...]] = {
            "aws:principalisawsservice": ("true" if caller.kind == "service" else "false",)
        }
        if caller.kind == "service":
            values["aws:principalservicename"] = (caller.value,)
            values["aws:principalservicenameslist"] = (caller.value,)
        if caller.kind == "service" and caller.value.startswith(_TAGS_ITS_SESSIONS):
            return Facts(values, _PRINCIPAL_KEYS | MFA_KEYS, unknown=frozenset({PRINCIPAL_TAG}))
        return Facts(values, _PRINCIPAL_KEYS | MFA_KEYS, frozenset({PRINCIPAL_TAG}))
    is_role = caller.kind in ("role", "session")
    values = {
        "aws:principalaccount": (caller.account,),
        "aws:principalarn": (caller.role_arn if is_role else caller.value,),
        "aws:principaltype": (
            {"user": "User", "root": "Account", "federated_user": "FederatedUser"}.get(
                caller.kind, "AssumedRole"
            ),
        ),
        "aws:principalisawsservice": ("false",),
    }
    absent: set[str] = set()
    unknown: set[str] = set()
    if is_role:
        absent.add("aws:username")
        unknown.update(MFA_KEYS)
    elif caller.kind == "user":
        values["aws:username"] = (caller.value.rpartition("/")[2],)
    if caller.entity is not None and caller.kind == "user":
        values["aws:userid"] = (caller.entity.unique_id,)
    elif caller.entity is not None and caller.kind == "session":
        values["aws:userid"] = (f"{caller.entity.unique_id}:{caller.session_name}",)
    else:
        unknown.add("aws:userid")
    if caller.is_outside and caller.kind == "session":
        unknown.add("aws:principalarn")
        del values["aws:principalarn"]
    families: frozenset[str] = frozenset()
    if caller.entity is not None:
        values.update({PRINCIPAL_TAG + tag.key.lower(): (tag.value,) for tag in caller.entity.tags})
        families = frozenset({PRINCIPAL_TAG})
    else:
        unknown.add(PRINCIPAL_TAG)
    _organization(values, absent, unknown, directory, caller.account, "principal")
    return Facts(values, frozenset(absent), families, frozenset(unknown))


def role_facts(role: Role, account: str, directory: Directory) -> Facts:
    """The keys that follow from the role that is to be assumed."""
    facts = account_facts(account, directory)
    values = dict(facts.values)
    for tag in role.tags:
        for family in RESOURCE_TAGS:
            values[family + tag.key.lower()] = (tag.value,)
    return Facts(values, facts.absent, frozenset(RESOURCE_TAGS), facts.unknown)


def account_facts(account: str, directory: Directory) -> Facts:
    """The keys that follow from a resource whichever it is, as long as it belongs to an account."""
    values: dict[str, tuple[str, ...]] = {"aws:resourceaccount": (account,)}
    absent: set[str] = set()
    unknown: set[str] = set()
    _organization(values, absent, unknown, directory, account, "resource")
    return Facts(values, frozenset(absent), unknown=frozenset(unknown))


def _organization(
    values: dict[str, tuple[str, ...]],
    absent: set[str],
    unknown: set[str],
    directory: Directory,
    account: str,
    side: Literal["principal", "resource"],
) -> None:
    membership = directory.member_of.get(account)
    if membership:
        organization, member = membership
        values[f"aws:{side}orgid"] = (organization.id,)
        if member.path:
            values[f"aws:{side}orgpaths"] = (member.path,)
        else:
            unknown.add(f"aws:{side}orgpaths")
        return
    told = directory.accounts.get(account)
    known_alone = told is not None and told.has("organization")
    (absent if known_alone else unknown).update({f"aws:{side}orgid", f"aws:{side}orgpaths"})
