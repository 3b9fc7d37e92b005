"""A second, naive opinion on who can assume which role: one request with everything in it, allow or deny.

Written from AWS's documentation, to be read and not to be fast. It shares nothing with the product but the
JSON in AWS's shape: with `access_conditions` it has its own wildcards, conditions, variables and order of
evaluation.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.property.access_conditions import Request, conditions_hold, glob, resource_like

Json = Any


@dataclass(frozen=True)
class Told:
    """One answer; `reason` names the first layer that refuses, in the words of `can-assume`."""

    result: str
    reason: str = ""


CONTESTED = Told("contested")


# Statements and documents.


def listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def covers(statement: Json, action: str, arn: str | None, request: Request, *, variables: bool) -> bool:
    """Whether action and resource (None: a trust policy, which has none) are those of a statement."""
    patterns = listed(statement.get("Action", statement.get("NotAction")))
    fits = any(glob(list(pattern.lower()), action.lower()) for pattern in patterns)
    if fits != ("Action" in statement):
        return False
    if arn is None:
        return True
    resources = listed(statement.get("Resource", statement.get("NotResource", [])))
    fits = any(resource_like(each, arn, request, variables=variables) for each in resources)
    return fits == ("NotResource" not in statement)


@dataclass
class Says:
    """What some documents of one layer say of a request."""

    allows: bool = False
    denies: bool = False
    covers: bool = False


def read(documents: Iterable[str], action: str, arn: str, request: Request) -> Says:
    says = Says()
    for text in documents:
        document = json.loads(text)
        variables = document.get("Version") == "2012-10-17"
        for statement in listed(document["Statement"]):
            if not covers(statement, action, arn, request, variables=variables):
                continue
            allows = statement["Effect"] == "Allow"
            says.covers |= allows
            if conditions_hold(statement, request, variables=variables):
                says.allows |= allows
                says.denies |= not allows
    return says


# Principals.


@dataclass(frozen=True)
class Who:
    """A caller: its ARN or host name, and what follows from it."""

    arn: str
    kind: str  # user, role, session, service, saml, oidc
    account: str = ""
    partition: str = ""
    role_arn: str = ""
    is_known: bool = True
    shape: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_service_linked(self) -> bool:
        return ":role/aws-service-role/" in self.role_arn


def forms(principal: Json, who: Who, partition: str, ids: Mapping[str, str]) -> Iterator[str]:
    """Each form in which a Principal or NotPrincipal element means a caller."""
    if principal == "*":
        yield "everyone"
        return
    for kind, values in principal.items():
        for value in listed(values):
            if kind == "AWS":
                yield from aws_form(value, who, partition, ids)
            elif value == who.arn and kind in ("Service", "Federated"):
                yield "other"


def aws_form(value: str, who: Who, partition: str, ids: Mapping[str, str]) -> Iterator[str]:
    if value == "*":
        yield "everyone"
    if who.kind not in ("user", "role", "session"):
        return
    if re.fullmatch("[0-9]{12}", value):
        value = f"arn:{partition}:iam::{value}:root"
    value = ids.get(value, value)
    if value == f"arn:{who.partition}:iam::{who.account}:root":
        yield "account"
    if who.kind == "user" and value == who.arn:
        yield "user"
    if who.kind == "session" and value == who.arn:
        yield "session"
    if who.kind != "user" and value == who.role_arn:
        yield "role"


def excepted(statement: Json, who: Who, partition: str, ids: Mapping[str, str]) -> str:
    """NotPrincipal: whether a statement is about a caller: yes, no or contested."""
    named = set(forms(statement["NotPrincipal"], who, partition, ids))
    if not named:
        return "yes"
    if who.kind not in ("user", "role", "session"):
        return "no"
    if statement["Effect"] == "Allow":
        return "no"
    if who.shape.get("PermissionsBoundary"):
        return "yes"
    if "everyone" in named or ("account" in named and named - {"account"}):
        return "no"
    element = statement["NotPrincipal"]
    values = [ids.get(value, value) for value in listed(element.get("AWS", []))]
    others = any(
        re.fullmatch(rf"arn:aws[a-z-]*:(iam|sts)::{who.account}:(user|role|assumed-role)/[^*?]*", value)
        for value in values
    )
    return "yes" if named == {"account"} and others else "contested"


# The decision.


@dataclass
class Trust:
    """What a trust policy says to one caller: the forms it allows, and whether it denies."""

    allows: set[str] = field(default_factory=set)
    covers: bool = False
    denies: bool = False
    may_deny: bool = False


@dataclass
class Layers:
    """What the other policies say; None for a layer that is not there."""

    identity: Says | None = None
    boundary: Says | None = None
    session: Says | None = None
    scps: list[Says] = field(default_factory=list)
    rcps: list[Says] = field(default_factory=list)


class Reference:
    """Some accounts (details by number) with their partitions, and an organization file or None."""

    def __init__(
        self, details: Mapping[str, Json], partitions: Mapping[str, str], organization: Json = None
    ) -> None:
        self.details, self.partitions, self.organization = details, partitions, organization
        self.entities: dict[str, tuple[str, Json]] = {}
        self.documents: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        for number, told in details.items():
            for kind, prefix in (("User", "UserDetailList"), ("Role", "RoleDetailList")):
                for shape in told[prefix]:
                    self.entities[shape["Arn"]] = (number, shape)
                    self.ids[shape[f"{kind}Id"]] = shape["Arn"]
            for policy in told["Policies"]:
                self.documents[policy["Arn"]] = policy["PolicyVersionList"][0]["Document"]

    def who(self, text: str) -> Who:
        parts = text.split(":", 5)
        if len(parts) < 6:
            return Who(text, "oidc" if text == "accounts.google.com" else "service")
        _, partition, _, _, account, resource = parts
        kind, *names = resource.split("/")
        if kind in ("saml-provider", "oidc-provider"):
            return Who(text, kind.removesuffix("-provider"), account, partition)
        is_known = account in self.details
        if kind == "assumed-role":
            arn = next(
                (
                    shape["Arn"]
                    for number, shape in self.entities.values()
                    if number == account and shape.get("RoleName") == names[0]
                ),
                f"arn:{partition}:iam::{account}:role/{names[0]}",
            )
            return Who(
                text, "session", account, partition, arn, is_known, self.entities.get(arn, ("", {}))[1]
            )
        shape = self.entities.get(text, ("", {}))[1]
        return Who(text, kind, account, partition, text if kind == "role" else "", is_known, shape)

    def derived(self, who: Who, role: str) -> dict[str, tuple[str, ...] | None]:
        """The keys that follow from caller and role; None for one that is absent."""
        number, shape = self.entities[role]
        found: dict[str, tuple[str, ...] | None] = {"aws:resourceaccount": (number,)}
        for tag in shape["Tags"]:
            for family in ("aws:resourcetag/", "iam:resourcetag/"):
                found[family + tag["Key"].lower()] = (tag["Value"],)
        self._organization(found, "resource", number)
        if who.kind not in ("user", "role", "session"):
            found["aws:principalisawsservice"] = ("true" if who.kind == "service" else "false",)
            names = ("arn", "account", "type", "orgid", "orgpaths")
            found |= dict.fromkeys(f"aws:principal{name}" for name in names)
            found |= dict.fromkeys(("aws:username", "aws:userid"))
            return found
        is_user = who.kind == "user"
        found["aws:principalisawsservice"] = ("false",)
        found["aws:principalaccount"] = (who.account,)
        found["aws:principalarn"] = (who.arn if is_user else who.role_arn,)
        found["aws:principaltype"] = ("User" if is_user else "AssumedRole",)
        found["aws:username"] = (who.arn.rpartition("/")[2],) if is_user else None
        if who.shape:
            found["aws:userid"] = (who.shape["UserId"],) if is_user else None
            if who.kind == "session":
                found["aws:userid"] = (f"{who.shape['RoleId']}:{who.arn.rpartition('/')[2]}",)
            for tag in who.shape["Tags"]:
                found["aws:principaltag/" + tag["Key"].lower()] = (tag["Value"],)
        self._organization(found, "principal", who.account)
        return found

    def _organization(self, found: dict[str, tuple[str, ...] | None], side: str, account: str) -> None:
        member = (self.organization or {"accounts": {}})["accounts"].get(account)
        found[f"aws:{side}orgid"] = (self.organization["id"],) if member else None
        found[f"aws:{side}orgpaths"] = (member["path"],) if member else None

    def request(self, who: Who, role: str, given: Request) -> dict[str, tuple[str, ...]]:
        """The whole request: what is given, and what AWS derives, which wins but for tags of a session."""
        tags = "aws:principaltag/"
        families = ("aws:resourcetag/", "iam:resourcetag/", tags)
        whole = {key: value for key, value in given.items() if not key.startswith(families)}
        for key, value in self.derived(who, role).items():
            whole.pop(key, None)
            if value is not None:
                whole[key] = value
        if who.kind in ("role", "session") or (who.kind == "user" and not who.is_known):
            whole |= {key: value for key, value in given.items() if key.startswith(tags)}
        return whole

    def identity(self, who: Who) -> list[str]:
        """The documents of a caller's identity policies."""
        holders = [who.shape]
        groups = self.details[who.account]["GroupDetailList"]
        holders += [group for group in groups if group["GroupName"] in who.shape.get("GroupList", ())]
        found = []
        for holder in holders:
            for kind in ("User", "Role", "Group"):
                found += [policy["PolicyDocument"] for policy in holder.get(f"{kind}PolicyList", ())]
            found += [self.documents[each["PolicyArn"]] for each in holder["AttachedManagedPolicies"]]
        return found

    def levels(self, kind: str, account: str) -> list[list[str]]:
        """The control policies that bind an account, level by level."""
        if self.organization is None or self.organization["management"] == account:
            return []
        levels = self.organization["accounts"].get(account, {}).get(kind, [])
        return [[json.dumps(each["policy"]) for each in level] for level in levels]

    def trust(self, who: Who, role: str, action: str, request: Request) -> Trust:
        """What a role's trust policy says to a caller."""
        number, shape = self.entities[role]
        partition = self.partitions[number]
        document = json.loads(shape["AssumeRolePolicyDocument"])
        variables = document.get("Version") == "2012-10-17"
        found = Trust()
        for statement in listed(document["Statement"]):
            if not covers(statement, action, None, request, variables=variables):
                continue
            is_contested = False
            if "NotPrincipal" in statement:
                about = excepted(statement, who, partition, self.ids)
                means, is_contested = ({"everyone"} if about != "no" else set()), about == "contested"
            else:
                means = set(forms(statement["Principal"], who, partition, self.ids))
            allows = statement["Effect"] == "Allow"
            found.covers |= allows and bool(means)
            if means and conditions_hold(statement, request, variables=variables):
                found.allows |= means if allows else set()
                found.denies |= not allows and not is_contested
                found.may_deny |= not allows and is_contested
        return found

    def layers(
        self, who: Who, role: str, action: str, request: Request, session_policy: str | None
    ) -> Layers:
        """What the policies of the caller and of the organization say."""
        number, _ = self.entities[role]
        found = Layers()
        is_aws = who.kind in ("user", "role", "session")
        if is_aws and who.is_known:
            found.identity = read(self.identity(who), action, role, request)
            if who.shape.get("PermissionsBoundary"):
                arn = who.shape["PermissionsBoundary"]["PermissionsBoundaryArn"]
                found.boundary = read([self.documents[arn]], action, role, request)
            if session_policy is not None:
                found.session = read([session_policy], action, role, request)
        if is_aws and not who.is_service_linked:
            found.scps = [read(level, action, role, request) for level in self.levels("scps", who.account)]
        takes_its_own = who.kind == "service" and ":role/aws-service-role/" in role
        if not who.is_service_linked and not takes_its_own:
            found.rcps = [read(level, action, role, request) for level in self.levels("rcps", number)]
        return found

    def decide(
        self, caller: str, role: str, action: str, given: Request, session_policy: str | None = None
    ) -> Told:
        """One request with one action. A caller outside the accounts is taken to have every permission."""
        who = self.who(caller)
        number, _ = self.entities[role]
        if who.partition and who.partition != self.partitions[number]:
            return Told("deny", "principal_cannot_assume")
        request = self.request(who, role, given)
        trust = self.trust(who, role, action, request)
        layers = self.layers(who, role, action, request, session_policy)
        is_same = (who.account, who.partition) == (number, self.partitions[number])
        widest = final(trust, layers, is_same=is_same)
        cut = final(trust, layers, is_same=is_same, boundary_cuts_users=True)
        reached = final(replace(trust, denies=trust.denies or trust.may_deny), layers, is_same=is_same)
        return widest if cut.result == reached.result == widest.result else CONTESTED


def final(trust: Trust, layers: Layers, *, is_same: bool, boundary_cuts_users: bool = False) -> Told:
    """The order of evaluation, under one reading of the boundary of a named user."""
    identity, boundary, session = layers.identity, layers.boundary, layers.session
    is_free = is_same and bool(trust.allows & {"everyone", "session"})
    is_user = is_same and "user" in trust.allows
    is_named = is_user or (is_same and "role" in trust.allows)
    cuts = not is_free and (not is_user or boundary_cuts_users)
    explicit = trust.denies or any(layer and layer.denies for layer in (identity, boundary, session))
    refusals = [
        (explicit, "explicit_deny"),
        (any(level.denies for level in layers.rcps), "rcp"),
        (any(level.denies or not level.allows for level in layers.scps), "scp"),
        (not trust.allows, "condition" if trust.covers else "missing_trust"),
        (
            not is_free and not is_named and identity and not identity.allows,
            "condition" if identity and identity.covers else "missing_identity",
        ),
        (cuts and boundary and not boundary.allows, "boundary"),
        (not is_free and not is_user and session and not session.allows, "session_policy"),
    ]
    return next((Told("deny", reason) for refuses, reason in refusals if refuses), Told("allow"))
