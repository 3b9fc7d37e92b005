"""A user or role has no permissions boundary where the configuration or its neighbours make one expected."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import POWER_WORDS
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.settings import ANY_BOUNDARY
from iamscout.analysis.trusts import graded
from iamscout.analysis.wording import count
from iamscout.policy.match import matches
from iamscout.snapshot.account import Account, Role, User


def check(account: Account, _account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user or role; what is configured for it counts, and else the path that it shares."""
    entities: tuple[User | Role, ...] = (*account.users, *account.roles)
    judged = [each for each in entities if not isinstance(each, Role) or each.kind == "plain"]
    neighbours = _neighbours(judged)
    for entity in judged:
        kind = type(entity).__name__
        wanted = [policy for pattern, policy in estate.settings.boundaries if matches(pattern, entity.arn)]
        name = entity.boundary_arn.rpartition("/")[2]
        bounded, total = neighbours.get((kind, entity.path), (0, 0))
        if wanted and not any(name == policy or (name and policy == ANY_BOUNDARY) for policy in wanted):
            power = estate.power_of(account, entity)
            missing = f"has the boundary {name}" if name else "has no permissions boundary"
            asked = "one" if wanted[0] == ANY_BOUNDARY else f"the boundary {wanted[0]}"
            yield Hit(
                f"{kind} {entity.name}{POWER_WORDS[power]} {missing}; the configuration asks for {asked}",
                resource=entity.arn,
                severity=graded(
                    power, administrator="high", privileged="high", ordinary="medium", none="low"
                ),
            )
        elif not wanted and not name and bounded >= _NEIGHBOURS and 2 * bounded > total:
            power = estate.power_of(account, entity)
            yield Hit(
                f"{kind} {entity.name}{POWER_WORDS[power]} has no permissions boundary; "
                f"{count(bounded, 'other')} under {entity.path} have one",
                resource=entity.arn,
                confidence="possible",
            )


def _neighbours(entities: Iterable[User | Role]) -> dict[tuple[str, str], tuple[int, int]]:
    """Kind and path (other than the root) to how many have a boundary, and how many there are."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for each in entities:
        if each.path != "/":
            key = (type(each).__name__, each.path)
            bounded, total = found.get(key, (0, 0))
            found[key] = (bounded + bool(each.boundary_arn), total + 1)
    return found


_NEIGHBOURS = 3
_BOUND = {"Path": "/teams/", "boundary": "PowerUserAccess"}

RULE = Rule(
    title="Permissions boundary is missing where one is expected",
    severity="low",
    applies_to="account",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Where teams make users and roles themselves, a permissions boundary keeps these from growing beyond "
        "what the team may do. One that was made without it is not kept, and whoever made it can get out "
        "through it."
    ),
    remediation=(
        "Set the boundary, and let teams create users and roles only with it. Say in iamscout.toml, under "
        "[boundaries], where you expect one.\n\n"
        "aws iam put-role-permissions-boundary --role-name ROLE "
        "--permissions-boundary arn:aws:iam::111122223333:policy/BOUNDARY"
    ),
    references=(
        iam_guide("Permissions boundaries for IAM entities", "access_policies_boundaries"),
        iam_guide(
            "Delegate responsibility to others using permissions boundaries",
            "access_policies_boundaries#access_policies_boundaries-delegate",
        ),
    ),
    examples=(
        rejected(
            "the only role of its path without one",
            roles=[
                {"RoleName": "one", **_BOUND},
                {"RoleName": "two", **_BOUND},
                {"RoleName": "three", **_BOUND},
                {"RoleName": "four", "Path": "/teams/"},
            ],
        ),
        accepted(
            "all of the path have one, others none",
            roles=[
                {"RoleName": "one", **_BOUND},
                {"RoleName": "two", **_BOUND},
                {"RoleName": "three", **_BOUND},
                {"RoleName": "four"},
            ],
        ),
        accepted(
            "few of the path have one",
            roles=[
                {"RoleName": "one", **_BOUND},
                {"RoleName": "two", "Path": "/teams/"},
                {"RoleName": "three", "Path": "/teams/"},
            ],
        ),
        accepted(
            "a service-linked role, which cannot have one",
            roles=[
                {"RoleName": name, **_BOUND, "Path": "/aws-service-role/support.amazonaws.com/"}
                for name in ("one", "two", "three")
            ]
            + [{"RoleName": "four", "Path": "/aws-service-role/support.amazonaws.com/"}],
        ),
    ),
    check=check,
)
