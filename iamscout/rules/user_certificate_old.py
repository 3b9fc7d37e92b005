"""A user has an active signing certificate of old."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate, age_days
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, ReportRow


def check(row: ReportRow, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per active certificate that is older than an access key may be."""
    limit = estate.settings.access_key_max_age_days
    for number, (active, rotated) in enumerate(row.certificates, 1):
        age = age_days(rotated, account)
        if active and not row.is_root and age is not None and age > limit:
            yield Hit(
                f"Signing certificate {number} of {row.user} is {age:,} days old",
                locator=f"certificate {number}",
            )


RULE = Rule(
    title="User certificate is old",
    severity="low",
    applies_to="credential",
    needs=("iam:GetCredentialReport",),
    rationale=(
        "X.509 signing certificates are long-term credentials like access keys, for a few old interfaces. "
        "Hardly anybody needs one, and nobody remembers where the private key is."
    ),
    remediation=(
        "Delete the certificate, or replace it.\n\n"
        "aws iam delete-signing-certificate --user-name USER --certificate-id CERTIFICATE_ID"
    ),
    references=(
        iam_guide("Generate credential reports for your AWS account", "id_credentials_getting-report"),
    ),
    examples=(
        rejected(
            "made last year",
            credential_report=[
                {"user": "build", "cert_1_active": "true", "cert_1_last_rotated": "2025-06-01T00:00:00+00:00"}
            ],
        ),
        accepted(
            "inactive",
            credential_report=[
                {
                    "user": "build",
                    "cert_1_active": "false",
                    "cert_1_last_rotated": "2025-06-01T00:00:00+00:00",
                }
            ],
        ),
        accepted("none", credential_report=[{"user": "build"}]),
    ),
    check=check,
)
