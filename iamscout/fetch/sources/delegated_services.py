"""Which services each delegated administrator administers: one call per such account, and these are few."""

from __future__ import annotations

from typing import Any

from iamscout.fetch.api import Api
from iamscout.fetch.spec import SourceSpec

_LISTING = "organizations:ListDelegatedAdministrators"
_OPERATION = "organizations:ListDelegatedServicesForAccount"


def _collect(api: Api) -> object:
    def services(account: str) -> dict[str, Any]:
        return api.listing(_OPERATION, "DelegatedServices", resource=account, AccountId=account)

    listed = (api.answer(_LISTING) or {}).get("DelegatedAdministrators", ())
    return api.each_by([each["Id"] for each in listed if each.get("Id")], services)


SOURCE = SourceSpec(
    name=_OPERATION,
    operations=(_OPERATION,),
    collect=_collect,
    needs=(_LISTING,),
    switch="organization",
    expected_calls=lambda _: 2,
    note="what each of these accounts administers, one call per account",
)
