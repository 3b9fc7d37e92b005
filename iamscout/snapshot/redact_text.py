"""Redaction of one text: an ARN, a name, a host, a claim of a token, or free text with any of these in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from iamscout.snapshot.model import CATEGORIES, Category
from iamscout.snapshot.pseudonyms import Pseudonyms

_TYPES = frozenset(
    [
        "root",
        "user",
        "role",
        "group",
        "policy",
        "instance-profile",
        "mfa",
        "u2f",
        "saml-provider",
        "oidc-provider",
        "server-certificate",
        "assumed-role",
        "federated-user",
        "sms-mfa",
        "access-report",
    ]
)
"""What the resource part of an ARN of IAM and STS begins with ("Resource types defined by IAM")."""
_KEPT_PATHS = ("aws-service-role", "aws-reserved")
_KEPT = re.compile(
    r"AWSServiceRoleFor[A-Za-z0-9]*|AWSReservedSSO_|AWSSSO_|_DO_NOT_DELETE\Z|DO_NOT_DELETE\Z"
    r"|OrganizationAccountAccessRole\Z|AWSControlTowerExecution\Z|(?:RCP)?FullAWSAccess\Z"
)
"""Parts of names that AWS gives: whoever reads them learns nothing of the account."""
_OWN_HOSTS = re.compile(
    r"(?i)(?:^|\.)(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws|google\.com|googleapis\.com|facebook\.com"
    r"|githubusercontent\.com|ghe\.com|gitlab\.com|terraform\.io|buildkite\.com|circleci\.com|bitbucket\.org"
    r"|vercel\.com|windows\.net|microsoftonline\.com|auth0\.com|okta\.com|spacelift\.io|env0\.com"
    r"|pulumi\.com|scalr\.io|codefresh\.io|supabase\.co|fly\.io|doppler\.com)\Z"
)
"""Hosts that many share: the domain stays, so that rules know the provider."""
_PUBLIC_ENDING = re.compile(
    r"(?i)\.(?:[a-z]{2}|com|org|net|edu|gov|int|info|biz|app|dev|cloud|test|example)\Z"
)
"""Top-level domains that many share; any other may be somebody's name."""
_OWN_LABELS = frozenset(
    [
        "token",
        "actions",
        "accounts",
        "app",
        "agent",
        "www",
        "graph",
        "oidc",
        "api",
        "securetoken",
        "cognito-identity",
        "eks",
        "sts",
        "login",
        "vstoken",
        "dev",
        "sso",
        "signin",
    ]
)
_CLAIM_WORDS = frozenset(
    [
        "repo",
        "ref",
        "refs",
        "heads",
        "tags",
        "environment",
        "pull_request",
        "merge_group",
        "workflow",
        "job_workflow_ref",
        "workflow_ref",
        "repository",
        "repository_owner",
        "project_path",
        "project",
        "ref_type",
        "branch",
        "tag",
        "organization",
        "workspace",
        "run_phase",
        "id",
        "plan",
        "apply",
        "pipeline",
        "commit",
        "step",
        "org",
        "user",
        "service",
        "system",
        "serviceaccount",
        "main",
        "master",
        "owner",
        "vcs-ref",
        "vcs-origin",
        "context",
        "true",
        "false",
        "https",
        "http",
        "authenticated",
        "unauthenticated",
    ]
)
_REGION = re.compile(r"(?<![a-z0-9])[a-z]{2}(?:-[a-z]+){1,2}-\d(?![0-9])")
_VARIABLE = re.compile(r"\$\{[^}]*\}")
TAG_CONDITION = re.compile(r"(?i)([a-z0-9-]+:[a-z]*tag/|kms:encryptioncontext:)(.+)", re.DOTALL)
"""A condition key that ends in a word of the account's own."""
_TAGS_OF_AWS = ("aws:", "x509")
_ORGANIZATION_PART = re.compile(r"(o|r|ou)-([A-Za-z0-9*?-]*)\Z")
_PARTS = (
    r"(?P<arn>\barn:aws[a-z-]*:[A-Za-z0-9*?-]*:[^\s\"'<>;]*)"
    r"|(?P<email>[\w.+*?=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?<![A-Za-z0-9])(?P<key>(?:A[KS]IA|ABIA|ACCA)[A-Z0-9]{8,124})(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])(?P<unique>(?:AROA|AIDA|AGPA|ANPA|AIPA|ANVA|APKA|ASCA)[A-Z0-9]{8,124})(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9-])(?P<organization>o-[a-z0-9]{10,32}|r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})"
    r"(?![A-Za-z0-9-])"
    r"|(?<![0-9])(?P<account>[0-9]{12})(?![0-9])"
)
_INNER = re.compile(_PARTS)
_FREE = re.compile(rf"{_PARTS}|(?P<token>[A-Za-z0-9][\w+=.@-]*[A-Za-z0-9])")
_PREFIXES = ("AROA", "AIDA", "AGPA")
_END = ".,:)]}"
_SHORTEST = 3
"""Names that are shorter are not looked for in free text."""


