"""Server certificates that were uploaded to IAM, with their expiry, in one listing."""

from iamscout.fetch.spec import SourceSpec, listing, pages_of

_OPERATION = "iam:ListServerCertificates"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=listing(_OPERATION, "ServerCertificateMetadataList"),
    expected_calls=pages_of("ServerCertificates"),
    note="TLS certificates kept in IAM, and when they expire",
)
