"""What the function of a source is given: calls, merged pages, one call per item, earlier answers, gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from iamscout.fetch.gateway import Gateway
from iamscout.fetch.refusal import RefusalError
from iamscout.snapshot.model import Gap, Status

_MARKER_REFUSED = frozenset(
    {
        "ExpiredNextTokenException",
        "ExpiredPaginationTokenException",
        "InvalidInputException",
        "InvalidNextTokenException",
        "InvalidPaginationTokenException",
        "ValidationError",
        "ValidationException",
    }
)
"""What AWS says of a marker that it does not know any more, as after a run that went on hours later."""

_GIVE_UP_AFTER = 5
"""Calls per item that are denied in a row from the first one on, before the rest is not asked for."""


class _Paging(Struct, frozen=True):
    """How the listings of a service are paged."""

    size: str
    items: int
    sent: str
    received: str
    truncated: str
    """The flag that says there is more; empty where the token's presence says it."""


_PAGING = {
    # A page may be short, even empty, with more to come: IsTruncated alone tells (IAM API Reference).
    "iam": _Paging("MaxItems", 1_000, "Marker", "Marker", "IsTruncated"),
    "organizations": _Paging("MaxResults", 20, "NextToken", "NextToken", ""),
    "sso": _Paging("MaxResults", 100, "NextToken", "NextToken", ""),
    "access-analyzer": _Paging("maxResults", 100, "nextToken", "nextToken", ""),
    "rolesanywhere": _Paging("pageSize", 100, "nextToken", "nextToken", ""),
}


class _Listed(NamedTuple):
    """The pages of a listing that arrived, and what ended it early."""

    lists: dict[str, list[Any]]
    pages: int
    refusal: RefusalError | None = None


class Api:
    """AWS as one source sees it; `gaps`, `status` and `reason` tell afterwards what is missing."""

    def __init__(self, source: str, gateway: Gateway, answers: Mapping[str, Any]) -> None:
        self.gaps: list[Gap] = []
        self.status: Status = "ok"
        self.reason = ""
        self._source = source
        self._gateway = gateway
        self._answers = answers

    @property
    def region(self) -> str:
        """The region that regional services are asked in, the session's."""
        return self._gateway.region

    def answer(self, source: str) -> Any:
        """The answer of a source that this one declares to need."""
        return self._answers[source]

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """The answer to one call. Raises RefusalError."""
        return self._gateway.send(operation, parameters)

    def listing(
        self, operation: str, *keys: str, resource: str = "", **parameters: object
    ) -> dict[str, list[Any]]:
        """All pages of a listing, the lists under each key put together.

        A refusal after the first page leaves what has arrived and a gap; before it, RefusalError is raised.
        A listing whose marker AWS refuses is begun once more, as markers last for a while only.
        """
        listed = self._merged(operation, keys, parameters)
        if listed.refusal and listed.pages and listed.refusal.code in _MARKER_REFUSED:
            again = self._merged(operation, keys, parameters)
            if again.refusal is None or again.pages >= listed.pages:
                listed = again
        if listed.refusal:
            if not listed.pages:
                raise listed.refusal
            noun = "page" if listed.pages == 1 else "pages"
            self.miss(listed.refusal, resource, f"cut after {listed.pages} {noun}")
        return listed.lists

    def each(
        self, operation: str, parameter: str, items: Iterable[str], *, none: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answers to one call per item, by item; see :meth:`each_by`."""

        def ask(item: str) -> dict[str, Any]:
            answer = self.call(operation, **{parameter: item})
            self._gateway.progress.received(self._source, 1)
            return answer

        return self.each_by(items, ask, none=none)

    def each_by(
        self,
        items: Iterable[str],
        ask: Callable[[str], dict[str, Any]],
        *,
        none: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What `ask` tells of each item, by item; what AWS refuses and what is gone by now are gaps.

        `none` is the answer for an item of which AWS says that there is no such entity, where that means
        that it lacks what was asked for. Once the first few are denied one after the other the rest is not
        asked for, each still being a gap.
        """
        answers: dict[str, Any] = {}
        refusals: list[RefusalError] = []
        for item in items:
            if len(refusals) >= _GIVE_UP_AFTER and not answers and refusals[-1].status == "denied":
                self.gaps.append(refusals[-1].gap(item, "not asked for, as all before were denied"))
                continue
            try:
                answers[item] = ask(item)
            except RefusalError as refusal:
                if refusal.is_gone and none is not None:
                    answers[item] = none
                elif refusal.is_gone:
                    self.gone(refusal, item)
                else:
                    refusals.append(refusal)
                    self.miss(refusal, item)
        if refusals and not answers:
            self.status = refusals[0].status
        return answers

    def miss(self, refusal: RefusalError, resource: str = "", note: str = "") -> None:
        """Record that something is missing from the answer, which is thereby partial."""
        self.gaps.append(refusal.gap(resource, note))
        self.status = "partial"
        self.reason = self.reason or f"{refusal.operation}: {refusal.code}"

    def gone(self, refusal: RefusalError, resource: str) -> None:
        """Record that something listed before was deleted during the run: a gap, but nothing is missing."""
        self.gaps.append(refusal.gap(resource, "gone during the run"))
        self.reason = self.reason or "something was deleted during the run"

    def wait(self, operation: str, seconds: float, reason: str) -> None:
        """Do nothing for a while and say why."""
        self._gateway.wait(operation, seconds, reason)

    def _merged(self, operation: str, keys: tuple[str, ...], parameters: Mapping[str, object]) -> _Listed:
        merged: dict[str, list[Any]] = {key: [] for key in keys}
        pages = 0
        try:
            for page in self._pages(operation, parameters):
                pages += 1
                for key in keys:
                    merged[key].extend(page.get(key) or ())
                self._gateway.progress.received(self._source, sum(len(page.get(key) or ()) for key in keys))
        except RefusalError as refusal:
            return _Listed(merged, pages, refusal)
        return _Listed(merged, pages)

    def _pages(self, operation: str, parameters: Mapping[str, object]) -> Iterator[dict[str, Any]]:
        paging = _PAGING[operation.partition(":")[0]]
        asked: dict[str, object] = {**parameters, paging.size: paging.items}
        seen: set[str] = set()
        while True:
            page = self._gateway.send(operation, asked)
            yield page
            token = page.get(paging.received)
            if not (page.get(paging.truncated) if paging.truncated else token):
                return
            if not token or token in seen:
                told = "AWS says there are more pages but gives no new marker for the next"
                raise RefusalError(operation, "EndlessListing", told, "failed")
            seen.add(token)
            asked[paging.sent] = token
