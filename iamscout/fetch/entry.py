"""The caller's own sign-in in a run over several accounts: shared by its threads, renewed for all of them."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from iamscout.fetch.clock import Clock
from iamscout.fetch.collect import FetchOptions
from iamscout.fetch.gateway import IDENTITY, Gateway, SessionLike
from iamscout.fetch.identity import identify
from iamscout.fetch.progress import Caller, Progress, SilentProgress
from iamscout.fetch.refusal import RefusalError, RunStoppedError
from iamscout.fetch.session import service_models


class Start(Struct, frozen=True):
    """How the run signs in: `sign_in` gives a new session each time, and may ask for an MFA code."""

    sign_in: Callable[[], SessionLike]
    clock: Clock
    uniform: Callable[[], float] = random.random


class Entry:
    """The caller: the session, the gateway for what the caller asks, when the run began (UTC).

    Raises SignInError where AWS does not accept the credentials.
    """

    def __init__(
        self,
        start: Start,
        services: tuple[str, ...],
        allowed: frozenset[str],
        options: FetchOptions,
        progress: Progress,
    ) -> None:
        self.began = start.clock.now().astimezone(UTC).replace(microsecond=0)
        self.clock = StoppableClock(start.clock)
        self.uniform = start.uniform
        self.gives_up = threading.Event()
        self.loader = service_models()
        self._start = start
        self._options = options
        self._lock = threading.Lock()
        self.session = start.sign_in()
        self.gateway = self._gateway(self.session, allowed | {IDENTITY}, progress, renew=self.renewed)
        self.caller: Caller = identify(self.gateway, services, options.expect_account)
        self.gateway.account = self.caller.account
        progress.signed_in(self.caller)

    def shared(self) -> SessionLike:
        """The session as threads may use it: a boto3 session makes one client at a time."""
        return _OneAtATime(lambda: self.session, self._lock)

    def renewed(self) -> SessionLike:
        """The session, after signing in again unless AWS accepts it: another thread may have been first."""
        with self._lock:
            probe = self._gateway(self.session, frozenset({IDENTITY}), SilentProgress())
            try:
                probe.send(IDENTITY, {}, tries=3)
            except RefusalError:
                self.session = self._start.sign_in()
        return self.session

    def _gateway(
        self,
        session: SessionLike,
        allowed: frozenset[str],
        progress: Progress,
        renew: Callable[[], SessionLike] | None = None,
    ) -> Gateway:
        return Gateway(
            session,
            allowed,
            clock=self.clock,
            progress=progress,
            limits=self._options.limits,
            uniform=self.uniform,
            renew=renew,
        )


class _OneAtATime:
    """A session whose clients are made by one thread at a time, as boto3 asks for."""

    def __init__(self, session: Callable[[], SessionLike], lock: threading.Lock) -> None:
        self._session = session
        self._lock = lock

    @property
    def region_name(self) -> str | None:
        """The configured region."""
        return self._session().region_name

    @property
    def client(self) -> Callable[..., Any]:
        """Makes a client."""
        return self._client

    def _client(self, service: str, **options: Any) -> Any:
        with self._lock:
            return self._session().client(service, **options)


class StoppableClock:
    """A clock that ends the run of every thread that looks at it, once `is_stopped` is set."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.is_stopped = threading.Event()

    def now(self) -> datetime:
        """The time of day."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Seconds that only grow; every call of AWS looks at them."""
        if self.is_stopped.is_set():
            raise RunStoppedError(RefusalError(IDENTITY, "Interrupted", "the run was interrupted", "failed"))
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, at most a second longer than the run lasts."""
        while seconds > 0:
            self.monotonic()
            self._clock.sleep(min(seconds, 1.0))
            seconds -= 1.0
