"""An organization: its accounts, and the control policies that hold at each level above them."""

from __future__ import annotations

from msgspec import Struct

from iamscout.policy.document import PolicyDocument


class GuardrailPolicy(Struct, frozen=True):
    """A service or resource control policy attached at one level."""

    name: str
    document: PolicyDocument


class OrganizationAccount(Struct, frozen=True):
    """An account in its organization: levels of SCPs and RCPs from the root down.

    None means no restriction is known to apply.
    """

    id: str
    name: str
    path: str
    scps: tuple[tuple[GuardrailPolicy, ...], ...] | None = None
    rcps: tuple[tuple[GuardrailPolicy, ...], ...] | None = None


class Organization(Struct, frozen=True):
    """The organization as the `organization` source tells it; accounts sorted by id."""

    id: str
    management: str
    accounts: tuple[OrganizationAccount, ...]
