"""The values of a comparison: changed resources, access and findings, and what could not be compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from iamscout.access.model import Missing, Scope, Verdict
from iamscout.access.principals import Principal
from iamscout.analysis.finding import Finding, ResourceType
from iamscout.diff.effect import Effect
from iamscout.policy.decision import Result

Change = Literal["added", "removed", "changed"]
Side = Literal["old", "new", "both"]
Cause = Literal["account", "rules", "configuration", "exceptions", "unknown"]
"""Why a finding changed; unknown where the account and the rules may both be the reason."""


Part = Literal["resources", "access", "power", "findings"]
PARTS: tuple[Part, ...] = ("resources", "access", "power", "findings")
"""What can be compared by itself; power is administrators, escalation, exposure and counts."""


class Moment(Struct, frozen=True, order=True):
    """One snapshot of a side: its account, its time and its digest."""

    account: str
    captured_at: datetime
    sha256: str


class FieldChange(Struct, frozen=True):
    """One part of a resource that changed.

    `name` is the policy, group, tag or slot it is about, empty where the field is one value. `before` and
    `after` are texts, those of policies their JSON, empty where there is none.
    """

    field: str
    change: Change
    effect: Effect
    name: str = ""
    before: str = ""
    after: str = ""


class ResourceChange(Struct, frozen=True):
    """A resource that came, went or changed; `recreated` where the same ARN has another unique id."""

    change: Change
    resource: str
    resource_type: ResourceType
    account: str
    fields: tuple[str, ...]
    effect: Effect
    recreated: bool = False
    details: tuple[FieldChange, ...] = ()


class EdgeChange(Struct, frozen=True):
    """The same change of access for every one of `principals` and every one of `roles`.

    Without `before` it was gained, without `after` lost. `effect` is widened for what is gained, narrowed for
    what is lost. `words` say what changed in the conditions.
    """

    principals: tuple[Principal, ...]
    roles: tuple[str, ...]
    action: str
    scope: Scope
    before: Verdict | None
    after: Verdict | None
    effect: Effect
    words: tuple[str, ...] = ()

    @property
    def pairs(self) -> int:
        """How many edges these are."""
        return len(self.principals) * len(self.roles)


class HalfChange(Struct, frozen=True):
    """Half of a way into every one of `roles` that every one of `principals` gained or lost.

    `missing` is the other half: trust (granted but not trusted) or identity (trusted but not granted).
    """

    principals: tuple[Principal, ...]
    roles: tuple[str, ...]
    missing: Missing

    @property
    def pairs(self) -> int:
        """How many halves these are."""
        return len(self.principals) * len(self.roles)


class Exposed(Struct, frozen=True):
    """How far one user got at one moment; `key_admin` and `key_escalates` are of a key that it holds."""

    admin_at_any_time: Result = "deny"
    holds_key: bool | None = False
    key_admin: Result = "deny"
    key_escalates: bool = False


class ExposureChange(Struct, frozen=True):
    """The same change for every one of `users` (ARNs): what each may do at any time, and with a stolen key.

    `roles_gained` and `roles_lost` are those that a stolen key alone takes, directly or by a chain.
    """

    users: tuple[str, ...]
    before: Exposed
    after: Exposed
    roles_gained: tuple[str, ...]
    roles_lost: tuple[str, ...]
    effect: Effect


class FindingChange(Struct, frozen=True):
    """A finding, as the new side tells it unless only the old one has it, and why it changed.

    `before` is what the old side said of severity and status where that differs.
    """

    finding: Finding
    cause: Cause = "account"
    before: str = ""


class NotComparable(Struct, frozen=True, order=True):
    """What one side (or both) could not tell, so that nothing is concluded from it.

    `resource` is empty where it is about the whole account.
    """

    account: str
    source: str
    side: Side
    reason: str
    resource: str = ""


class AccessChanges(Struct, frozen=True):
    """Access edges by class of equal change, and halves of them."""

    gained: tuple[EdgeChange, ...] = ()
    lost: tuple[EdgeChange, ...] = ()
    changed: tuple[EdgeChange, ...] = ()
    half_gained: tuple[HalfChange, ...] = ()
    half_lost: tuple[HalfChange, ...] = ()

    @property
    def all(self) -> tuple[EdgeChange, ...]:
        """Every change of a whole edge."""
        return (*self.gained, *self.changed, *self.lost)


class AdminChange(Struct, frozen=True, order=True):
    """An administrator at both moments whose conditions, none or some, are others than before."""

    principal: str
    effect: Effect
    conditional_before: bool
    conditional_now: bool


class PowerChanges(Struct, frozen=True):
    """Who became an administrator or ceased to be one, and who gained or lost a method of escalation.

    Methods are pairs of principal and method, those by design (granted sts:AssumeRole alone) left out.
    `escalation_outgrown` are those that a new administrator had and needs no longer, `escalation_left` those
    that remain to one who ceased to be administrator: neither is a loss or a gain.
    """

    admins_gained: tuple[str, ...] = ()
    admins_lost: tuple[str, ...] = ()
    admins_changed: tuple[AdminChange, ...] = ()
    escalation_gained: tuple[tuple[str, str], ...] = ()
    escalation_lost: tuple[tuple[str, str], ...] = ()
    escalation_outgrown: tuple[tuple[str, str], ...] = ()
    escalation_left: tuple[tuple[str, str], ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is any change."""
        return any(getattr(self, name) for name in self.__struct_fields__)


class FindingChanges(Struct, frozen=True):
    """Findings by what became of them; accepted ones that are open again are `reopened`."""

    new: tuple[FindingChange, ...] = ()
    resolved: tuple[FindingChange, ...] = ()
    reopened: tuple[FindingChange, ...] = ()
    persisting: tuple[FindingChange, ...] = ()


class Changes(Struct, frozen=True):
    """Everything that changed from one set of snapshots to another.

    `accounts_added` and `accounts_removed` came into or left the set; what is in them is no change of AWS.
    `resources`, `access` and `exposure` are None where the old side is an analysis, which does not tell them;
    `metrics` are pairs of before and after, of those that differ. `admins` are the ARNs of administrators of
    either side. `parts` are those that were asked for; of the others nothing is told.
    """

    old: tuple[Moment, ...]
    new: tuple[Moment, ...]
    accounts_added: tuple[str, ...] = ()
    accounts_removed: tuple[str, ...] = ()
    resources: tuple[ResourceChange, ...] | None = ()
    access: AccessChanges | None = AccessChanges()
    power: PowerChanges = PowerChanges()
    exposure: tuple[ExposureChange, ...] | None = ()
    findings: FindingChanges = FindingChanges()
    not_comparable: tuple[NotComparable, ...] = ()
    metrics: Mapping[str, tuple[float, float]] = {}
    admins: frozenset[str] = frozenset()
    parts: tuple[Part, ...] = PARTS

    @property
    def is_backwards(self) -> bool:
        """Whether the old side of some account is the later one."""
        before = {moment.account: moment.captured_at for moment in self.old}
        return any(before.get(moment.account, moment.captured_at) > moment.captured_at for moment in self.new)

    @property
    def differs(self) -> bool:
        """Whether anything changed; what could not be compared or persists is no difference."""
        found = self.findings
        access = self.access or AccessChanges()
        return bool(
            self.accounts_added
            or self.accounts_removed
            or self.resources
            or access.all
            or access.half_gained
            or access.half_lost
            or self.exposure
            or self.power.differs
            or found.new
            or found.resolved
            or found.reopened
            or any(change.before for change in found.persisting)
        )
