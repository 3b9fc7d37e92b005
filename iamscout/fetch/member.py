"""One account of several: entered by its role, read into a snapshot of its own, or told to be closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from iamscout import __version__
from iamscout.errors import SignInError
from iamscout.fetch.collect import FetchOptions, collect_resumably
from iamscout.fetch.entry import Entry
from iamscout.fetch.gateway import SessionLike
from iamscout.fetch.journal import Journal
from iamscout.fetch.progress import SetProgress
from iamscout.fetch.refusal import RefusalError, RunStoppedError, unreachable
from iamscout.fetch.registry import all_sources
from iamscout.fetch.resume import Resumption
from iamscout.fetch.session import ASSUME_ROLE, member_session
from iamscout.fetch.spec import Switch
from iamscout.snapshot.model import UNANSWERED, Gap, Snapshot, Source, Tool

OF_THE_ORGANIZATION: tuple[Switch, ...] = ("organization", "identity_center")
"""Switches for what only the management account or a delegated administrator is told."""


class Places(Struct, frozen=True):
    """Where things go: the journals of the set and of each account, and what writes a snapshot.

    `store` is given the start of the set and a snapshot, and gives the file; it is called from several
    threads. `journal_of` gives an account's journal, given the start of the set and the account.
    """

    set_journal: Resumption
    journal_of: Callable[[datetime, str], Path]
    store: Callable[[datetime, Snapshot], Path]


class Fetched(Struct, frozen=True):
    """One account of a set: its file, and whether AWS refused a part of it or all."""

    account: str
    file: str
    has_gaps: bool = False
    is_unreadable: bool = False


class Reader(Struct, frozen=True):
    """Reads one account after the other, from several threads; `began` is the start of the whole run."""

    role_name: str
    external_id: str
    entry: Entry
    places: Places
    options: FetchOptions
    progress: SetProgress
    began: datetime

    def read(self, account: str) -> tuple[Fetched, Journal | None]:
        """Read one account and store what it told. Raises SignInError where the whole set has to stop."""
        if self.entry.gives_up.is_set():
            raise SignInError("the run has stopped", remedy="go on with --resume")
        try:
            try:
                return self._read(account)
            except SignInError as problem:
                if not _needs_new_sign_in(problem):
                    raise
                self.entry.renewed()
                return self._read(account)
        except SignInError as problem:
            refusal = _first_refusal(problem)
            if refusal is None or _ends_the_set(problem, refusal):
                raise
            snapshot = self._unreadable(account, refusal)
            return Fetched(account, str(self._store(snapshot)), has_gaps=True, is_unreadable=True), None

    def _read(self, account: str) -> tuple[Fetched, Journal | None]:
        is_own = account == self.entry.caller.account
        switches = tuple(
            switch for switch in self.options.switches if is_own or switch not in OF_THE_ORGANIZATION
        )

        def session() -> SessionLike:
            if is_own:
                return self.entry.shared()
            return member_session(
                self.entry.shared(),
                self._role(account),
                external_id=self.external_id,
                region=self.entry.gateway.region,
                clock=self.entry.clock,
                loader=self.entry.loader,
            )

        def renewed() -> SessionLike:
            self.entry.renewed()
            return session()

        found = collect_resumably(
            session(),
            msgspec.structs.replace(
                self.places.set_journal,
                path_of=lambda _: self.places.journal_of(self.began, account),
                told=lambda _: None,
            ),
            clock=self.entry.clock,
            progress=self.progress.of_account(account),
            options=msgspec.structs.replace(self.options, switches=switches, expect_account=account),
            uniform=self.entry.uniform,
            renew=renewed,
        )
        has_gaps = any(source.status in UNANSWERED for source in found.snapshot.sources.values())
        return Fetched(account, str(self._store(found.snapshot)), has_gaps=has_gaps), found.journal

    def _role(self, account: str) -> str:
        return f"arn:{self.entry.caller.partition}:iam::{account}:role/{self.role_name.lstrip('/')}"

    def _unreadable(self, account: str, refusal: RefusalError) -> Snapshot:
        """The snapshot of an account that could not be entered: all of its sources are missing."""
        reason = f"{refusal.operation}: {refusal.code}"
        return Snapshot(
            account=account,
            partition=self.entry.caller.partition,
            captured_at=self.began,
            captured_until=self.began,
            tool=Tool("iamscout", __version__),
            sources={
                spec.name: Source(refusal.status, reason=reason)
                if spec.switch == "default"
                else Source("skipped", reason="the account could not be entered")
                for spec in sorted(all_sources(), key=lambda spec: spec.name)
            },
            gaps=(Gap(refusal.operation, self._role(account), refusal.code, refusal.message),),
        )

    def _store(self, snapshot: Snapshot) -> Path:
        return self.places.store(self.began, snapshot)


def _needs_new_sign_in(problem: SignInError) -> bool:
    """Whether the role could not be assumed since the caller's own credentials had ended."""
    refusal = _first_refusal(problem)
    return refusal is not None and refusal.operation == ASSUME_ROLE and refusal.is_sign_in_lost


def _first_refusal(problem: BaseException | None) -> RefusalError | None:
    """The refusal that a chain of errors began with: that of sts:AssumeRole rather than what came of it."""
    found = None
    while problem is not None:
        if isinstance(problem, RefusalError):
            found = problem
        problem = problem.__cause__
    return found


def _ends_the_set(problem: SignInError, refusal: RefusalError) -> bool:
    """Whether what stopped one account would stop all: lost credentials or network, not a closed door."""
    if refusal.operation == ASSUME_ROLE and refusal.status in ("denied", "throttled"):
        return False
    return isinstance(problem.__cause__, RunStoppedError) or refusal.is_sign_in_lost or unreachable(refusal)
