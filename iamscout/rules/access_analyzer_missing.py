"""No analyzer of IAM Access Analyzer looks at who has access from outside."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per account; an analyzer of the organization looks at its members, whoever owns it."""
    if any(each.status == "ACTIVE" and each.type in _EXTERNAL for each in account.analyzers or ()):
        return
    membership = estate.directory.member_of.get(account.id)
    of_all = [
        each
        for other in estate.accounts
        for each in other.analyzers or ()
        if membership and estate.directory.member_of.get(other.id, (None,))[0] == membership[0]
    ]
    if any(each.status == "ACTIVE" and each.type == "ORGANIZATION" for each in of_all):
        return
    yield Hit(
        f"No analyzer looks at external access to {account.label} in the Region that was asked",
        confidence="likely" if membership else "certain",
    )


_EXTERNAL = ("ACCOUNT", "ORGANIZATION")
_NAME = "access-analyzer:ListAnalyzers"


def _listed(*pairs: tuple[str, str]) -> dict[str, object]:
    return {
        _NAME: {
            "analyzers": [
                {
                    "arn": f"arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/{kind.lower()}",
                    "name": kind.lower(),
                    "type": kind,
                    "status": status,
                    "createdAt": "2024-01-01T00:00:00Z",
                }
                for kind, status in pairs
            ]
        }
    }


RULE = Rule(
    title="Access Analyzer is missing",
    severity="low",
    applies_to="account",
    needs=(_NAME,),
    judges_absence=True,
    rationale=(
        "IAM tells of roles alone. Buckets, keys, queues, functions and secrets have policies of their own "
        "that can let in outsiders, and IAM Access Analyzer watches these in each Region where it is on, at "
        "no charge."
    ),
    remediation=(
        "Turn it on in every Region in use, for the organization where there is one.\n\n"
        "aws accessanalyzer create-analyzer --analyzer-name external --type ORGANIZATION"
    ),
    references=(
        iam_guide("Using AWS Identity and Access Management Access Analyzer", "what-is-access-analyzer"),
        iam_guide("Getting started with IAM Access Analyzer", "access-analyzer-getting-started"),
    ),
    frameworks=cis("1.20", "1.19", "2.19", "2.18"),
    also_known_as={"prowler": ("accessanalyzer_enabled",)},
    examples=(
        rejected("none at all", sources=_listed()),
        rejected("one that is not active", sources=_listed(("ACCOUNT", "DISABLED"))),
        rejected("one for unused access alone", sources=_listed(("ACCOUNT_UNUSED_ACCESS", "ACTIVE"))),
        accepted("one of the account", sources=_listed(("ACCOUNT", "ACTIVE"))),
        accepted(
            "one of the organization beside others",
            sources=_listed(("ACCOUNT_UNUSED_ACCESS", "ACTIVE"), ("ORGANIZATION", "ACTIVE")),
        ),
    ),
    check=check,
)
