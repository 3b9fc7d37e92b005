"""Where in a snapshot's file the evidence of a finding stands: the pointer, then the line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from iamscout.analysis.finding import Evidence, Finding
from iamscout.snapshot.lines import Path, lines_of, pointer_path

_FIRST = "iam:GetAccountAuthorizationDetails"
"""The source that holds the documents; others tell of the same entities with less."""


class SnapshotFile(Struct, frozen=True):
    """A snapshot's file: the path by which it was named, and its JSON text, decompressed."""

    path: str
    content: bytes


class Place(Struct, frozen=True):
    """Lines of a file, from 1, and what they prove; without evidence they are the resource's own."""

    path: str
    line: int
    end_line: int
    evidence: Evidence | None = None


def find_places(
    findings: Iterable[Finding], files: Mapping[str, SnapshotFile]
) -> dict[str, tuple[Place, ...]]:
    """Finding keys to places, one for each evidence in its order, else that of the resource.

    `files` are by account id; a finding in an account without one has no place.
    """
    by_account: dict[str, list[Finding]] = {}
    for finding in findings:
        by_account.setdefault(finding.account, []).append(finding)
    found: dict[str, tuple[Place, ...]] = {}
    for account, theirs in by_account.items():
        if account in files:
            found |= _in_file(theirs, files[account])
    return found


def evidence_text(evidence: Evidence) -> str:
    """Evidence in a phrase: `trust policy of arn:…, statement 1 (Sid): note`."""
    named = f"{evidence.policy} of {evidence.owner}" if evidence.policy else evidence.owner
    statement = f", statement {evidence.statement}" if evidence.statement else ""
    sid = f" ({evidence.sid})" if evidence.sid else ""
    note = f": {evidence.note}" if evidence.note else ""
    return f"{named}{statement}{sid}{note}"


def _in_file(findings: Iterable[Finding], file: SnapshotFile) -> dict[str, tuple[Place, ...]]:
    index = _Index(msgspec.json.decode(file.content))
    paths = {
        finding.key: [(index.path(finding, each), each) for each in finding.evidence or (None,)]
        for finding in findings
    }
    lines = lines_of(file.content, {path for found in paths.values() for path, _ in found})
    return {
        key: tuple(Place(file.path, *lines.get(path, (1, 1)), evidence) for path, evidence in found)
        for key, found in paths.items()
    }


class _Index:
    """The entities of one snapshot by ARN, each with its path; `content` is the decoded file."""

    def __init__(self, content: Any) -> None:
        self.content = content
        self.entities: dict[str, Path] = {}
        sources = content["sources"]
        for name in sorted(sources, key=lambda name: (name != _FIRST, name)):
            answer = sources[name].get("data")
            if not isinstance(answer, dict):
                continue
            for member, value in answer.items():
                path = ("sources", name, "data", member)
                if isinstance(value, list):
                    for number, entity in enumerate(value):
                        if isinstance(entity, dict) and isinstance(entity.get("Arn"), str):
                            self.entities.setdefault(entity["Arn"], (*path, str(number)))
                elif member.startswith("arn:"):
                    self.entities.setdefault(member, path)

    def path(self, finding: Finding, evidence: Evidence | None) -> Path:
        """The deepest value that is there of: the evidence, the finding's resource, the account."""
        document = self._document(evidence) if evidence else None
        if evidence and document:
            return self._deepest((*document, *pointer_path(evidence.pointer)))
        for arn in (evidence.owner if evidence else "", finding.resource):
            if arn in self.entities:
                return self.entities[arn]
        return ("account",)

    def _document(self, evidence: Evidence) -> Path | None:
        owner = self.entities.get(evidence.owner)
        if owner is not None and evidence.kind == "trust":
            return (*owner, "AssumeRolePolicyDocument")
        if owner is not None and (inline := self._inline(owner, evidence.policy)):
            return inline
        for arn in (evidence.policy, self._attached(owner, evidence.policy), evidence.owner):
            if arn in self.entities and (version := self._default_version(self.entities[arn])):
                return version
        return None

    def _inline(self, owner: Path, name: str) -> Path | None:
        for kind in ("User", "Group", "Role"):
            member = f"{kind}PolicyList"
            for number, policy in enumerate(self._list(owner, member)):
                if policy.get("PolicyName") == name:
                    return (*owner, member, str(number), "PolicyDocument")
        return None

    def _attached(self, owner: Path | None, name: str) -> str:
        if owner is None:
            return ""
        attached = self._list(owner, "AttachedManagedPolicies")
        return next((policy["PolicyArn"] for policy in attached if policy.get("PolicyName") == name), "")

    def _default_version(self, policy: Path) -> Path | None:
        for number, version in enumerate(self._list(policy, "PolicyVersionList")):
            if version.get("IsDefaultVersion"):
                return (*policy, "PolicyVersionList", str(number), "Document")
        return None

    def _list(self, entity: Path, member: str) -> list[dict[str, Any]]:
        value = self._value(entity)
        found = value.get(member) if isinstance(value, dict) else None
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def _value(self, path: Path) -> Any:
        value = self.content
        for part in path:
            value = value[int(part)] if isinstance(value, list) else value[part]
        return value

    def _deepest(self, path: Path) -> Path:
        """As much of a path as there is: a document that stands as text has nothing below it."""
        value = self.content
        for depth, part in enumerate(path):
            if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            elif isinstance(value, dict) and part in value:
                value = value[part]
            else:
                return path[:depth]
        return path
