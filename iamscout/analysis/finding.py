"""What a rule says about a resource, and the finding that comes of it."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal

from msgspec import Struct

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
"""The gravest first."""
Confidence = Literal["certain", "likely", "possible"]
FindingStatus = Literal["open", "accepted", "not_available"]
ResourceType = Literal[
    "account",
    "user",
    "group",
    "role",
    "policy",
    "identity_provider",
    "access_key",
    "certificate",
    "organization",
]
EvidenceKind = Literal["identity", "trust", "boundary", "session", "scp", "rcp", "resource"]


class Evidence(Struct, frozen=True):
    """Where to look.

    `owner` is the ARN of the entity that holds the policy, `policy` its name (`trust policy` for that).

    `statement` counts from 1 and is 0 where no statement is meant; `pointer` is a JSON pointer within the
    document.
    """

    kind: EvidenceKind
    owner: str
    policy: str = ""
    sid: str = ""
    statement: int = 0
    pointer: str = ""
    note: str = ""


class Hit(Struct, frozen=True):
    """One thing a rule objects to, on the resource it was asked about or on another one.

    `locator` tells hits of one rule on one resource apart and must not depend on the order of statements: a
    principal, a policy name, an action. `severity` and `confidence` override the rule's own where the
    context decides.
    """

    message: str
    evidence: tuple[Evidence, ...] = ()
    locator: str = ""
    resource: str = ""
    resource_type: ResourceType | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None


class Acceptance(Struct, frozen=True):
    """Somebody's word that a finding is to be lived with; it holds to the end of the day `expires`."""

    reason: str
    owner: str
    created: date
    expires: date


class Finding(Struct, frozen=True):
    """A judged hit.

    `resource` is an ARN; findings on the whole account have its `:root` ARN. `reason` says why it is
    accepted or not available, or open again. An `acceptance` has run out where the finding is open.
    """

    key: str
    rule: str
    severity: Severity
    confidence: Confidence
    status: FindingStatus
    account: str
    resource: str
    resource_type: ResourceType
    title: str
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    acceptance: Acceptance | None = None

    @property
    def reason_in_full(self) -> str:
        """The reason, and whose word an acceptance is and for how long."""
        accepted = self.acceptance
        if accepted is None:
            return self.reason
        verb = "accepted" if self.status == "accepted" else "was accepted"
        told = f"{verb} by {accepted.owner} from {accepted.created} to {accepted.expires}"
        return f"{self.reason} ({told})" if self.reason else told


def finding_key(rule: str, resource: str, locator: str) -> str:
    """The first 12 hex digits of SHA-256 over what stays the same when a finding is reworded or reordered."""
    return hashlib.sha256(f"{rule}\n{resource}\n{locator}".encode()).hexdigest()[:12]
