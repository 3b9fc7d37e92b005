"""Random small organizations, requests and questions, from a vocabulary small enough for things to meet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from tests.access.worlds import (
    HOME,
    MANAGEMENT,
    ORGANIZATION,
    OTHER,
    OUTSIDE,
    AccountMaker,
    World,
    organization,
    root,
    text_of,
    trust,
)
from tests.property.access_conditions import Request
from tests.property.access_reference import Reference

Json = Any
T = TypeVar("T")

TEXTS = ["a", "b", "ab", "a*", "*b", "?", "*", "A", "a?*"]
FILLED = [
    *("${aws:username}", "${aws:PrincipalTag/team}", "${aws:ResourceTag/team}", "${sts:RoleSessionName}"),
    *("${sts:ExternalId, 'a'}", "${aws:PrincipalTag/none}", "${aws:PrincipalTag/none, 'b'}"),
    *("${*}", "${?}b", "a${sts:ExternalId}*", "${aws:TagKeys}"),
]
TEXT_OPERATORS = [
    *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
    *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
]
ARN_OPERATORS = [
    *("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"),
    *("StringEquals", "StringLike", "StringNotLike"),
]
COMPARISONS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
REQUEST_TEXTS = ["sts:ExternalId", "sts:RoleSessionName", "aws:RequestTag/team", "a:x"]
DERIVED_TEXTS = [
    *("aws:PrincipalTag/team", "aws:PrincipalTag/none", "aws:ResourceTag/team", "iam:ResourceTag/team"),
    *("aws:username", "aws:PrincipalType"),
]
ARN_VALUES = [
    *(f"arn:aws:iam::{HOME}:user/ann", f"arn:aws:iam::{HOME}:role/*", "arn:aws:iam::*:user/*", "*"),
    *(f"arn:aws:iam::{OTHER}:*", f"arn:aws:iam::{HOME}:role/jobs/worker"),
    *(f"arn:aws:iam::{HOME}:user/team/?ob", "arn:aws:iam::${aws:PrincipalAccount}:user/ann"),
]
USER_IDS = ["AIDAANN3333EXAMPLE", "AROAWORKER3333EXAMPLE:*", "AROAWORKER3333EXAMPLE:deploy", "AIDA*"]
BLOCKS = ["192.0.2.0/24", "192.0.2.1", "0.0.0.0/0", "198.51.100.0/24", "2001:db8::/32"]
MOMENTS = ["2026-01-01T00:00:00Z", "2026-06-01", "1767225600", "2027-01-01T00:00:00+01:00"]
RESOURCES = [
    *["*"] * 12,
    *(f"arn:aws:iam::{HOME}:role/*", "arn:aws:iam::*:role/target", "arn:aws:iam::*", "arn:*"),
    *("arn:aws:iam:*:role/target", f"arn:aws:iam::{HOME}:role/jobs/*", f"arn:aws:iam::{HOME}:role/t?rget"),
    *(f"arn:aws:iam::{OTHER}:role/*", f"arn:aws:iam::{HOME}:role/${{aws:username}}", "arn:aws:iam::*:user/*"),
    f"arn:aws:iam::{HOME}:role/${{aws:PrincipalTag/team, 'target'}}*",
    *(f"arn:aws:iam::{HOME}:role/*${{sts:ExternalId}}", "arn:aws:iam::${aws:PrincipalAccount}:role/target"),
    *(f"arn:aws:iam::{HOME}:role/${{aws:ResourceTag/team}}*", "${aws:username}"),
]
TRUST_ACTIONS: list[Json] = [
    *["sts:AssumeRole"] * 12,
    *("sts:*", "*", "sts:AssumeRole*", ["sts:AssumeRole", "sts:TagSession"], "sts:TagSession"),
    ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
    *("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "STS:assumerole"),
]
ACTIONS: list[Json] = [*TRUST_ACTIONS, "sts:Get*", ["s3:*", "sts:A*"]]
SAML = f"arn:aws:iam::{HOME}:saml-provider/corp"
PRINCIPALS: list[Json] = [
    *(HOME, HOME, root(HOME), root(HOME), root(OTHER), root(OTHER), root(OUTSIDE), "*"),
    *(f"arn:aws:iam::{HOME}:user/ann", f"arn:aws:iam::{HOME}:user/team/bob", f"arn:aws:iam::{HOME}:user/*"),
    *(f"arn:aws:iam::{HOME}:role/jobs/worker", f"arn:aws:iam::{HOME}:role/target"),
    *(f"arn:aws:sts::{HOME}:assumed-role/worker/deploy", f"arn:aws:iam::{OTHER}:user/ann"),
    *("AIDAANN3333EXAMPLE", "AROAWORKER3333EXAMPLE", "AIDAGONEEXAMPLE", f"arn:aws:iam::{OUTSIDE}:user/eve"),
    *({"Service": "ec2.amazonaws.com"}, {"Federated": "accounts.google.com"}, {"Federated": SAML}),
]
ROLES = [f"arn:aws:iam::{HOME}:role/target", f"arn:aws:iam::{HOME}:role/jobs/worker"]
ROLES.append(f"arn:aws:iam::{OTHER}:role/target")
EVERYTHING: list[Json] = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


@dataclass
class Sample:
    """One organization with whom to ask about what."""

    makers: list[AccountMaker]
    organization: Json = None
    callers: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def world(self) -> World:
        return World(*self.makers, organization=self.organization)

    def reference(self) -> Reference:
        return Reference(
            {maker.number: maker.details for maker in self.makers},
            {maker.number: maker.partition for maker in self.makers},
            self.organization,
        )


class Draw:
    """Draws statements and documents from the vocabulary."""

    def __init__(self, random: Random, *, has_organization: bool, has_conditions: bool = True) -> None:
        self.random, self.has_organization, self.has_conditions = random, has_organization, has_conditions

    def one(self, items: Sequence[T]) -> T:
        return items[self.random.randrange(len(items))]

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def some(self, items: Sequence[T]) -> T | list[T]:
        """One item, or a list of up to three."""
        if not self.chance(3):
            return self.one(items)
        return [self.one(items) for _ in range(self.random.randrange(1, 4))]

    def condition(self) -> Json:
        found: dict[str, dict[str, Json]] = {}
        kinds: list[Callable[[str], tuple[str, str, Json]]] = [
            *[self._text] * 4,
            *[self._principal_arn] * 2,
            *[self._mfa] * 3,
            *(self._organization, self._user_id, self._null, self._address, self._moment, self._tag_keys),
        ]
        for _ in range(self.one([1, 1, 1, 1, 2, 3])):
            operator, key, value = self.one(kinds)(self.one(["", "", "", "IfExists"]))
            found.setdefault(operator, {})[key] = value
        return found

    def _text(self, if_exists: str) -> tuple[str, str, Json]:
        qualifier = self.one(["", "", "", "", "ForAnyValue:", "ForAllValues:"])
        key = self.one([*REQUEST_TEXTS, *DERIVED_TEXTS])
        values = [*TEXTS, *FILLED, "ann", "bob", "User", "AssumedRole"]
        return f"{qualifier}{self.one(TEXT_OPERATORS)}{if_exists}", key, self.some(values)

    def _principal_arn(self, if_exists: str) -> tuple[str, str, Json]:
        return self.one(ARN_OPERATORS) + if_exists, "aws:PrincipalArn", self.some(ARN_VALUES)

    def _user_id(self, if_exists: str) -> tuple[str, str, Json]:
        operator = self.one(["StringLike", "StringNotLike", "StringEquals"])
        return operator + if_exists, "aws:userid", self.some(USER_IDS)

    def _null(self, _if_exists: str) -> tuple[str, str, Json]:
        keys = [*REQUEST_TEXTS, "aws:PrincipalTag/team", "aws:username", "aws:TagKeys", "aws:SourceIp"]
        return "Null", self.one(keys), self.one(["true", "false", True, False])

    def _address(self, if_exists: str) -> tuple[str, str, Json]:
        return self.one(["IpAddress", "NotIpAddress"]) + if_exists, "aws:SourceIp", self.some(BLOCKS)

    def _moment(self, if_exists: str) -> tuple[str, str, Json]:
        return f"Date{self.one(COMPARISONS)}{if_exists}", "aws:CurrentTime", self.some(MOMENTS)

    def _tag_keys(self, if_exists: str) -> tuple[str, str, Json]:
        operator = self.one(["StringEquals", "StringNotEquals", "StringLike"])
        qualifier = self.one(["ForAnyValue:", "ForAllValues:", "ForAllValues:", ""])
        return f"{qualifier}{operator}{if_exists}", "aws:TagKeys", self.some(["a", "b", "ab", "team", "a*"])

    def _organization(self, if_exists: str) -> tuple[str, str, Json]:
        operator = self.one(["StringEquals", "StringNotEquals"])
        if not self.has_organization:
            return operator, "aws:PrincipalAccount", self.some([HOME, OTHER])
        if self.chance(2):
            numbers = [ORGANIZATION, "o-other", "${aws:ResourceOrgID}"]
            return operator + if_exists, "aws:PrincipalOrgID", self.one(numbers)
        operator = self.one(
            ["ForAnyValue:StringLike", "ForAllValues:StringLike", "ForAnyValue:StringNotLike"]
        )
        path = self.one([f"{ORGANIZATION}/r-root/*", f"{ORGANIZATION}/r-root/ou-root-apps/*", "o-other/*"])
        return operator + if_exists, "aws:PrincipalOrgPaths", path

    def _mfa(self, if_exists: str) -> tuple[str, str, Json]:
        present, age = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"
        if self.chance(2):
            return "Bool" + if_exists, present, self.one(["true", "false", True])
        if self.chance(4):
            return "Null", self.one([present, age]), self.one(["true", "false"])
        return f"Numeric{self.one(COMPARISONS)}{if_exists}", age, self.some(["60", "3600", 300])

    def statement(self) -> Json:
        """Effect and condition."""
        made: dict[str, Json] = {"Effect": "Deny" if self.chance(5) else "Allow"}
        if self.has_conditions and self.chance(2):
            made["Condition"] = self.condition()
        return made

    def trust_statement(self) -> Json:
        made = self.statement()
        if self.chance(12):
            named = [self.one(PRINCIPALS) for _ in range(3)]
            made["NotPrincipal"] = {"AWS": [name for name in named if isinstance(name, str)] or HOME}
        else:
            made["Principal"] = self.principal()
        made["NotAction" if self.chance(12) else "Action"] = self.one(TRUST_ACTIONS)
        return made

    def principal(self) -> Json:
        if self.chance(8):
            return "*"
        named = [self.one(PRINCIPALS) for _ in range(self.one([1, 1, 2, 3]))]
        aws = [name for name in named if isinstance(name, str)]
        made: dict[str, Json] = {"AWS": aws[0] if len(aws) == 1 and self.chance(2) else aws} if aws else {}
        for name in named:
            if not isinstance(name, str):
                made.update(name)
        return made

    def permission(self) -> Json:
        made = self.statement()
        made["NotAction" if self.chance(10) else "Action"] = self.one(ACTIONS)
        made["NotResource" if self.chance(8) else "Resource"] = self.some([*RESOURCES, *ROLES])
        return made

    def document(self, make: Callable[[], Json], most: int = 3) -> str:
        """Some statements; half the time one of them is broad, so that enough is allowed."""
        statements = [make() for _ in range(self.random.randrange(most + 1) or 1)]
        if self.chance(2):
            broad = {"Effect": "Allow", "Action": "sts:*"}
            if self.has_conditions and self.chance(3):
                broad["Condition"] = self.condition()
            is_trust = make == self.trust_statement
            whom = {"Principal": {"AWS": [HOME, root(OTHER)]}} if is_trust else {"Resource": "*"}
            statements.insert(self.random.randrange(len(statements) + 1), broad | whom)
        return text_of(statements, "2008-10-17" if self.chance(10) else "2012-10-17")


def draw_sample(random: Random) -> Sample:
    """An organization of one to three accounts."""
    has_conditions = random.randrange(5) > 0
    draw = Draw(random, has_organization=random.randrange(3) == 0, has_conditions=has_conditions)
    makers = [AccountMaker(HOME)]
    if random.randrange(2):
        makers.append(AccountMaker(OTHER, "aws" if random.randrange(6) else "aws-cn"))
    if draw.has_organization and random.randrange(3) == 0:
        makers.append(AccountMaker(MANAGEMENT))
    sample = Sample(makers)
    for maker in makers:
        _fill(sample, maker, draw)
    if draw.has_organization:
        sample.organization = _draw_organization(draw)
    sample.callers += [f"arn:aws:iam::{OUTSIDE}:user/eve", f"arn:aws:iam::{OUTSIDE}:role/eve"]
    sample.callers += ["ec2.amazonaws.com", SAML, "accounts.google.com"]
    return sample


def _fill(sample: Sample, maker: AccountMaker, draw: Draw) -> None:
    managed = [maker.policy(name, draw.document(draw.permission)) for name in ("first", "second")]
    everything = maker.policy("everything", EVERYTHING)

    def more() -> dict[str, Any]:
        return {
            "boundary": draw.one([*managed, everything]) if draw.chance(4) else "",
            "attached": [draw.one(managed)] if draw.chance(3) else [],
            "tags": {"team": draw.one(["a", "b", "target"])} if draw.chance(2) else {},
        }

    maker.group("staff", draw.document(draw.permission, 2))
    groups = ["staff"] if draw.chance(2) else []
    sample.callers += [
        maker.user("ann", draw.document(draw.permission), groups=groups, **more()),
        maker.user("bob", draw.document(draw.permission), path="/team/", **more()),
    ]
    for name, path in (("target", "/"), ("worker", "/jobs/")):
        trusts = draw.document(draw.trust_statement)
        role = maker.role(name, trusts, draw.document(draw.permission), path=path, **more())
        sample.roles.append(role)
        sample.callers += [role, maker.session(name, "deploy"), maker.session(name, "other")]
    if draw.chance(6):
        trusts = text_of([trust({"Service": "ec2.amazonaws.com"})])
        path = "/aws-service-role/ec2.amazonaws.com/"
        linked = maker.role("AWSServiceRoleForEC2", trusts, draw.document(draw.permission), path=path)
        sample.roles.append(linked)
        sample.callers.append(linked)


def _draw_organization(draw: Draw) -> Json:
    def scps() -> Json:
        found = [] if draw.chance(4) else [EVERYTHING]
        return [*found, [draw.permission()]] if draw.chance(2) else found

    def rcps() -> Json:
        denies = {**draw.permission(), "Effect": "Deny", "Principal": "*"}
        return [EVERYTHING, *([[denies]] if draw.chance(2) else [])]

    def account() -> dict[str, Any]:
        levels = {"scps": scps, "rcps": rcps}
        return {
            kind: [level() for _ in range(draw.random.randrange(3))]
            for kind, level in levels.items()
            if not draw.chance(3)
        }

    members = [HOME, MANAGEMENT, *([OTHER] if draw.chance(2) else []), *([OUTSIDE] if draw.chance(3) else [])]
    return organization({member: account() for member in members})


def draw_request(random: Random, *, has_mfa: bool = True, has_tags: bool = True) -> Request:
    """What a request may bring, in lower case."""
    found: dict[str, tuple[str, ...]] = {}
    for key in REQUEST_TEXTS:
        if random.randrange(2):
            found[key.lower()] = (random.choice(["a", "b", "ab", "A", "ann", "*", "target"]),)
    if random.randrange(3):
        found["aws:tagkeys"] = tuple(random.sample(["a", "b", "team", "x"], random.randrange(1, 4)))
    if has_tags and random.randrange(5) == 0:
        found["aws:principaltag/team"] = (random.choice(["a", "b", "c"]),)
    if random.randrange(3):
        addresses = ["192.0.2.1", "192.0.2.9", "198.51.100.1", "2001:db8::1"]
        found["aws:sourceip"] = (random.choice(addresses),)
    if random.randrange(4):
        moments = ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2026-11-01T00:00:00Z"]
        found["aws:currenttime"] = (random.choice(moments),)
    if has_mfa and random.randrange(3):
        present = random.choice(["true", "true", "false"])
        found["aws:multifactorauthpresent"] = (present,)
        if present == "true":
            ages = ["0", "59", "60", "299", "300", "3600", "9999"]
            found["aws:multifactorauthage"] = (random.choice(ages),)
    return found