class Redactor:
    """Redacts texts by category; `names` are those of entities, to be found in free text as well."""

    def __init__(
        self, pseudonyms: Pseudonyms, categories: Collection[Category], names: Iterable[str] = ()
    ) -> None:
        self.pseudonyms = pseudonyms
        self.categories = tuple(each for each in CATEGORIES if each in categories)
        self._accounts, self._names, self._emails, self._keys = (each in categories for each in CATEGORIES)
        self._known = frozenset(names)

    def account(self, text: str) -> str:
        """An account id; one with a wildcard becomes a bare wildcard, as its digits would tell too much."""
        if not self._accounts or not text:
            return text
        if text.isdigit() and len(text) == 12:
            return self.pseudonyms.account(text)
        return "*" if any(digit.isdigit() for digit in text) else text

    def canonical(self, text: str) -> str:
        """A canonical user id, which stands for an account in policies of Amazon S3."""
        return self.pseudonyms.words(text) if self._accounts else text

    def name(self, text: str) -> str:
        """The name of a user, a role and so on, or a tag's value."""
        if not self._names:
            return self.free(text)
        if text.lower() in ("true", "false", "", "<root_account>"):
            return text
        done, at = [], 0
        for kept in _KEPT.finditer(text):
            done += [self._words(text[at : kept.start()]), kept[0]]
            at = kept.end()
        return "".join([*done, self._words(text[at:])])

    def path(self, text: str) -> str:
        """A path of IAM, with its slashes; those that AWS reserves stay."""
        if text.strip("/").split("/")[0] in _KEPT_PATHS:
            return text
        return "/".join(map(self.name, text.split("/")))

    def description(self, text: str) -> str:
        """A text for people: nothing of it is kept but that it is the same or another one."""
        if not self._names or not text.strip():
            return self.free(text)
        return f"redacted text {self.pseudonyms.token(text)}"

    def sid(self, text: str) -> str:
        """The id of a statement, which may name people."""
        return self._words(text) if self._names else self.free(text)

    def arn(self, text: str) -> str:
        """An ARN or a pattern of one."""
        variables = _VARIABLE.findall(text)
        parts = _VARIABLE.sub("\x01", text).split(":", 5)
        if len(parts) == 6:
            parts[4] = self.account(parts[4]) if parts[4] != "aws" else "aws"
            if parts[4] != "aws":
                parts[5] = self._resource(parts[2], parts[5])
        else:
            parts = [self.free(part) for part in parts]
        made = ":".join(parts)
        for variable in variables:
            made = made.replace("\x01", self._variable(variable), 1)
        return made

    def host(self, text: str) -> str:
        """The URL or host of an identity provider; the words of its host count in lower case."""
        if not self._names:
            return self.free(text)
        scheme, mark, rest = text.rpartition("://")
        host, slash, path = rest.partition("/")
        domain = _OWN_HOSTS.search(host)
        if domain:
            own = host[domain.start() :]
        else:
            ending = _PUBLIC_ENDING.search(host)
            own = ending[0] if ending else ""
        labels = host.lower().removesuffix(own.lower()).split(".")
        words = [
            label if domain and (label in _OWN_LABELS or _REGION.fullmatch(label)) else self._words(label)
            for label in labels
        ]
        return f"{scheme}{mark}{'.'.join(words)}{own.lower()}{slash}{self.claim(path)}"

    def claim(self, text: str) -> str:
        """A value of a token's claim: the words of its grammar stay, and so do hosts of AWS and regions."""
        if not self._names:
            return self.free(text)
        if re.match(
            r"(?:https?://)?[a-z0-9.-]*(?:amazonaws\.com(?:\.cn)?|aws\.amazon\.com)(?:/saml)?\Z", text
        ):
            return text
        if "${" in text:
            return self._between_variables(text, self.claim)
        region = _REGION.match(text)
        if region:
            return region[0] + self.claim(text[region.end() :])
        return "".join(
            part if part in _CLAIM_WORDS else self._words(part)
            for part in re.split(r"([:/ ]|(?<=[a-z_])=)", text)
        )

    def organization(self, text: str) -> str:
        """An organization's id, a root's, a unit's, or a path of these, wildcards included."""
        if not self._accounts:
            return text
        done = []
        for part in text.split("/"):
            found = _ORGANIZATION_PART.match(part)
            words = [self.pseudonyms.words(word) for word in found[2].split("-")] if found else []
            done.append(f"{found[1]}-{'-'.join(words)}" if found else part)
        return "/".join(done)

    def free(self, text: str) -> str:
        """A text in which anything may stand."""
        if text in self._known and self._names:
            return self.name(text)
        return _FREE.sub(self._found, text) if text else text

    def tag_key(self, text: str) -> str:
        """A tag's key, which condition keys and variables spell in any letters: its pseudonym has small ones.

        Those that AWS gives to sessions of IAM Roles Anywhere stay.
        """
        if not self._names or text.lower().startswith(_TAGS_OF_AWS):
            return _INNER.sub(self._found, text)
        return self._words(text.lower())

    def condition_key(self, text: str) -> str:
        """A condition key: it stays, but for a tag's key and the host of somebody's own provider."""
        tag = TAG_CONDITION.fullmatch(text)
        if tag:
            return f"{tag[1]}{self.tag_key(tag[2])}"
        host, colon, claim = text.rpartition(":")
        return f"{self.host(host)}:{claim}" if colon and "." in host else text

    def service(self, text: str) -> str:
        """The host name of a service of AWS; what is none is somebody's own text."""
        return (
            text if text.lower().endswith((".amazonaws.com", ".amazonaws.com.cn", ".aws")) else self.sid(text)
        )

    def unique(self, text: str) -> str:
        """A unique id, alone or before a session's name (`AROA…:session`)."""
        head, colon, session = text.partition(":")
        if head[:4] in _PREFIXES and head[4:] in ("", "*"):
            return f"{head}{colon}{self.name(session)}"
        return f"{self.free(head)}{colon}{self.name(session)}"

    def _resource(self, service: str, text: str) -> str:
        """The last part of an ARN: its kind stays, its path and name do not."""
        if not self._names:
            return self.free(text)
        kind, mark, rest = _split_kind(text)
        if service not in ("iam", "sts"):
            if mark and service != "s3" and re.fullmatch(r"[a-z][A-Za-z-]*", kind):
                return kind + mark + self._words(rest)
            return self._words(text)
        kind = kind if _might_be_kind(kind) else self._words(kind)
        if kind == "oidc-provider":
            return kind + mark + (self.host(rest) if "." in rest else self._words(rest))
        if rest.split("/")[0] in _KEPT_PATHS:
            head, slash, name = rest.rpartition("/")
            return f"{kind}{mark}{head}{slash}{self.name(name)}"
        return kind + mark + "/".join(map(self.name, rest.split("/")))

    def _words(self, text: str) -> str:
        """All words of a text, by what each of them is."""
        if not self._names:
            return self.free(text)
        return self._between_variables(text, self.pseudonyms.words)

    def _between_variables(self, text: str, change: Callable[[str], str]) -> str:
        if "${" not in text:
            return change(text)
        done, at = [], 0
        for found in _VARIABLE.finditer(text):
            done += [change(text[at : found.start()]), self._variable(found[0])]
            at = found.end()
        return "".join([*done, change(text[at:])])

    def _variable(self, text: str) -> str:
        """A policy variable (`${key}`), or one with what it stands for by default (`${key, 'text'}`)."""
        if not self._names:
            return text
        head, comma, default = text[2:-1].partition(",")
        return f"${{{self.condition_key(head.rstrip())}{comma}{self.name(default)}}}"

    def _found(self, found: re.Match[str]) -> str:
        kind, text = str(found.lastgroup), found[0]
        if kind == "arn":
            bare = text.rstrip(_END)
            return self.arn(bare) + text[len(bare) :]
        if kind == "email":
            return self.pseudonyms.words(text) if self._emails or self._names else text
        if kind == "key":
            return self.pseudonyms.identifier(text) if self._keys else text
        if kind == "unique":
            return self.pseudonyms.identifier(text) if self._names else text
        if kind == "organization":
            return self.organization(text)
        if kind == "account":
            return self.account(text)
        if self._names and len(text) >= _SHORTEST and text in self._known:
            return self.name(text)
        return _INNER.sub(self._found, text)


def _split_kind(text: str) -> tuple[str, str, str]:
    """What kind of resource, the mark behind it, and the rest."""
    found = re.match(r"([^/:]*)([/:])", text)
    return (found[1], found[2], text[found.end() :]) if found else (text, "", "")


def _might_be_kind(text: str) -> bool:
    """Whether a pattern is about kinds of resources: `role`, `*`, `r*`."""
    bare = text.strip("*?")
    return text in _TYPES or (bare != text and any(bare in kind for kind in _TYPES))
