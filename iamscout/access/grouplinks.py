"""Which roles each group leads to by its own policies: both halves, exactly, for each of its members.

Every member is asked once for each of its groups, as a user who is in this group and has nothing besides; a
group without members is asked with a user of its own name. So what a member has by another way, or is kept
from by it, does not count; `${aws:username}`, tags, lists, wildcards, denies, conditions and grants across
accounts do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from msgspec import Struct, structs

from iamscout.access.arnindex import ArnIndex
from iamscout.access.cover import CoverReader
from iamscout.access.directory import build_directory
from iamscout.access.edges import Join
from iamscout.access.layers import LayerReader
from iamscout.access.model import AccessEntry, Verdict
from iamscout.access.pairs import PairReader
from iamscout.access.trust import ASSUME_ROLE
from iamscout.access.trustindex import TrustIndex
from iamscout.policy.decision import StatementRef
from iamscout.snapshot.account import Account, Group, User

PROBE_PATH = "/iamscout-member-of/"


class GroupLinks(Struct, frozen=True):
    """Roles that a group leads to under one verdict, and the statements of the group that say so.

    `roles` are sorted ARNs; `members` are the users for whom it is so, by ARN: all of the group, unless what
    it grants depends on who asks, and nobody for a group without members.
    """

    roles: tuple[str, ...]
    verdict: Verdict
    by: tuple[StatementRef, ...]
    members: tuple[str, ...]


def group_links(accounts: Iterable[Account]) -> Mapping[str, tuple[GroupLinks, ...]]:
    """Group ARN to the roles it leads to; groups that lead nowhere are missing."""
    accounts = tuple(sorted(accounts, key=lambda account: account.id))
    whole = build_directory(accounts)
    index = ArnIndex(role.arn for account in accounts for role in account.roles)
    trust = TrustIndex(whole, index)
    covers = CoverReader(index, ASSUME_ROLE, trust.facts)
    pairs = PairReader(whole, index, trust, LayerReader(whole, index, covers))
    found: dict[str, dict[tuple[Verdict, tuple[StatementRef, ...]], list[tuple[str, AccessEntry]]]] = {}
    bare = tuple(map(_bare, accounts))
    rounds = max((len(user.groups) for account in accounts for user in account.users), default=0)
    for turn in range(max(rounds, 1)):
        groups: dict[str, Group] = {}
        directory = build_directory(_asked(account, turn, groups) for account in bare)
        layers = LayerReader(directory, index, covers)
        join = Join(directory, index, trust, layers, pairs.with_layers(directory, layers))
        # Who is granted nothing has nothing through a group; half of a large account is of that kind.
        for entry in join.entries(each for each in directory.by_arn.values() if layers.of(each).reach):
            if not entry.verdict.needs_identity_policy:
                continue
            by: dict[str, list[StatementRef]] = {}
            for ref in entry.identity_by:
                by.setdefault(ref.owner, []).append(ref)
            for principal in entry.principals:
                group = groups[principal.value].arn
                if group in by:
                    key = (entry.verdict, tuple(by[group]))
                    found.setdefault(group, {}).setdefault(key, []).append((principal.value, entry))
    return {group: tuple(sorted(_joined(said), key=_order)) for group, said in sorted(found.items())}


def _bare(account: Account) -> Account:
    """The account without what no group has to do with: roles, which are not asked, and other policies."""
    held = {attached.arn for group in account.groups for attached in group.attached_policies}
    return replace(
        account, roles=(), policies=tuple(policy for policy in account.policies if policy.arn in held)
    )


def _asked(account: Account, turn: int, groups: dict[str, Group]) -> Account:
    """The account with its users in one of their groups each; `groups` learns who stands for which."""
    users = []
    for user in account.users:
        group = account.groups_by_name.get(user.groups[turn]) if turn < len(user.groups) else None
        if group is not None:
            groups[user.arn] = group
            users.append(
                structs.replace(
                    user, groups=(group.name,), inline_policies=(), attached_policies=(), boundary_arn=""
                )
            )
    if turn == 0:
        for group in account.groups:
            if not account.members.get(group.name):
                users.append(_stand_in(account, group))
                groups[users[-1].arn] = group
    return replace(account, users=tuple(sorted(users, key=lambda user: user.arn)))


def _stand_in(account: Account, group: Group) -> User:
    prefix = account.root_arn.removesuffix("root")
    return User(
        arn=f"{prefix}user{PROBE_PATH}{group.name}",
        name=group.name,
        unique_id=f"AIDA{group.unique_id}",
        path=PROBE_PATH,
        created=group.created,
        groups=(group.name,),
    )


def _joined(
    said: Mapping[tuple[Verdict, tuple[StatementRef, ...]], list[tuple[str, AccessEntry]]],
) -> Iterable[GroupLinks]:
    for (verdict, by), entries in said.items():
        # Members with the same roles have one tuple of them: most groups have one for all their members.
        alike: dict[int, tuple[tuple[str, ...], set[str]]] = {}
        for member, entry in entries:
            alike.setdefault(id(entry.roles), (entry.roles, set()))[1].add(member)
        lists_of: dict[str, list[int]] = {}
        for roles, (arns, _) in alike.items():
            for role in arns:
                lists_of.setdefault(role, []).append(roles)
        shared: dict[tuple[int, ...], list[str]] = {}
        for role, found in lists_of.items():
            shared.setdefault(tuple(found), []).append(role)
        roles_of: dict[tuple[str, ...], list[str]] = {}
        for lists, together in shared.items():
            members = set().union(*(alike[each][1] for each in lists))
            real = sorted(member for member in members if PROBE_PATH not in member)
            roles_of.setdefault(tuple(real), []).extend(together)
        for who, together in roles_of.items():
            yield GroupLinks(tuple(sorted(together)), verdict, by, who)


def _order(links: GroupLinks) -> tuple[object, ...]:
    return links.roles, links.members, links.by
