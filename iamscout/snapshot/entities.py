"""Users, groups, roles and managed policies: from AWS's shapes to typed values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from iamscout.errors import InputError
from iamscout.policy.arn import ACCOUNT_ID, parse_arn
from iamscout.snapshot.account import (
    AttachedPolicy,
    Group,
    InlinePolicy,
    InstanceProfile,
    LastUsed,
    ManagedPolicy,
    PolicyVersion,
    Role,
    Tag,
    User,
)
from iamscout.snapshot.documents import read_document
from iamscout.snapshot.remarks import Remarks
from iamscout.snapshot.shapes import (
    AttachedPolicyShape,
    GroupShape,
    InlinePolicyShape,
    ManagedPolicyShape,
    RoleShape,
    TagShape,
    UserShape,
)


class _Named(Protocol):
    """Whatever has an ARN to be sorted by."""

    @property
    def arn(self) -> str: ...


N = TypeVar("N", bound=_Named)
Z = TypeVar("Z")


class Entities:
    """Converts the items of one account; `prefix` begins its ARNs, for items that lack theirs."""

    def __init__(self, prefix: str, source: str, remarks: Remarks) -> None:
        self._prefix = prefix
        self._source = source
        self._remarks = remarks

    def users(self, shapes: Iterable[UserShape], listed: Iterable[UserShape] = ()) -> tuple[User, ...]:
        """`UserDetailList`, with the password's last use out of iam:ListUsers."""
        details = {item.arn or item.user_name: item for item in listed}

        def convert(shape: UserShape) -> User | None:
            arn, name, path = self._identity("user", shape.arn, shape.user_name, shape.path)
            if not arn:
                return None
            more = details.get(arn) or details.get(name)
            used = more.password_last_used if more else shape.password_last_used
            return User(
                arn=arn,
                name=name,
                unique_id=shape.user_id,
                path=path,
                created=self._remarks.time(shape.create_date, arn, "CreateDate"),
                groups=tuple(sorted(shape.group_list)),
                inline_policies=_inline(shape.user_policy_list),
                attached_policies=_attached(shape.attached_managed_policies),
                boundary_arn=shape.permissions_boundary.permissions_boundary_arn
                if shape.permissions_boundary
                else "",
                tags=_tags(shape.tags),
                password_last_used=self._remarks.time(used, arn, "PasswordLastUsed"),
            )

        return self._all("UserDetailList", shapes, convert)

    def groups(self, shapes: Iterable[GroupShape]) -> tuple[Group, ...]:
        """`GroupDetailList`."""

        def convert(shape: GroupShape) -> Group | None:
            arn, name, path = self._identity("group", shape.arn, shape.group_name, shape.path)
            if not arn:
                return None
            return Group(
                arn=arn,
                name=name,
                unique_id=shape.group_id,
                path=path,
                created=self._remarks.time(shape.create_date, arn, "CreateDate"),
                inline_policies=_inline(shape.group_policy_list),
                attached_policies=_attached(shape.attached_managed_policies),
            )

        return self._all("GroupDetailList", shapes, convert)

    def roles(self, shapes: Iterable[RoleShape], listed: Iterable[RoleShape] = ()) -> tuple[Role, ...]:
        """`RoleDetailList`, with session duration and description out of iam:ListRoles."""
        details = {item.arn or item.role_name: item for item in listed}

        def convert(shape: RoleShape) -> Role | None:
            arn, name, path = self._identity("role", shape.arn, shape.role_name, shape.path)
            if not arn:
                return None
            more = details.get(arn) or details.get(name) or shape
            return Role(
                arn=arn,
                name=name,
                unique_id=shape.role_id,
                path=path,
                created=self._remarks.time(shape.create_date, arn, "CreateDate"),
                trust_policy=read_document(shape.assume_role_policy_document),
                inline_policies=_inline(shape.role_policy_list),
                attached_policies=_attached(shape.attached_managed_policies),
                boundary_arn=shape.permissions_boundary.permissions_boundary_arn
                if shape.permissions_boundary
                else "",
                tags=_tags(shape.tags),
                last_used=self._last_used(shape, arn),
                max_session_duration_seconds=more.max_session_duration,
                description=more.description or shape.description,
                instance_profiles=tuple(
                    sorted(
                        InstanceProfile(each.arn, each.instance_profile_name)
                        for each in shape.instance_profile_list
                    )
                ),
            )

        return self._all("RoleDetailList", shapes, convert)

    def policies(self, shapes: Iterable[ManagedPolicyShape]) -> tuple[ManagedPolicy, ...]:
        """`Policies`."""

        def convert(shape: ManagedPolicyShape) -> ManagedPolicy | None:
            arn, name, path = self._identity("policy", shape.arn, shape.policy_name, shape.path)
            if not arn:
                return None
            return ManagedPolicy(
                arn=arn,
                name=name,
                unique_id=shape.policy_id,
                path=path,
                created=self._remarks.time(shape.create_date, arn, "CreateDate"),
                updated=self._remarks.time(shape.update_date, arn, "UpdateDate"),
                default_version_id=shape.default_version_id,
                attachment_count=shape.attachment_count,
                boundary_usage_count=shape.permissions_boundary_usage_count,
                is_attachable=shape.is_attachable,
                description=shape.description,
                versions=tuple(
                    PolicyVersion(
                        id=each.version_id,
                        is_default=each.is_default_version,
                        created=self._remarks.time(
                            each.create_date, arn, f"PolicyVersionList {each.version_id} CreateDate"
                        ),
                        document=read_document(each.document),
                    )
                    for each in shape.policy_version_list
                ),
            )

        return self._all("Policies", shapes, convert)

    def _last_used(self, shape: RoleShape, arn: str) -> LastUsed | None:
        used = shape.role_last_used
        if used is None:
            return None
        return LastUsed(
            self._remarks.time(used.last_used_date, arn, "RoleLastUsed.LastUsedDate"), used.region
        )

    def _identity(self, kind: str, arn: str, name: str, path: str) -> tuple[str, str, str]:
        """ARN, name and path, each worked out of the others where missing; all empty where impossible.

        An ARN that is none counts as missing. Raises InputError for one of another account or partition.
        """
        if arn and not arn.startswith(f"{self._prefix}{kind}/") and not self._is_of_aws(kind, arn):
            self._check_home(kind, arn)
            self._remarks.lost(self._source, f"{kind} {name}".strip(), f"not the ARN of a {kind}: {arn[:80]}")
            arn = ""
        if arn:
            resource = arn.rpartition(":")[2]
            name = name or resource.rpartition("/")[2]
            path = path or f"/{resource.partition('/')[2]}".removesuffix(name)
        elif name:
            path = path or "/"
            arn = f"{self._prefix}{kind}{path}{name}"
            self._remarks.odd(arn, "Arn", "missing")
        return arn, name, path

    def _is_of_aws(self, kind: str, arn: str) -> bool:
        """Whether an ARN is that of an AWS managed policy of the same partition."""
        return kind == "policy" and arn.startswith(f"{self._prefix.split(':iam:')[0]}:iam::aws:policy/")

    def _check_home(self, kind: str, arn: str) -> None:
        """Refuse a snapshot whose header and items contradict each other: nothing of it could be trusted."""
        parsed = parse_arn(arn)
        if parsed is None or parsed.service != "iam" or not parsed.resource.startswith(f"{kind}/"):
            return
        _, partition, _, _, account, _ = self._prefix.split(":", 5)
        if (parsed.partition, parsed.account) == (partition, account):
            return
        if ACCOUNT_ID.match(parsed.account) or parsed.account == "aws":
            raise InputError(
                f"is of account {account} ({partition}) by its header, "
                f"and holds a {kind} of account {parsed.account} ({parsed.partition})",
                where=f"snapshot of {account}",
                remedy="make the snapshot again, one per account",
            )

    def _all(self, where: str, shapes: Iterable[Z], convert: Callable[[Z], N | None]) -> tuple[N, ...]:
        found: dict[str, N] = {}
        for number, shape in enumerate(shapes):
            item = convert(shape)
            if item is None:
                self._remarks.lost(self._source, f"{where}[{number}]", "an item without ARN and name")
            elif item.arn in found:
                self._remarks.odd(item.arn, where, "occurs twice; the first is used")
            else:
                found[item.arn] = item
        return tuple(found[arn] for arn in sorted(found))


def _inline(shapes: list[InlinePolicyShape]) -> tuple[InlinePolicy, ...]:
    made = [InlinePolicy(shape.policy_name, read_document(shape.policy_document)) for shape in shapes]
    return tuple(sorted(made, key=lambda policy: policy.name)) if made else ()


def _attached(shapes: list[AttachedPolicyShape]) -> tuple[AttachedPolicy, ...]:
    return (
        tuple(sorted(AttachedPolicy(shape.policy_arn, shape.policy_name) for shape in shapes))
        if shapes
        else ()
    )


def _tags(shapes: list[TagShape]) -> tuple[Tag, ...]:
    return tuple(sorted(Tag(shape.key, shape.value) for shape in shapes)) if shapes else ()
