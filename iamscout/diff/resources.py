"""Resources compared: what was added, removed and changed, and what each change does.

The effect of a change on an entity is that of all its policies together, so that what moves from an inline to
a managed policy is neutral; each part tells its own effect beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from msgspec import structs

from iamscout.access.directory import Directory
from iamscout.access.identity import own_policies
from iamscout.analysis.finding import ResourceType
from iamscout.diff import fields
from iamscout.diff.allowed import EVERYTHING, compare_documents, compare_shared
from iamscout.diff.clauses import same_meaning
from iamscout.diff.comparable import Twins
from iamscout.diff.credentials import Credentials
from iamscout.diff.effect import NEUTRAL, UNKNOWN, Effect, Shift, joined
from iamscout.diff.model import Change, FieldChange, ResourceChange
from iamscout.diff.settings import account_changes, organization_changes
from iamscout.diff.trust import Trusting, compare_trust
from iamscout.policy.document import PolicyDocument
from iamscout.snapshot.account import Account, Group, ManagedPolicy, OidcProvider, Role, SamlProvider, User

Entity = User | Group | Role
Named = TypeVar("Named", User, Group, Role, ManagedPolicy, SamlProvider, OidcProvider)
Parts = list[tuple[FieldChange, Shift]]


def compare_resources(twins: Iterable[Twins], old: Directory, new: Directory) -> tuple[ResourceChange, ...]:
    """Every changed resource of accounts that both sides have, by account, kind and ARN."""
    return tuple(change for each in twins for change in _Comparison(each, old, new).changes())


class _Comparison:
    """One account at two moments."""

    def __init__(self, twins: Twins, old: Directory, new: Directory) -> None:
        self.twins = twins
        self.old, self.new = twins.old, twins.new
        self.directories = (old, new)
        self.credentials = Credentials(twins)

    @cached_property
    def mentioned_tags(self) -> frozenset[str]:
        """The tags that matter; looked up only where a tag changed."""
        return fields.mentioned_tags((self.old, self.new))

    def changes(self) -> Iterator[ResourceChange]:
        """The account itself, then what is in it."""
        yield from account_changes(self.twins, self.credentials)
        yield from organization_changes(self.new.id, *self.directories)
        yield from self._entities("user", self.old.users, self.new.users)
        yield from self._entities("group", self.old.groups, self.new.groups)
        yield from self._entities("role", self.old.roles, self.new.roles)
        yield from self._policies()
        yield from self._providers()

    def _entities(
        self, kind: ResourceType, before: Iterable[Entity], after: Iterable[Entity]
    ) -> Iterator[ResourceChange]:
        old = {entity.arn: entity for entity in before}
        new = {entity.arn: entity for entity in after}
        for arn in sorted({*old, *new}):
            one, other = old.get(arn), new.get(arn)
            change: ResourceChange | None = None
            if one is not None and other is not None:
                change = self._entity(kind, one, other) if one != other or kind == "user" else None
            # Where a side is not told in full, what it does not list may be there all the same.
            elif other is not None and self.twins.is_whole(self.old, kind):
                change = self._alone("added", kind, other)
            elif one is not None and self.twins.is_whole(self.new, kind):
                change = self._alone("removed", kind, one)
            if change is not None:
                yield change

    def _alone(self, change: Change, kind: ResourceType, entity: Entity) -> ResourceChange:
        """An entity that came or went: its policies, and whom it trusts, against nothing."""
        account = self.new if change == "added" else self.old
        documents, missing = _documents(account, entity)
        unknown = missing or entity.arn in self.twins.gaps or not self.twins.detailed
        shifts = [compare_documents([], documents), UNKNOWN if unknown else NEUTRAL]
        if isinstance(entity, Role):
            shifts.append(
                compare_trust(
                    self._trusting(None, 1), self._trusting(entity, 0 if change == "removed" else 1)
                )
            )
        if isinstance(entity, User):
            shifts += [_document_shift(account, name) for name in entity.groups]
        shift = joined(shifts)
        effect = (shift if change == "added" else shift.reverse).effect
        return ResourceChange(change, entity.arn, kind, account.id, (), effect)

    def _entity(self, kind: ResourceType, one: Entity, other: Entity) -> ResourceChange | None:
        found: Parts = []
        shifts: list[Shift] = []
        if one.arn not in self.twins.gaps and self.twins.detailed:
            policies = [
                *fields.inline_policies(one.inline_policies, other.inline_policies),
                *fields.attached_policies(_attached(self.old, one), _attached(self.new, other)),
            ]
            if isinstance(one, User) and isinstance(other, User):
                policies += fields.members("groups", (one.groups, other.groups), self._group_shift)
            if policies:
                shifts.append(self._identity_shift(one, other))
            found += policies
            if not isinstance(one, Group) and not isinstance(other, Group):
                limits = list(self._boundary(one, other))
                tags = (
                    list(fields.tags(one.tags, other.tags, self.mentioned_tags))
                    if one.tags != other.tags
                    else []
                )
                shifts += [shift for _, shift in (*limits, *tags)]
                found += [*limits, *tags]
        rest = list(self._own_fields(one, other))
        shifts += [shift for _, shift in rest]
        found += rest
        recreated = bool(one.unique_id and other.unique_id and one.unique_id != other.unique_id)
        if recreated:
            found += fields.single("unique_id", one.unique_id, other.unique_id)
        return _changed(kind, other.arn, self.new.id, found, joined(shifts), recreated=recreated)

    def _own_fields(self, one: Entity, other: Entity) -> Iterator[tuple[FieldChange, Shift]]:
        """What only roles and only users have."""
        if isinstance(one, Role) and isinstance(other, Role):
            if not same_meaning(one.trust_policy, other.trust_policy):
                shift = compare_trust(self._trusting(one, 0), self._trusting(other, 1))
                before, after = one.trust_policy.text, other.trust_policy.text
                yield FieldChange("trust_policy", "changed", shift.effect, "", before, after), shift
            old, new = one.max_session_duration_seconds, other.max_session_duration_seconds
            yield from fields.single(
                "max_session_duration_seconds", old, new, fields.wider((new or 0) > (old or 0))
            )
            if self.old.has("iam:ListRoles") == self.new.has("iam:ListRoles"):
                yield from fields.single("description", one.description, other.description)
            if self.twins.detailed and one.arn not in self.twins.gaps:
                profiles = [{profile.arn for profile in role.instance_profiles} for role in (one, other)]
                yield from fields.members("instance_profiles", profiles, lambda _, added: fields.wider(added))
        if isinstance(one, User) and isinstance(other, User):
            yield from self.credentials.changes(other)

    def _trusting(self, role: Role | None, side: int) -> Trusting:
        account = self.twins.old if side == 0 else self.twins.new
        return Trusting(
            role.trust_policy if role else _NOBODY, self.directories[side], account.id, account.partition
        )

    def _identity_shift(self, one: Entity, other: Entity) -> Shift:
        """How all policies of an entity together changed, its groups' among them."""
        before, lacking_before = _all_documents(self.old, one)
        after, lacking_after = _all_documents(self.new, other)
        shift = (compare_shared if isinstance(one, Group) else compare_documents)(before, after)
        return shift if lacking_before == lacking_after else joined((shift, UNKNOWN))

    def _group_shift(self, name: str, added: bool) -> Shift:  # noqa: FBT001  # the signature of members
        shift = _document_shift(self.new if added else self.old, name)
        return shift if added else shift.reverse

    def _boundary(self, one: User | Role, other: User | Role) -> Iterator[tuple[FieldChange, Shift]]:
        if one.boundary_arn == other.boundary_arn:
            return
        limits = [
            _boundary_document(account, entity.boundary_arn)
            for account, entity in ((self.old, one), (self.new, other))
        ]
        shift = UNKNOWN if None in limits else compare_documents(*[[limit] for limit in limits if limit])
        change: Change = "added" if not one.boundary_arn else "changed" if other.boundary_arn else "removed"
        yield FieldChange("boundary", change, shift.effect, "", one.boundary_arn, other.boundary_arn), shift

    def _policies(self) -> Iterator[ResourceChange]:
        """The customer's own policies, and AWS's that both sides list: AWS changes what these allow, too."""
        whole_old, whole_new = (self.twins.is_whole(account, "policy") for account in (self.old, self.new))
        old, new = self.old.policies_by_arn, self.new.policies_by_arn
        for arn in sorted({*old, *new}):
            one, other = old.get(arn), new.get(arn)
            if one is not None and other is not None:
                change = _policy(one, other, self.new.id) if one != other else None
                if change:
                    yield change
                continue
            policy = one or other
            if policy is None or policy.is_aws_managed or not (whole_old if other else whole_new):
                continue
            shift = compare_documents([], [policy.document]) if policy.document else UNKNOWN
            if other:
                yield ResourceChange("added", arn, "policy", self.new.id, (), shift.effect)
            else:
                yield ResourceChange("removed", arn, "policy", self.new.id, (), shift.reverse.effect)

    def _told_alike(self, source: str) -> bool:
        """Whether what each provider is like, which is asked one by one, is known to both sides."""
        each = source.replace("List", "Get").removesuffix("s")
        if each not in self.old.status_by_source and each not in self.new.status_by_source:
            return True  # the listing alone tells it
        return self.old.has(each) and self.new.has(each)

    def _providers(self) -> Iterator[ResourceChange]:
        kinds = (
            ("iam:ListSAMLProviders", self.old.saml_providers, self.new.saml_providers),
            ("iam:ListOpenIDConnectProviders", self.old.oidc_providers, self.new.oidc_providers),
        )
        for source, before, after in kinds:
            if before is None or after is None:
                continue
            old: Mapping[str, SamlProvider | OidcProvider] = {each.arn: each for each in before}
            new: Mapping[str, SamlProvider | OidcProvider] = {each.arn: each for each in after}
            for arn in sorted({*old, *new}):
                one, other = old.get(arn), new.get(arn)
                if one is not None and other is not None:
                    change = _provider(one, other, self.new.id) if self._told_alike(source) else None
                    if change:
                        yield change
                elif other is not None and self.old.has(source):
                    yield ResourceChange("added", arn, "identity_provider", self.new.id, (), "widened")
                elif one is not None and self.new.has(source):
                    yield ResourceChange("removed", arn, "identity_provider", self.new.id, (), "narrowed")


