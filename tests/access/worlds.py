"""Small organizations to ask about: written as AWS prints them, read through the real view of a snapshot.

Statements are plain dicts in IAM's grammar. Whatever a test asks of a pair is also compared with the bulk
edges, so that every claim is one about both ways to the answer.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from iamscout.access.assume import Question, answer
from iamscout.access.callers import find_caller
from iamscout.access.directory import Directory
from iamscout.access.edges import build_access
from iamscout.access.identity import own_policies
from iamscout.access.model import AccessEntry, AccessMap, HalfEntry
from iamscout.policy.decision import Decision, StatementRef
from iamscout.policy.formula import ALWAYS, NEVER
from iamscout.policy.parse import parse_document
from iamscout.snapshot.account import Account, Group, Role, User
from iamscout.snapshot.model import Snapshot, Source, Tool, encode_source
from iamscout.snapshot.view import view_account

HOME, OTHER, OUTSIDE = "111122223333", "444455556666", "999999999999"
"""Two accounts of which there are snapshots, and one of which there is none."""
MANAGEMENT = "123456789012"
ORGANIZATION = "o-exampleorgid"
CAPTURED = datetime(2026, 11, 1, 8, tzinfo=UTC)

Json = Any
Statement = dict[str, Any]
Context = Mapping[str, str | Iterable[str]]
"""What a request brings: keys in any case, one value or several each."""
Document = str | Sequence[Statement]
"""Statements of a document of Version 2012-10-17, or the text of a document."""


def allow(action: Json = "sts:AssumeRole", resource: Json = "*", **elements: Json) -> Statement:
    """An Allow statement of a permissions policy; further elements by name."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def deny(action: Json = "sts:AssumeRole", resource: Json = "*", **elements: Json) -> Statement:
    """A Deny statement of a permissions policy."""
    return {**allow(action, resource, **elements), "Effect": "Deny"}


def trust(principal: Json, action: Json = "sts:AssumeRole", **elements: Json) -> Statement:
    """An Allow statement of a trust policy; text is an AWS principal."""
    if isinstance(principal, str | list):
        principal = "*" if principal == "*" else {"AWS": principal}
    return {"Effect": "Allow", "Principal": principal, "Action": action, **elements}


def distrust(principal: Json, action: Json = "sts:AssumeRole", **elements: Json) -> Statement:
    """A Deny statement of a trust policy."""
    return {**trust(principal, action, **elements), "Effect": "Deny"}


def text_of(document: Document, version: str = "2012-10-17") -> str:
    """A document's text."""
    if isinstance(document, str):
        return document
    return json.dumps({"Version": version, "Statement": list(document)})


def root(account: str, partition: str = "aws") -> str:
    """The ARN that stands for an account."""
    return f"arn:{partition}:iam::{account}:root"


