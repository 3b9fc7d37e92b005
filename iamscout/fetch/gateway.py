"""The one way to AWS: every call of a fetch passes here, is counted, held to the rate limit and tried again.

Operations are named as in the snapshot: `iam:ListRoles`.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from botocore.config import Config
from botocore.handlers import json_decode_policies
from botocore.model import OperationModel

from iamscout import __version__
from iamscout.fetch.answer import reader
from iamscout.fetch.clock import Clock
from iamscout.fetch.limits import Limits, TokenBucket
from iamscout.fetch.progress import Progress
from iamscout.fetch.refusal import CALL_PROBLEMS, RefusalError, judge
from iamscout.fetch.services import in_actions, in_botocore

logger = logging.getLogger(__name__)

DEFAULT_REGION = "us-east-1"
"""Where no region is configured; without one the calls of STS would go to its old global endpoint."""


_Method = tuple[Callable[..., dict[str, Any]], Callable[[dict[str, Any]], dict[str, Any]]]
"""A client's method and what makes plain values of its answers."""


class SessionLike(Protocol):
    """What a fetch needs of a `boto3.Session`."""

    @property
    def region_name(self) -> str | None:
        """The configured region."""

    @property
    def client(self) -> Callable[..., Any]:
        """Makes a client of a service; takes `region_name` and `config`."""


class UndeclaredOperationError(Exception):
    """A call of an operation that no source declares: a bug, stopped before the call was made."""


class Gateway:
    """Calls AWS for one session and one account, and nothing but the operations it was given.

    `calls` counts what was made, tries included. Once the sign-in is lost nothing more is sent: every
    further call is refused here with the same error.
    """

    def __init__(
        self,
        session: SessionLike,
        allowed: frozenset[str],
        *,
        clock: Clock,
        progress: Progress,
        limits: Limits | None = None,
        uniform: Callable[[], float] = random.random,
    ) -> None:
        self.calls: Counter[str] = Counter()
        self.clock = clock
        self.progress = progress
        self.limits = limits or Limits()
        self.region = session.region_name or DEFAULT_REGION
        self.profile = str(getattr(session, "profile_name", None) or "")
        self._session = session
        self._allowed = allowed
        self._uniform = uniform
        self._bucket = TokenBucket(self.limits, clock.monotonic)
        self._clients: dict[str, Any] = {}
        self._methods: dict[str, _Method] = {}
        self._lost: RefusalError | None = None

    def endpoint(self, service: str) -> str:
        """The URL that calls of a service go to."""
        return str(self._client(service).meta.endpoint_url)

    def send(
        self, operation: str, parameters: Mapping[str, object], *, tries: int | None = None
    ) -> dict[str, Any]:
        """Call an operation and give its answer as plain JSON values, without ResponseMetadata.

        Throttling, server faults and lost connections are tried again within the limits. Raises
        :class:`RefusalError`.
        """
        if self._lost is not None:
            raise RefusalError(operation, self._lost.code, f"not asked for: {self._lost.message}", "failed")
        method, read = self._method(operation)
        began = self.clock.monotonic()
        attempt = 0
        while True:
            attempt += 1
            self._wait_for_turn(operation)
            self.calls[operation] += 1
            try:
                answer = read(method(**parameters))
            except CALL_PROBLEMS as problem:
                refusal = judge(operation, problem)
                refusal.__cause__ = problem
            else:
                self._bucket.speed_up()
                return answer
            self._wait_or_raise(refusal, attempt, began, tries or self.limits.tries)

    def wait(self, operation: str, seconds: float, reason: str) -> None:
        """Do nothing for a while and say so."""
        if seconds > 0:
            self.progress.waiting(operation, seconds, reason)
            self.clock.sleep(seconds)

    def _wait_for_turn(self, operation: str) -> None:
        self.wait(operation, self._bucket.reserve(), "rate limit")

    def _wait_or_raise(self, refusal: RefusalError, attempt: int, began: float, tries: int) -> None:
        if refusal.is_sign_in_lost:
            self._lost = refusal
        if refusal.status == "throttled":
            self._bucket.slow_down()
        delay = self.limits.backoff_seconds(attempt, self._uniform)
        is_late = self.clock.monotonic() - began + delay > self.limits.total_seconds
        if not refusal.is_passing or attempt >= tries or is_late:
            logger.debug("%s refused after %d tries: %s", refusal.operation, attempt, refusal.code)
            raise refusal
        self.wait(refusal.operation, delay, refusal.code)

    def _method(self, operation: str) -> _Method:
        if operation not in self._methods:
            service, _, name = operation.partition(":")
            client = self._client(service)
            spelled = {api_name: method for method, api_name in client.meta.method_to_api_mapping.items()}
            read = reader(client.meta.service_model.operation_model(name))
            self._methods[operation] = (getattr(client, spelled[name]), read)
        return self._methods[operation]

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            config = Config(
                connect_timeout=self.limits.connect_timeout_seconds,
                read_timeout=self.limits.read_timeout_seconds,
                retries={"total_max_attempts": 1, "mode": "standard"},
                user_agent_extra=f"iamscout/{__version__}",
            )
            client = self._session.client(in_botocore(service), region_name=self.region, config=config)
            client.meta.events.register_first("before-call.*.*", self._refuse_undeclared)
            # botocore would decode policies and keep only the last of two equal keys.
            client.meta.events.unregister("after-call.iam", json_decode_policies)
            self._clients[service] = client
        return self._clients[service]

    def _refuse_undeclared(self, model: OperationModel, **_: object) -> None:
        operation = f"{in_actions(model.service_model.service_name)}:{model.name}"
        if operation not in self._allowed:
            raise UndeclaredOperationError(f"{operation} is declared by no source")
