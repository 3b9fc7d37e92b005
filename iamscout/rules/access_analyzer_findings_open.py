"""IAM Access Analyzer has findings that nobody has dealt with."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit, Severity
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per analyzer and type of finding, with the resources in alphabetical order."""
    names = {each.arn: each.name for each in account.analyzers or ()}
    found: dict[tuple[str, str], set[str]] = {}
    for each in account.analyzer_findings or ():
        if each.status == "ACTIVE":
            found.setdefault((each.analyzer_arn, each.type), set()).add(each.resource)
    for (analyzer, kind), resources in sorted(found.items()):
        words, severity = _KINDS.get(kind, (kind, "low"))
        name = names.get(analyzer) or analyzer.rpartition("/")[2]
        short = [each.rpartition(":")[2] for each in sorted(resources)]
        yield Hit(
            f"Analyzer {name} reports {words} of {count(len(short), 'resource')}: {listed(short)}",
            locator=f"{analyzer} {kind}",
            severity=severity,
        )


_KINDS: dict[str, tuple[str, Severity]] = {
    "ExternalAccess": ("external access", "medium"),
    "InternalAccess": ("internal access", "low"),
    "UnusedIAMRole": ("unused roles", "info"),
    "UnusedIAMUserAccessKey": ("unused access keys", "low"),
    "UnusedIAMUserPassword": ("unused passwords", "low"),
    "UnusedPermission": ("unused permissions", "info"),
}
"""`FindingType` of access-analyzer:ListFindingsV2, in words ("FindingSummaryV2")."""
_NAME = "access-analyzer:ListFindingsV2"
_ANALYZER = "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/external"


def _told(status: str, kind: str = "ExternalAccess") -> dict[str, object]:
    return {
        "access-analyzer:ListAnalyzers": {
            "analyzers": [{"arn": _ANALYZER, "name": "external", "type": "ACCOUNT", "status": "ACTIVE"}]
        },
        _NAME: {
            _ANALYZER: {
                "findings": [
                    {
                        "id": "1f2e3d4c-5b6a-4798-8a7b-6c5d4e3f2a1b",
                        "findingType": kind,
                        "status": status,
                        "resource": "arn:aws:s3:::example-reports",
                        "resourceType": "AWS::S3::Bucket",
                        "resourceOwnerAccount": "111122223333",
                        "createdAt": "2026-10-01T00:00:00Z",
                    }
                ]
            }
        },
    }


RULE = Rule(
    title="Findings of Access Analyzer are not dealt with",
    severity="medium",
    applies_to="account",
    needs=(_NAME,),
    rationale=(
        "Each active finding is a resource that somebody outside can reach, or access that nobody uses. "
        "Those that are meant belong archived with a rule that says so; what remains is what to mend."
    ),
    remediation=(
        "Mend the policy of the resource, or archive what is meant.\n\n"
        "aws accessanalyzer list-findings-v2 --analyzer-arn ARN "
        '--filter \'{"status": {"eq": ["ACTIVE"]}}\'\n'
        "aws accessanalyzer update-findings --analyzer-arn ARN --ids ID --status ARCHIVED"
    ),
    references=(
        iam_guide("IAM Access Analyzer findings", "access-analyzer-findings"),
        iam_guide("Resolve IAM Access Analyzer findings", "access-analyzer-findings-remediate"),
    ),
    also_known_as={"prowler": ("accessanalyzer_enabled_without_findings",)},
    examples=(
        rejected("a bucket that others reach", sources=_told("ACTIVE")),
        rejected("a role that nobody uses", sources=_told("ACTIVE", "UnusedIAMRole")),
        accepted("what was archived", sources=_told("ARCHIVED")),
        accepted("what was mended", sources=_told("RESOLVED")),
        accepted("no finding", sources={_NAME: {_ANALYZER: {"findings": []}}}),
    ),
    check=check,
)