_NOBODY = PolicyDocument(text='{"Version":"2012-10-17","Statement":[]}', version="2012-10-17")


def _changed(
    kind: ResourceType, arn: str, account: str, found: Parts, shift: Shift, *, recreated: bool = False
) -> ResourceChange | None:
    if not found:
        return None
    details = tuple(change for change, _ in found)
    names = tuple(sorted({change.field for change in details}))
    return ResourceChange("changed", arn, kind, account, names, shift.effect, recreated, details)


def _policy(one: ManagedPolicy, other: ManagedPolicy, account: str) -> ResourceChange | None:
    found: Parts = []
    shift = NEUTRAL
    if one.document is None or other.document is None:
        if one.document is not other.document:
            shift = UNKNOWN
            found.append((FieldChange("document", "changed", "unknown"), shift))
    else:
        document = fields.document("document", "", one.document, other.document)
        if document is not None:
            shift = document[1]
            found.append(document)
    if one.default_version_id and other.default_version_id:
        found += fields.single("default_version", one.default_version_id, other.default_version_id)
    if not other.is_aws_managed:
        found += _versions(one, other)
        found += fields.single("description", one.description, other.description)
    recreated = bool(one.unique_id and other.unique_id and one.unique_id != other.unique_id)
    if recreated:
        found += fields.single("unique_id", one.unique_id, other.unique_id)
    return _changed("policy", other.arn, account, found, shift, recreated=recreated)


