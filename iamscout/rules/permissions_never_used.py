"""A user or role may use services that it has not used."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.power import POWER_WORDS
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account, Role, User


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user or role that is old enough to have used them; who used nothing at all is left out."""
    limit = estate.settings.role_unused_days
    entities: tuple[User | Role, ...] = (*account.users, *account.roles)
    for entity in entities:
        told = account.last_accessed_by_arn.get(entity.arn)
        age = age_days(entity.created, account)
        if told is None or (age is not None and age <= limit):
            continue
        if isinstance(entity, Role) and entity.kind != "plain":
            continue
        unused = [
            service.namespace
            for service in told.services
            if service.last_authenticated is None
            or (account.captured_at - service.last_authenticated).days > limit
        ]
        if not unused or len(unused) == len(told.services):
            continue
        power = estate.power_of(account, entity)
        yield Hit(
            f"{type(entity).__name__} {entity.name}{POWER_WORDS[power]} may use "
            f"{count(len(told.services), 'service')} and did not use {len(unused):,} of them "
            f"for {limit:,} days: {listed(unused)}",
            resource=entity.arn,
            severity="low" if _GRAVE.intersection(unused) else None,
        )


_GRAVE = frozenset({"iam", "sts", "organizations", "kms", "secretsmanager", "sso"})
_NAME = "iam:GetServiceLastAccessedDetails"
_ROLE = "arn:aws:iam::111122223333:role/deploy"


def _told(*services: tuple[str, str | None]) -> dict[str, object]:
    return {
        _NAME: {
            _ROLE: {
                "JobStatus": "COMPLETED",
                "JobCompletionDate": "2026-11-01T08:00:00Z",
                "ServicesLastAccessed": [
                    {"ServiceName": name, "ServiceNamespace": name}
                    | ({"LastAuthenticated": when} if when else {})
                    for name, when in services
                ],
            }
        }
    }


RULE = Rule(
    title="Permissions were never used",
    severity="info",
    applies_to="account",
    needs=("iam:GetAccountAuthorizationDetails", _NAME),
    rationale=(
        "What a role has not used for months it does not need, and whoever takes it over would. AWS tells by "
        "service when permissions were last tried, so that they can be taken away without guessing."
    ),
    remediation=(
        "Take the services away that were not used; for actions within a service see the last accessed "
        "information of the role, or let Access Analyzer generate a policy from CloudTrail.\n\n"
        "aws iam generate-service-last-accessed-details --arn ARN --granularity ACTION_LEVEL"
    ),
    references=(
        iam_guide(
            "Refine permissions in AWS using last accessed information", "access_policies_last-accessed"
        ),
        iam_guide("IAM Access Analyzer policy generation", "access-analyzer-policy-generation"),
    ),
    examples=(
        rejected(
            "one service of two",
            role={},
            sources=_told(("s3", "2026-10-30T00:00:00Z"), ("dynamodb", None)),
        ),
        rejected(
            "used long ago",
            role={},
            sources=_told(("s3", "2026-10-30T00:00:00Z"), ("iam", "2026-01-01T00:00:00Z")),
        ),
        accepted("all of them used", role={}, sources=_told(("s3", "2026-10-30T00:00:00Z"))),
        accepted("nothing used is another rule's matter", role={}, sources=_told(("s3", None))),
        accepted(
            "a role of last month",
            role={"CreateDate": "2026-10-15T00:00:00Z"},
            sources=_told(("s3", "2026-10-30T00:00:00Z"), ("dynamodb", None)),
        ),
        accepted(
            "a service-linked role",
            role={"Path": "/aws-service-role/support.amazonaws.com/"},
            sources={
                _NAME: {
                    "arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/deploy": {
                        "ServicesLastAccessed": [
                            {
                                "ServiceName": "s3",
                                "ServiceNamespace": "s3",
                                "LastAuthenticated": "2026-10-30T00:00:00Z",
                            },
                            {"ServiceName": "iam", "ServiceNamespace": "iam"},
                        ]
                    }
                }
            },
        ),
    ),
    check=check,
)
