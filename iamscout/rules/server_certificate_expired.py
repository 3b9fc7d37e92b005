"""A TLS certificate kept in IAM has expired, or soon will."""

from collections.abc import Iterable
from datetime import timedelta

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per certificate; one that has not expired yet is milder."""
    for certificate in account.server_certificates or ():
        if certificate.expiration is None or certificate.expiration - account.captured_at > _SOON:
            continue
        is_over = certificate.expiration <= account.captured_at
        yield Hit(
            f"Server certificate {certificate.name} {'expired' if is_over else 'expires'} on "
            f"{certificate.expiration:%Y-%m-%d}",
            resource=certificate.arn,
            resource_type="certificate",
            severity=None if is_over else "low",
        )


_SOON = timedelta(days=14)
_NAME = "iam:ListServerCertificates"


def _listed(*expirations: str) -> dict[str, object]:
    return {
        _NAME: {
            "ServerCertificateMetadataList": [
                {
                    "Path": "/",
                    "ServerCertificateName": f"shop-{number}",
                    "ServerCertificateId": f"ASCAEXAMPLE{number}",
                    "Arn": f"arn:aws:iam::111122223333:server-certificate/shop-{number}",
                    "UploadDate": "2022-01-01T00:00:00Z",
                    "Expiration": expiration,
                }
                for number, expiration in enumerate(expirations)
            ]
        }
    }


RULE = Rule(
    title="Server certificate has expired",
    severity="medium",
    applies_to="account",
    needs=(_NAME,),
    rationale=(
        "Browsers and clients refuse an expired certificate, or have been taught to take it, which is worse: "
        "then they take a forged one as well. IAM renews none of those that are kept in it."
    ),
    remediation=(
        "Replace it where it is in use, by AWS Certificate Manager where that has the Region, and delete "
        "it.\n\n"
        "aws iam delete-server-certificate --server-certificate-name NAME"
    ),
    references=(iam_guide("Manage server certificates in IAM", "id_credentials_server-certs"),),
    frameworks=cis("1.19", "1.18", "2.18", "2.17"),
    also_known_as={"prowler": ("iam_no_expired_server_certificates_stored",)},
    examples=(
        rejected("one that expired a day before", sources=_listed("2026-10-31T08:00:00Z")),
        rejected("one that expires within two weeks", sources=_listed("2026-11-10T08:00:00Z")),
        accepted("one that has a year to go", sources=_listed("2027-11-01T08:00:00Z")),
        accepted("no certificate", sources=_listed()),
    ),
    check=check,
)
