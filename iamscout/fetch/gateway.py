"""The one way to AWS: every call of a fetch passes here, is counted, held to the rate limit and tried again.

What an earlier run was told stands in the journal and is not asked again. Operations are named as in the
snapshot: `iam:ListRoles`.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from botocore.config import Config
from botocore.handlers import json_decode_policies
from botocore.model import OperationModel

from iamscout import __version__
from iamscout.errors import SignInError
from iamscout.fetch.answer import reader, revived
from iamscout.fetch.clock import Clock
from iamscout.fetch.journal import Journal
from iamscout.fetch.limits import Limits, TokenBucket
from iamscout.fetch.progress import Progress
from iamscout.fetch.refusal import CALL_PROBLEMS, RefusalError, RunStoppedError, judge, unreachable
from iamscout.fetch.services import in_actions, in_botocore

logger = logging.getLogger(__name__)

DEFAULT_REGION = "us-east-1"
"""Where no region is configured; without one the calls of STS would go to its old global endpoint."""


IDENTITY = "sts:GetCallerIdentity"
"""Who is signed in: asked first, and again where AWS stops accepting the credentials."""

_IDENTITY_TRIES = 3
_MOST_SIGN_INS = 2
"""How often one call may be repeated with credentials that AWS has just accepted again."""

_NOT_KEPT = frozenset({IDENTITY, "iam:GenerateCredentialReport"})
"""Operations whose answers say nothing a day later: a new run has to ask for itself."""

_STILL_EXPIRED = "refreshed credentials are still expired"

Renew = Callable[[], "SessionLike"]
"""Signs in anew; raises SignInError where that needs somebody who is not there."""


class _Method(NamedTuple):
    """A client's method, what makes plain values of its answers, and again of those from the journal."""

    call: Callable[..., dict[str, Any]]
    read: Callable[[dict[str, Any]], dict[str, Any]]
    revive: Callable[[Any], Any]


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

    `calls` counts what was made, tries included, `recalled` what the journal answered. Once `account` is set,
    calls that AWS refuses because of the credentials are made again with those that `renew` gives or that
    the session has by then; where AWS refuses these too, or no host answers any more, RunStoppedError
    ends the run.
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
        renew: Renew | None = None,
    ) -> None:
        self.calls: Counter[str] = Counter()
        self.recalled: Counter[str] = Counter()
        self.clock = clock
        self.progress = progress
        self.limits = limits or Limits()
        self.region = session.region_name or DEFAULT_REGION
        self.profile = str(getattr(session, "profile_name", None) or "")
        self.account = ""
        self.journal: Journal | None = None
        self._session = session
        self._allowed = allowed
        self._uniform = uniform
        self._renew = renew
        self._bucket = TokenBucket(self.limits, clock.monotonic)
        self._clients: dict[str, Any] = {}
        self._methods: dict[str, _Method] = {}
        self._reached: set[str] = set()

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
        journal = None if operation in _NOT_KEPT else self.journal
        if journal is not None:
            recalled: dict[str, Any] | None = journal.recall(operation, parameters)
            if recalled is not None:
                self.recalled[operation] += 1
                revived_answer: dict[str, Any] = self._method(operation).revive(recalled)
                return revived_answer
        try:
            answer = self._ask(operation, parameters, tries or self.limits.tries)
        except RefusalError as refusal:
            if journal is not None and refusal.is_lasting:
                journal.keep_refusal(refusal, parameters, self.clock.monotonic())
            raise
        if journal is not None:
            journal.keep(operation, parameters, answer, self.clock.monotonic())
        return answer

    def wait(self, operation: str, seconds: float, reason: str) -> None:
        """Do nothing for a while and say so."""
        if seconds > 0:
            self.progress.waiting(operation, seconds, reason)
            self.clock.sleep(seconds)

    def _ask(self, operation: str, parameters: Mapping[str, object], tries: int) -> dict[str, Any]:
        began = self.clock.monotonic()
        attempt = sign_ins = 0
        while True:
            attempt += 1
            refusal = self._try(operation, parameters)
            if not isinstance(refusal, RefusalError):
                return refusal
            if refusal.is_sign_in_lost and self.account and sign_ins < _MOST_SIGN_INS:
                sign_ins += 1
                self._sign_in_again(refusal)
                continue
            self._wait_or_raise(refusal, attempt, began, tries)

    def _try(self, operation: str, parameters: Mapping[str, object]) -> dict[str, Any] | RefusalError:
        self.wait(operation, self._bucket.reserve(), "rate limit")
        self.calls[operation] += 1
        try:
            # The method is looked up each time: after a new sign-in it is another client's.
            method = self._method(operation)
            answer = method.read(method.call(**parameters))
        except CALL_PROBLEMS as problem:
            refusal = judge(operation, problem)
            refusal.__cause__ = problem
            return refusal
        except RuntimeError as problem:
            # What botocore raises where the chain gives credentials that have expired already.
            if _STILL_EXPIRED not in str(problem):
                raise
            return RefusalError(operation, "ExpiredToken", str(problem), "failed")
        self._reached.add(operation.partition(":")[0])
        self._bucket.speed_up()
        return answer

    def _wait_or_raise(self, refusal: RefusalError, attempt: int, began: float, tries: int) -> None:
        if refusal.status == "throttled":
            self._bucket.slow_down()
        delay = self.limits.backoff_seconds(attempt, self._uniform)
        is_late = self.clock.monotonic() - began + delay > self.limits.total_seconds
        if not refusal.is_passing or attempt >= tries or is_late:
            logger.debug("%s refused after %d tries: %s", refusal.operation, attempt, refusal.code)
            # A host that never answered is one closed door; one that did tells of a lost network.
            if self.account and unreachable(refusal) and refusal.operation.partition(":")[0] in self._reached:
                raise RunStoppedError(refusal)
            raise refusal
        self.wait(refusal.operation, delay, refusal.code)

    def _sign_in_again(self, refusal: RefusalError) -> None:
        """See that the credentials are accepted, new ones where they can be had; else the run stops here."""
        if refusal.operation == IDENTITY:
            raise RunStoppedError(refusal)
        try:
            if self._renew is not None:
                self._session = self._renew()
                self._clients.clear()
                self._methods.clear()
            found = self._ask(IDENTITY, {}, _IDENTITY_TRIES).get("Account")
        except SignInError as problem:
            raise RunStoppedError(judge(IDENTITY, problem)) from problem
        except RefusalError as lost:
            raise RunStoppedError(lost) from refusal
        if found != self.account:
            told = f"the new credentials belong to account {found}, not {self.account}"
            raise RunStoppedError(RefusalError(IDENTITY, "OtherAccount", told, "failed"))
        logger.info("signed in again after %s of %s", refusal.code, refusal.operation)

    def _method(self, operation: str) -> _Method:
        if operation not in self._methods:
            service, _, name = operation.partition(":")
            client = self._client(service)
            spelled = {api_name: method for method, api_name in client.meta.method_to_api_mapping.items()}
            model = client.meta.service_model.operation_model(name)
            self._methods[operation] = _Method(getattr(client, spelled[name]), reader(model), revived(model))
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