class AccountMaker:
    """One account in the shape of iam:GetAccountAuthorizationDetails; every method returns the new ARN."""

    def __init__(self, number: str = HOME, partition: str = "aws") -> None:
        self.number, self.partition = number, partition
        self.details: dict[str, list[dict[str, Any]]] = {
            "UserDetailList": [],
            "GroupDetailList": [],
            "RoleDetailList": [],
            "Policies": [],
        }
        self.sources: dict[str, Any] = {}

    @property
    def root(self) -> str:
        return root(self.number, self.partition)

    def arn(self, resource: str) -> str:
        return f"arn:{self.partition}:iam::{self.number}:{resource}"

    def session(self, role: str, name: str = "session") -> str:
        """The ARN of a session of a role of this account."""
        return f"arn:{self.partition}:sts::{self.number}:assumed-role/{role}/{name}"

    def unique_id(self, prefix: str, name: str) -> str:
        letters = "".join(character for character in name.upper() if character.isalnum())
        return f"{prefix}{letters}{self.number[-4:]}EXAMPLE"

    def user(
        self,
        name: str,
        may: Document = (),
        *,
        groups: Sequence[str] = (),
        **more: Any,
    ) -> str:
        """A user with one inline policy; see :meth:`_principal` for the rest."""
        shape = self._principal("user", "User", name, may, **more)
        self.details["UserDetailList"].append(shape | {"GroupList": list(groups)})
        return str(shape["Arn"])

    def role(
        self,
        name: str,
        trusts: Document = (),
        may: Document = (),
        *,
        version: str = "2012-10-17",
        **more: Any,
    ) -> str:
        """A role with its trust policy and one inline policy."""
        shape = self._principal("role", "Role", name, may, **more)
        self.details["RoleDetailList"].append(
            shape | {"AssumeRolePolicyDocument": text_of(trusts, version), "InstanceProfileList": []}
        )
        return str(shape["Arn"])

    def _principal(
        self,
        kind: str,
        prefix: str,
        name: str,
        may: Document,
        *,
        path: str = "/",
        attached: Sequence[str] = (),
        boundary: str = "",
        tags: Mapping[str, str] | None = None,
        unique_id: str = "",
        policy_version: str = "2012-10-17",
    ) -> dict[str, Any]:
        inline = text_of(may, policy_version) if may else ""
        shape: dict[str, Any] = {
            "Path": path,
            f"{prefix}Name": name,
            f"{prefix}Id": unique_id or self.unique_id("AIDA" if kind == "user" else "AROA", name),
            "Arn": self.arn(f"{kind}{path}{name}"),
            "CreateDate": "2025-01-02T03:04:05+00:00",
            f"{prefix}PolicyList": [{"PolicyName": "inline", "PolicyDocument": inline}] if inline else [],
            "AttachedManagedPolicies": [
                {"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in attached
            ],
            "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
        }
        if boundary:
            shape["PermissionsBoundary"] = {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": boundary,
            }
        return shape

    def group(self, name: str, may: Document = (), attached: Sequence[str] = ()) -> str:
        shape = self._principal(
            "group", "Group", name, may, attached=attached, unique_id=f"AGPA{name.upper()}EXAMPLE"
        )
        del shape["Tags"]
        self.details["GroupDetailList"].append(shape)
        return str(shape["Arn"])

    def policy(self, name: str, document: Document, version: str = "2012-10-17") -> str:
        arn = self.arn(f"policy/{name}")
        self.details["Policies"].append(
            {
                "PolicyName": name,
                "PolicyId": f"ANPA{''.join(filter(str.isalnum, name.upper()))}EXAMPLE",
                "Arn": arn,
                "Path": "/",
                "DefaultVersionId": "v1",
                "IsAttachable": True,
                "CreateDate": "2025-01-02T03:04:05+00:00",
                "PolicyVersionList": [
                    {"Document": text_of(document, version), "VersionId": "v1", "IsDefaultVersion": True}
                ],
            }
        )
        return arn

    def account(self, organization: Json = None) -> Account:
        """The typed account, as the product reads it."""
        sources = {"iam:GetAccountAuthorizationDetails": self.details, **self.sources}
        if organization is not None:
            sources["organization"] = organization
        snapshot = Snapshot(
            account=self.number,
            partition=self.partition,
            captured_at=CAPTURED,
            captured_until=CAPTURED,
            tool=Tool("iamscout", "0"),
            sources={
                name: value if isinstance(value, Source) else Source("ok", encode_source(value))
                for name, value in sources.items()
            },
        )
        return view_account(snapshot)


def organization(
    accounts: Mapping[str, Mapping[str, Json]], management: str = MANAGEMENT, number: str = ORGANIZATION
) -> Json:
    """An organization file. Levels of `scps` and `rcps` are lists of lists of statements or texts."""
    return {
        "id": number,
        "management": management,
        "accounts": {
            account: {
                "name": account,
                "path": told.get("path", f"{number}/r-root/ou-root-apps/"),
                **{
                    kind: [
                        [
                            {"name": f"{kind}-{level}-{place}", "policy": json.loads(text_of(document))}
                            for place, document in enumerate(documents)
                        ]
                        for level, documents in enumerate(told[kind])
                    ]
                    for kind in ("scps", "rcps")
                    if kind in told
                },
            }
            for account, told in accounts.items()
        },
    }


class World:
    """Some accounts, to be asked."""

    def __init__(self, *makers: AccountMaker, organization: Json = None) -> None:
        self.accounts = tuple(maker.account(organization) for maker in makers)

    @cached_property
    def access(self) -> AccessMap:
        return build_access(self.accounts)

    @property
    def directory(self) -> Directory:
        return self.access.directory

    def ask(
        self,
        principal: str,
        role: str,
        context: Context | None = None,
        *,
        actions: Sequence[str] = ("sts:AssumeRole",),
        closed: bool = True,
        session_policy: Document | None = None,
    ) -> Decision:
        """Answer one question; a closed one also checks that the open one agrees with the bulk edges."""
        entry = self.directory.by_arn[role]
        assert isinstance(entry.entity, Role)
        policy = None if session_policy is None else parse_document(text_of(session_policy))
        question = Question(
            caller=find_caller(principal, self.directory),
            role=entry.entity,
            role_account=self.directory.accounts[entry.account],
            actions=tuple(actions),
            context={
                key: (value,) if isinstance(value, str) else tuple(value)
                for key, value in (context or {}).items()
            },
            closed=closed,
            session_policy=policy,
        )
        self.check_edges(principal)
        return answer(question, self.directory)

    def check_edges(self, principal: str) -> None:
        """What the bulk edges say of a user or role is what each of its open questions is answered."""
        if principal in self.directory.by_arn:
            for role, entry in self.directory.by_arn.items():
                if entry.kind == "role":
                    check_edge(self, principal, role)

    def edge(self, principal: str, role: str, action: str = "sts:AssumeRole") -> AccessEntry | None:
        """The one entry of the bulk edges for a pair, or None."""
        found = [
            entry
            for entry in self.access.entries
            if role in entry.roles
            and entry.action == action
            and any(member.value == principal for member in entry.principals)
        ]
        assert len(found) < 2
        return found[0] if found else None

    def halves(self, principal: str, role: str) -> list[HalfEntry]:
        """The half-edges of a pair."""
        return [
            entry
            for entry in self.access.half_entries
            if role in entry.roles and any(member.value == principal for member in entry.principals)
        ]


def check_edge(world: World, principal: str, role: str, action: str = "sts:AssumeRole") -> None:
    """The bulk edge of a pair against the exact answer to the open question."""
    entry = world.directory.by_arn[role]
    assert isinstance(entry.entity, Role)
    exact = answer(
        Question(
            find_caller(principal, world.directory),
            entry.entity,
            world.directory.accounts[entry.account],
            (action,),
            {},
            closed=False,
        ),
        world.directory,
    )
    edge = world.edge(principal, role, action)
    if edge is None:
        assert exact.result == "deny", f"{principal} has no edge to {role}, but {exact}"
        assert exact.requires == NEVER
        return
    verdict = edge.verdict
    assert (verdict.result, verdict.reason) == (exact.result, exact.reason)
    assert verdict.requires == exact.requires
    # Why one of two readings denies is told in full by the exact answer alone.
    both = [[(reading.result, reading.source) for reading in each.readings] for each in (verdict, exact)]
    assert both[0] == both[1]
    if exact.result == "allow":
        assert exact.requires == ALWAYS
    identity = {ref for ref in exact.by if ref.kind == "identity"}
    if verdict.needs_identity_policy and principal in world.directory.by_arn:
        assert {ref for ref in identity if _allows(world, ref)} <= set(edge.identity_by)


def _allows(world: World, ref: StatementRef) -> bool:
    account = world.directory.accounts[ref.owner.split(":")[4]]
    holders: tuple[User | Role | Group, ...] = (*account.users, *account.roles, *account.groups)
    uses = [use for holder in holders if holder.arn == ref.owner for use in own_policies(account, holder)]
    (document,) = {use.document for use in uses if use.policy == ref.policy}
    return document is not None and document.statements[ref.statement - 1].effect == "Allow"


def granted_under(condition: Json, context: Context | None = None, *, version: str = "2012-10-17") -> str:
    """What a granted user gets of a role whose trust in the account has this condition."""
    account = AccountMaker()
    user = account.user("ann", [allow()], path="/team/", tags={"Dept": "blue", "team": "a"})
    trusts = [trust(account.root, Condition=condition)]
    role = account.role("target", trusts, tags={"Dept": "blue"}, version=version)
    return World(account).ask(user, role, context).result
