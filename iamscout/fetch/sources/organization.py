"""The organization around the account: its tree, its accounts, and which control policies hold at each level.

Only the management account and delegated administrators may ask for more than iam:DescribeOrganization.
Policies are listed with their targets, not targets with their policies: that takes a call per policy and
not one per account. Sources: AWS Organizations API Reference; AWS Organizations User Guide, "SCP
evaluation" and "Resource control policies".
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from iamscout.fetch.api import Api
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.spec import SourceSpec

_DESCRIBE = "organizations:DescribeOrganization"
_ROOTS = "organizations:ListRoots"
_UNITS = "organizations:ListOrganizationalUnitsForParent"
_ACCOUNTS = "organizations:ListAccountsForParent"
_POLICIES = "organizations:ListPolicies"
_TARGETS = "organizations:ListTargetsForPolicy"
_POLICY = "organizations:DescribePolicy"

_KINDS = (("scps", "SERVICE_CONTROL_POLICY"), ("rcps", "RESOURCE_CONTROL_POLICY"))

Policy = dict[str, object]
"""`{"name": …, "policy": …}`, as the organization file has it."""


class _Place(Struct, frozen=True):
    """A root or organizational unit: the ids from the root down, and the path (`o-x/r-y/ou-z/`)."""

    levels: tuple[str, ...]
    path: str


def _collect(api: Api) -> object:
    try:
        organization = api.call(_DESCRIBE).get("Organization", {})
    except RefusalError as refusal:
        if refusal.code == "AWSOrganizationsNotInUseException":
            api.reason = "the account is in no organization"
            return None
        raise
    identifier = organization.get("Id", "")
    accounts: dict[str, dict[str, object]] = {}
    for root in _listed(api, _ROOTS, "Roots"):
        levels_by_account = _accounts_below(api, root, identifier, accounts)
        for key, kind in _KINDS:
            if _is_enabled(root, kind):
                _add_levels(api, key, kind, levels_by_account, accounts)
    return {"id": identifier, "management": organization.get("MasterAccountId", ""), "accounts": accounts}


def _accounts_below(
    api: Api, root: dict[str, Any], organization: str, accounts: dict[str, dict[str, object]]
) -> dict[str, tuple[str, ...]]:
    """Fill in the accounts with name and path; give the ids of the levels of each, its own the last."""
    levels_by_account: dict[str, tuple[str, ...]] = {}
    places = [_Place((root["Id"],), f"{organization}/{root['Id']}/")]
    for place in places:
        parent = place.levels[-1]
        for account in _listed(api, _ACCOUNTS, "Accounts", ParentId=parent):
            accounts[account["Id"]] = {"name": account.get("Name", ""), "path": place.path}
            levels_by_account[account["Id"]] = (*place.levels, account["Id"])
        # The list grows while it is walked: units of units come after all units of this level.
        places += [
            _Place((*place.levels, unit["Id"]), f"{place.path}{unit['Id']}/")
            for unit in _listed(api, _UNITS, "OrganizationalUnits", ParentId=parent)
        ]
    return levels_by_account


def _is_enabled(root: dict[str, Any], kind: str) -> bool:
    """Whether policies of a kind have any effect; while it is not enabled, attached ones restrict nothing."""
    kinds = root.get("PolicyTypes") or ()
    return any(each.get("Type") == kind and each.get("Status") == "ENABLED" for each in kinds)


def _add_levels(
    api: Api,
    key: str,
    kind: str,
    levels_by_account: dict[str, tuple[str, ...]],
    accounts: dict[str, dict[str, object]],
) -> None:
    """Give each account its levels from the root down; none at all where AWS does not tell them in full."""
    policies_by_target = _policies_by_target(api, kind)
    if policies_by_target is None:
        return
    for account, levels in levels_by_account.items():
        accounts[account][key] = [policies_by_target.get(level, []) for level in levels]


def _policies_by_target(api: Api, kind: str) -> dict[str, list[Policy]] | None:
    """Policies of a kind by what they are attached to, sorted by name; None where a gap leaves that open."""
    found: dict[str, list[Policy]] = {}
    policies, is_whole = _asked(api, _POLICIES, "Policies", Filter=kind)
    for summary in sorted(policies, key=lambda each: (each.get("Name", ""), each["Id"])):
        targets, has_all_targets = _asked(api, _TARGETS, "Targets", PolicyId=summary["Id"])
        is_whole = is_whole and has_all_targets
        if targets and is_whole:
            policy: Policy = {"name": summary.get("Name", ""), "policy": _content(api, summary["Id"])}
            for target in targets:
                found.setdefault(target["TargetId"], []).append(policy)
        if not is_whole:
            return None
    return found if is_whole else None


def _content(api: Api, policy: str) -> object:
    """A policy's document; empty text, which no reader takes for a policy, where AWS refuses it."""
    try:
        return api.call(_POLICY, PolicyId=policy).get("Policy", {}).get("Content", "")
    except RefusalError as refusal:
        api.miss(refusal, policy)
        return ""


def _listed(api: Api, operation: str, key: str, **parameters: str) -> list[dict[str, Any]]:
    return _asked(api, operation, key, **parameters)[0]


def _asked(api: Api, operation: str, key: str, **parameters: str) -> tuple[list[dict[str, Any]], bool]:
    """What is listed, and whether that is all; what is gone by now has nothing more to list."""
    resource = next(iter(parameters.values()), "")
    gaps_before = len(api.gaps)
    try:
        listed = api.listing(operation, key, resource=resource, **parameters)[key]
    except RefusalError as refusal:
        if refusal.is_gone:
            api.gone(refusal, resource)
        else:
            api.miss(refusal, resource)
        return [], refusal.is_gone
    identifier = "TargetId" if key == "Targets" else "Id"
    known = [each for each in listed if each.get(identifier)]
    if len(known) < len(listed):
        api.miss(RefusalError(operation, "NoId", "AWS left out an id", "failed"), resource)
    return known, len(api.gaps) == gaps_before


SOURCE = SourceSpec(
    name="organization",
    operations=(_DESCRIBE, _ROOTS, _UNITS, _ACCOUNTS, _POLICIES, _TARGETS, _POLICY),
    collect=_collect,
    switch="organization",
    expected_calls=lambda _: 10,
    note="the organization's accounts, units, service and resource control policies",
)
