"""What each analyzer of the region found: external, internal and unused access, archived findings too.

access-analyzer:ListFindings allows both ListFindings and ListFindingsV2, and only the second knows all kinds
of analyzers ("ListFindingsV2").
"""

from __future__ import annotations

from typing import Any

from iamscout.fetch.api import Api
from iamscout.fetch.spec import SourceSpec, in_region

_LISTING = "access-analyzer:ListAnalyzers"
_OPERATION = "access-analyzer:ListFindingsV2"


def _collect(api: Api) -> object:
    def findings(analyzer: str) -> dict[str, Any]:
        return api.listing(_OPERATION, "findings", resource=analyzer, analyzerArn=analyzer)

    listed = api.answer(_LISTING).get("analyzers", ())
    return api.each_by([each["arn"] for each in listed if each.get("arn")], findings)


SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    iam_actions=("access-analyzer:ListFindings",),
    collect=in_region(_collect),
    needs=(_LISTING,),
    switch="access_analyzer",
    expected_calls=lambda _: 2,
    note="their findings, one call per analyzer and 100 findings",
)
