"""What the views look things up in: who has a page where, what was found on it, who uses a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from msgspec import Struct

from iamscout.access.model import AccessMap
from iamscout.access.principals import Principal
from iamscout.access.scheme_model import GroupScheme, UserScheme
from iamscout.access.trust import TRUST_POLICY, TrustGrant
from iamscout.analysis.assessment import Assessment
from iamscout.analysis.finding import SEVERITIES, Evidence, Finding, Severity
from iamscout.analysis.rule import Rule
from iamscout.diff.history import Trend
from iamscout.diff.model import Changes
from iamscout.diff.words import baseline_day, change_marks
from iamscout.policy.arn import parse_arn
from iamscout.policy.document import PolicyDocument
from iamscout.policy.formula import ALWAYS
from iamscout.report.classes import Classes
from iamscout.report.doors import Door
from iamscout.report.groundwork import Groundwork
from iamscout.report.names import numbered, page_path
from iamscout.report.page import Link
from iamscout.report.reach import Reach
from iamscout.report.summary import summary
from iamscout.report.takers import Takers
from iamscout.report.ways import Ways
from iamscout.snapshot.account import Account, Group, ManagedPolicy, Role, User

INSTANCE_ROWS = 200
"""Instances of one rule on one page."""


class Use(Struct, frozen=True, order=True):
    """Somebody who has a managed policy attached, or as boundary."""

    kind: str
    owner: str


@dataclass(frozen=True)
class Atlas:
    """Indexes over one assessment, each built when it is first asked for."""

    assessment: Assessment
    changes: Changes | None = None
    """What changed since the baseline, where the report has one."""
    trend: Trend | None = None
    """All moments, where the report was given earlier ones."""
    laid: Groundwork | None = None
    """What was made before anything was found, where there was time for it."""
    _summaries: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def summary(self, policy: PolicyDocument | None) -> str:
        """A policy in one line; remembered by its text, for many entities have the same one."""
        if policy is None:
            return summary(None)
        known = self._summaries.get(policy.text)
        if known is None:
            known = self._summaries[policy.text] = summary(policy)
        return known

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """ARN to what became of it since the baseline, in a word or two; nothing for what stayed the same."""
        return change_marks(self.changes) if self.changes else {}

    def since(self, arn: str) -> str:
        """The mark of a resource for a line: ` · widened since 2026-08-20`, or nothing."""
        mark = self.marks.get(arn)
        return f" · {mark} since {baseline_day(self.changes)}" if mark and self.changes else ""

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts, sorted by id."""
        return self.assessment.estate.accounts

    @cached_property
    def several(self) -> bool:
        """Whether lists need a column for the account."""
        return len(self.accounts) > 1

    @property
    def access(self) -> AccessMap:
        """Who can assume which role."""
        return self.assessment.estate.access

    @cached_property
    def administrators(self) -> Mapping[str, bool]:
        """ARN of each administrator to whether it is one without any condition."""
        return {each.principal: each.requires == ALWAYS for each in self.assessment.estate.admins.entries}

    @cached_property
    def groundwork(self) -> Groundwork:
        """What a report tells of the estate whatever is found in it."""
        return self.laid or Groundwork(self.assessment.estate)

    @property
    def doors(self) -> Mapping[str, Door]:
        """Role ARN to who gets in, counted."""
        return self.groundwork.doors

    @cached_property
    def ways(self) -> Ways:
        """The paths to administrator, and where each stands in the report."""
        services = {name for name, principal in self.outsiders.items() if principal.kind == "service"}
        return Ways(self.assessment.estate.escalation.paths, frozenset(services))

    @cached_property
    def takers(self) -> Takers:
        """Who can take over which user, role or group."""
        return Takers(self.assessment.estate.escalation)

    @cached_property
    def outsiders(self) -> Mapping[str, Principal]:
        """Principals outside the snapshots by value: their pages are found by more than an ARN."""
        return {
            principal.value: principal
            for entry in self.access.entries
            for principal in entry.principals
            if principal.value not in self.assessment.estate.directory.by_arn
        }

    @property
    def classes(self) -> Classes:
        """Access grouped for reading."""
        return self.groundwork.classes

    @property
    def group_schemes(self) -> Mapping[str, GroupScheme]:
        """Group ARN to how it stands to the role-based scheme, and the roles it leads to."""
        return self.assessment.estate.group_schemes

    @cached_property
    def user_schemes(self) -> Mapping[str, UserScheme]:
        """User ARN to how it stands to the role-based scheme."""
        return {user.user: user for scheme in self.assessment.estate.schemes for user in scheme.users}

    @cached_property
    def reach(self) -> Reach:
        """Which statements are about which role."""
        return Reach(self.access, self.documents)

    def account_name(self, account: str) -> str:
        """What an account is called: its label and id, or the id alone."""
        label = self.assessment.estate.labels.get(account)
        return f"{label} ({account})" if label else account

    def short_name(self, account: str) -> str:
        """The label of an account, or its id where it has none; where its page or row tells the id."""
        return self.assessment.estate.labels.get(account) or account

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that were run, by id."""
        return {rule.id: rule for rule in self.assessment.rules}

    @cached_property
    def policies(self) -> Mapping[str, ManagedPolicy]:
        """Managed policies that have a page: the customer's, and AWS's where attached or a boundary. By ARN.

        An AWS managed policy of several accounts is the one that was updated last.
        """
        found: dict[str, ManagedPolicy] = {}
        for account in self.accounts:
            for policy in account.policies:
                if policy.is_aws_managed and policy.arn not in self.uses:
                    continue
                known = found.get(policy.arn)
                if known is None or _age_order(known) < _age_order(policy):
                    found[policy.arn] = policy
        return {arn: found[arn] for arn in sorted(found)}

    @cached_property
    def uses(self) -> Mapping[str, tuple[Use, ...]]:
        """Policy ARN to who has it attached (`user`, `group`, `role`) or as `boundary`."""
        found: dict[str, list[Use]] = {}
        for account in self.accounts:
            for entity in entities(account):
                for attached in entity.attached_policies:
                    found.setdefault(attached.arn, []).append(Use(kind_of(entity), entity.arn))
            holders: tuple[Role | User, ...] = (*account.roles, *account.users)
            for holder in holders:
                if holder.boundary_arn:
                    found.setdefault(holder.boundary_arn, []).append(Use("boundary", holder.arn))
        return {arn: tuple(sorted(set(uses))) for arn, uses in found.items()}

    @cached_property
    def grants_by_principal(self) -> Mapping[Principal, tuple[TrustGrant, ...]]:
        """The inverse of all trust policies: principal to the statements that name it, by role."""
        found: dict[Principal, list[TrustGrant]] = {}
        grants = self.assessment.estate.access.grants
        for role in sorted(grants):
            for grant in grants[role]:
                found.setdefault(grant.principal, []).append(grant)
        return {principal: tuple(found[principal]) for principal in sorted(found)}

    @cached_property
    def links(self) -> Mapping[str, Link]:
        """ARN to the page of every entity of the snapshots."""
        found: dict[str, Link] = {}
        for account in self.accounts:
            for entity in entities(account):
                found[entity.arn] = Link(
                    entity.name, page_path(f"{kind_of(entity)}s", entity.name, entity.arn)
                )
        for arn, policy in self.policies.items():
            found[arn] = Link(policy.name, page_path("policies", policy.name, arn))
        return found

    def link(self, arn: str, home: str = "") -> Link:
        """The page of a user, group, role or policy, or its name where it has none.

        `home` is the account that the reader is in: what is of another one says so.
        """
        found = self.links.get(arn)
        if found is None:
            parsed = parse_arn(arn)
            found = Link(parsed.name if parsed else arn)
        if home and self.several and home_of(arn) not in (home, "aws"):
            return Link(f"{found.text} of {self.short_name(home_of(arn))}", found.path)
        return found

    def account_link(self, account: str) -> Link:
        """The page of an account as a principal, where a trust policy names it; else its name."""
        for principal in self.principals_of_account.get(account, ()):
            return Link(self.account_name(account), principal_path(principal))
        return Link(self.account_name(account))

    @cached_property
    def principals_of_account(self) -> Mapping[str, tuple[Principal, ...]]:
        """Account id to the principals of kind account that trust policies name (one per partition)."""
        found: dict[str, tuple[Principal, ...]] = {}
        for principal in self.listed_principals:
            if principal.kind == "account":
                found[principal.account] = (*found.get(principal.account, ()), principal)
        return found

    @cached_property
    def listed_principals(self) -> tuple[Principal, ...]:
        """Everyone that a trust policy names and who has no page of another kind, sorted."""
        return tuple(
            principal for principal in self.grants_by_principal if not self.links.get(principal.value)
        )

    def principal_link(self, principal: Principal, home: str = "") -> Link:
        """The page of a principal: its own user or role page, its principal page, or none."""
        if principal.value in self.links:
            return self.link(principal.value, home)
        text = self.principal_text(principal)
        return Link(text, principal_path(principal)) if principal in self.grants_by_principal else Link(text)

    def principal_text(self, principal: Principal) -> str:
        """What a principal is called in a sentence or a cell."""
        match principal.kind:
            case "everyone":
                return "Everyone (*)"
            case "account":
                return self.account_name(principal.account)
            case "user" | "role" | "session" if (
                principal.account not in self.assessment.estate.directory.accounts
            ):
                return f"{principal.name} of {self.short_name(principal.account)}"
            case _:
                return principal.name

    @cached_property
    def open_findings(self) -> tuple[Finding, ...]:
        """What is open, the gravest first."""
        return tuple(finding for finding in self.assessment.findings if finding.status == "open")

    @cached_property
    def by_rule(self) -> Mapping[str, tuple[Finding, ...]]:
        """Rule id to its findings, those that are not available last."""
        found: dict[str, list[Finding]] = {rule.id: [] for rule in self.assessment.rules}
        for finding in sorted(
            self.assessment.findings, key=lambda finding: finding.status == "not_available"
        ):
            found.setdefault(finding.rule, []).append(finding)
        return {rule: tuple(findings) for rule, findings in found.items()}

    def objections(self, rule: str) -> int:
        """How many open findings a rule has; its page lists them."""
        return sum(finding.status == "open" for finding in self.by_rule.get(rule, ()))

    @cached_property
    def by_resource(self) -> Mapping[str, tuple[Finding, ...]]:
        """ARN to the findings on it (open and accepted), the gravest first."""
        found: dict[str, list[Finding]] = {}
        for finding in self.assessment.findings:
            if finding.status != "not_available":
                found.setdefault(finding.resource, []).append(finding)
        return {arn: tuple(findings) for arn, findings in found.items()}

    def worst(self, arn: str) -> Severity | None:
        """The gravest severity among the open findings on a resource."""
        for finding in self.by_resource.get(arn, ()):
            if finding.status == "open":
                return finding.severity
        return None

    def rank(self, arn: str) -> int:
        """Where a resource stands in a list that begins with the riskiest."""
        worst = self.worst(arn)
        return len(SEVERITIES) if worst is None else SEVERITIES.index(worst)

    @cached_property
    def finding_paths(self) -> Mapping[str, str]:
        """Finding key to the place on its rule's page, from the report's root."""
        found: dict[str, str] = {}
        for rule, findings in self.by_rule.items():
            told = [finding for finding in findings if finding.status != "not_available"]
            for index, finding in enumerate(told):
                page = numbered(f"rules/{rule}.html", index // INSTANCE_ROWS + 1)
                found[finding.key] = f"{page}#f-{finding.key}"
        return found

    @cached_property
    def guilty(self) -> Mapping[tuple[str, str], Mapping[str, tuple[Link, ...]]]:
        """Where findings point to: marks by JSON pointer, for each document as `documents` is keyed."""
        found: dict[tuple[str, str], dict[str, list[Link]]] = {}
        for finding in self.assessment.findings:
            for evidence in finding.evidence:
                if evidence.statement == 0 and not evidence.pointer:
                    continue
                pointers = found.setdefault(place_of(evidence), {})
                marks = pointers.setdefault(self.pointer(evidence), [])
                mark = Link(f"<- {finding.rule}", self.finding_paths.get(finding.key, ""))
                if mark.path and all(known.text != mark.text for known in marks):
                    marks.append(mark)
        return {
            place: {pointer: tuple(sorted(marks)) for pointer, marks in pointers.items() if marks}
            for place, pointers in found.items()
        }

    def pointer(self, evidence: Evidence) -> str:
        """The JSON pointer that an evidence means; that of its statement where it has none."""
        document = self.documents.get(place_of(evidence))
        if evidence.pointer or document is None or not 0 < evidence.statement <= len(document.statements):
            return evidence.pointer
        return document.statements[evidence.statement - 1].pointer

    @cached_property
    def documents(self) -> Mapping[tuple[str, str], PolicyDocument]:
        """All documents that are shown, by owner and policy name; managed ones by their ARN and nothing."""
        found: dict[tuple[str, str], PolicyDocument] = {}
        for arn, policy in self.policies.items():
            if policy.document is not None:
                found[arn, ""] = policy.document
        for account in self.accounts:
            for role in account.roles:
                found[role.arn, TRUST_POLICY] = role.trust_policy
            for entity in entities(account):
                for inline in entity.inline_policies:
                    found[entity.arn, inline.name] = inline.document
        return found


def home_of(arn: str) -> str:
    """The account in an ARN; `aws` for AWS's own policies."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def place_of(evidence: Evidence) -> tuple[str, str]:
    """Where the document of an evidence stands: managed policies by themselves, others with their owner."""
    if evidence.policy.startswith("arn:"):
        return evidence.policy, ""
    if ":policy/" in evidence.owner:
        return evidence.owner, ""
    return evidence.owner, evidence.policy


def principal_path(principal: Principal) -> str:
    """Where the page of a principal stands that is no user or role of the snapshots."""
    name = "everyone" if principal.kind == "everyone" else f"{principal.kind}-{principal.name}"
    return page_path("principals", name, principal.value)


def entities(account: Account) -> tuple[User | Group | Role, ...]:
    """Everybody who can hold policies."""
    return (*account.users, *account.groups, *account.roles)


def kind_of(entity: User | Group | Role) -> Literal["user", "group", "role"]:
    """What an entity is, in a word."""
    if isinstance(entity, User):
        return "user"
    return "group" if isinstance(entity, Group) else "role"


def _age_order(policy: ManagedPolicy) -> str:
    return policy.updated.isoformat() if policy.updated else ""