def _versions(one: ManagedPolicy, other: ManagedPolicy) -> fields.Found:
    """The stored versions; one that is the default at both moments is the document, which is told already.

    AWS changes no version, so another text under the same number comes of a policy that was created again.
    """
    sides = [{version.id: version.document for version in policy.versions} for policy in (one, other)]
    defaults = {one.default_version_id, other.default_version_id}
    for name in sorted({*sides[0], *sides[1]} - (defaults if len(defaults) == 1 else set())):
        found = fields.document("versions", name, sides[0].get(name), sides[1].get(name))
        if found is not None:
            change = found[0]
            stored: Effect = change.effect if change.change == "changed" else "neutral"
            yield structs.replace(change, effect=stored), NEUTRAL


def _provider(
    one: SamlProvider | OidcProvider, other: SamlProvider | OidcProvider, account: str
) -> ResourceChange | None:
    found: Parts = []
    if isinstance(one, SamlProvider) and isinstance(other, SamlProvider):
        found += fields.single("valid_until", one.valid_until, other.valid_until)
    if isinstance(one, OidcProvider) and isinstance(other, OidcProvider):
        found += fields.single("url", one.url, other.url, UNKNOWN)
        found += fields.members(
            "client_ids", (one.client_ids, other.client_ids), lambda _, added: fields.wider(added)
        )
        found += fields.members(
            "thumbprints", (one.thumbprints, other.thumbprints), lambda _, _added: UNKNOWN
        )
    return _changed("identity_provider", other.arn, account, found, joined(shift for _, shift in found))


def _attached(account: Account, entity: Entity) -> dict[str, PolicyDocument | None]:
    policies = account.policies_by_arn
    return {
        attached.arn: policies[attached.arn].document if attached.arn in policies else None
        for attached in entity.attached_policies
    }


def _documents(account: Account, entity: Entity) -> tuple[list[PolicyDocument], frozenset[str]]:
    """The policies of an entity, and the ARNs of those that the snapshot lacks."""
    uses = tuple(own_policies(account, entity))
    return (
        [use.document for use in uses if use.document is not None],
        frozenset(use.policy for use in uses if use.document is None),
    )


def _all_documents(account: Account, entity: Entity) -> tuple[list[PolicyDocument], frozenset[str]]:
    documents, missing = _documents(account, entity)
    for name in entity.groups if isinstance(entity, User) else ():
        group = account.groups_by_name.get(name)
        more, lacking = _documents(account, group) if group else ([], frozenset({name}))
        documents += more
        missing |= lacking
    return documents, missing


def _document_shift(account: Account, group: str) -> Shift:
    """What belonging to a group amounts to."""
    found = account.groups_by_name.get(group)
    if found is None:
        return UNKNOWN
    documents, missing = _documents(account, found)
    return joined((compare_documents([], documents), UNKNOWN if missing else NEUTRAL))


def _boundary_document(account: Account, arn: str) -> PolicyDocument | None:
    if not arn:
        return EVERYTHING
    policy = account.policies_by_arn.get(arn)
    return policy.document if policy else None
