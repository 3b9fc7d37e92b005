"""The analyzers of IAM Access Analyzer in the session's region; each region has its own."""

from iamscout.fetch.spec import SourceSpec, in_region, listing

_OPERATION = "access-analyzer:ListAnalyzers"

SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=in_region(listing(_OPERATION, "analyzers")),
    switch="access_analyzer",
    note="analyzers of IAM Access Analyzer in the session's region",
)
