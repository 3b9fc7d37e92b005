"""Several accounts in one run: a role is assumed in each, one snapshot file is made of each.

Accounts are read side by side, each with its own clients and rate limit, since AWS throttles by account. An
account that cannot be entered is a gap of the set: its snapshot says of every source why it is missing, so
that reports and comparisons of the folder show the account and what is not known of it.

Sources: STS API Reference, "AssumeRole"; AWS Organizations API Reference, "ListAccounts".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from iamscout import __version__
from iamscout.errors import SignInError, UsageError
from iamscout.fetch.api import Api
from iamscout.fetch.collect import FetchOptions, stopped
from iamscout.fetch.entry import Entry, Start
from iamscout.fetch.journal import Header, Journal
from iamscout.fetch.member import OF_THE_ORGANIZATION, Fetched, Places, Reader
from iamscout.fetch.progress import SetProgress
from iamscout.fetch.refusal import RefusalError, RunStoppedError
from iamscout.policy.arn import ACCOUNT_ID

LIST_ACCOUNTS = "organizations:ListAccounts"

_DONE = "iamscout:AccountFetched"
"""How the journal of a set names an account whose snapshot stands."""
ROLE_NAME = re.compile(r"[\w+=,.@/-]{0,511}[\w+=,.@-]\Z", re.ASCII)


class AccountSet(Struct, frozen=True):
    """Which accounts: these, or all active ones of the organization, and the role to assume in each.

    The caller's own account is read as the caller, without a role. `at_once` bounds how many are read side by
    side.
    """

    accounts: tuple[str, ...] = ()
    is_organization: bool = False
    role_name: str = ""
    external_id: str = ""
    at_once: int = 8

    def check(self) -> None:
        """Raise UsageError where the options make no sense together."""
        if not ROLE_NAME.match(self.role_name):
            raise UsageError(
                "names the role to assume in each account" if not self.role_name else "is not a role's name",
                where=f"--role-name {self.role_name}".strip(),
                remedy="give the name without ARN, such as --role-name audit",
            )
        wrong = next((each for each in self.accounts if not ACCOUNT_ID.match(each)), None)
        if wrong is not None:
            raise UsageError(
                f"{wrong!r} is not an account id", where="--accounts", remedy="give its 12 digits"
            )


def collect_accounts(
    chosen: AccountSet, start: Start, places: Places, *, options: FetchOptions, progress: SetProgress
) -> tuple[Fetched, ...]:
    """Read every account of a set into a file of its own, sorted by account.

    Raises SignInError where the caller's own sign-in fails or ends, or the network is lost: the accounts that
    are done stay, `--resume` goes on with the others. Raises OutputError and UsageError as `fetch` does.
    """
    chosen.check()
    services = ("organizations", "iam") if chosen.is_organization else ("iam",)
    entry = Entry(start, services, frozenset({LIST_ACCOUNTS}), options, progress)
    with closing(_journal(chosen, entry, places, options)) as journal:
        accounts = _accounts(chosen, entry, progress)
        _check_switches(accounts, entry, options)
        done = {account: found for account in accounts if (found := _recalled(journal, account))}
        progress.accounts_planned(len(accounts), len(done))
        began = journal.earlier.started if journal.earlier else entry.began
        for account in done:
            # A kill between the account's note here and the end of its own journal leaves that behind.
            places.journal_of(began, account).unlink(missing_ok=True)
        reader = Reader(chosen.role_name, chosen.external_id, entry, places, options, progress, began)
        stop: SignInError | None = None
        with _workers(entry, chosen.at_once) as pool:
            futures = [pool.submit(reader.read, account) for account in accounts if account not in done]
            for future in as_completed(futures):
                try:
                    found = _settle(future, journal)
                except SignInError as problem:
                    stop = stop or problem
                    entry.gives_up.set()
                else:
                    done[found.account] = found
                    progress.account_ended(found.account, found.file, is_unreadable=found.is_unreadable)
        if stop is not None:
            raise stop
        journal.remove()
    return tuple(done[account] for account in sorted(done))


def _journal(chosen: AccountSet, entry: Entry, places: Places, options: FetchOptions) -> Journal:
    named = sorted(set(chosen.accounts))
    asked = [named, chosen.is_organization, chosen.role_name, chosen.external_id, options.switches]
    digest = hashlib.sha256(msgspec.json.encode([asked, entry.gateway.region])).hexdigest()
    caller = entry.caller
    journal = places.set_journal.open(Header(caller.account, caller.arn, digest, __version__, entry.began))
    entry.gateway.journal = journal
    return journal


def _check_switches(accounts: tuple[str, ...], entry: Entry, options: FetchOptions) -> None:
    if set(options.switches) & set(OF_THE_ORGANIZATION) and entry.caller.account not in accounts:
        raise UsageError(
            "the organization is asked about in the caller's own account, which is not among the chosen ones",
            where=entry.caller.account,
            remedy="add it to --accounts, or leave out --with-organization and --with-identity-center",
        )


def _settle(future: Future[tuple[Fetched, Journal | None]], journal: Journal) -> Fetched:
    """Note that an account's snapshot stands, after which its own journal may go."""
    found, own_journal = future.result()
    journal.keep(_DONE, {"account": found.account}, msgspec.to_builtins(found), 0.0)
    if own_journal is not None:
        own_journal.remove()
    return found


def _accounts(chosen: AccountSet, entry: Entry, progress: SetProgress) -> tuple[str, ...]:
    """The accounts to read, sorted; those of the organization that are not active have nothing to tell."""
    if not chosen.is_organization:
        return tuple(sorted(set(chosen.accounts)))
    api = Api(LIST_ACCOUNTS, entry.gateway, {})
    try:
        listed: list[dict[str, Any]] = api.listing(LIST_ACCOUNTS, "Accounts")["Accounts"]
    except RunStoppedError as stop:
        raise stopped(stop, entry.gateway, entry.caller) from stop
    except RefusalError as refusal:
        raise _not_listed(refusal) from refusal
    if api.gaps:
        # Half a list is no set: which accounts are missing could not be told.
        gap = api.gaps[0]
        raise _not_listed(RefusalError(gap.operation, gap.error_code, gap.message, "failed"))
    listed = [each for each in listed if each.get("Id")]
    active = {each["Id"] for each in listed if (each.get("State") or each.get("Status")) == "ACTIVE"}
    if not active:
        raise _not_listed(RefusalError(LIST_ACCOUNTS, "NoAccounts", "there is no active account", "failed"))
    progress.left_out(sorted({each["Id"] for each in listed} - active))
    return tuple(sorted(active))


def _not_listed(refusal: RefusalError) -> SignInError:
    return SignInError(
        f"AWS refused {refusal.operation} ({refusal.code}: {refusal.message})",
        where="--organization",
        remedy="sign in to the management account or a delegated administrator, or name --accounts",
    )


def _recalled(journal: Journal, account: str) -> Fetched | None:
    """What the journal says of an account that an earlier run finished, if the file is still there."""
    kept = journal.recall(_DONE, {"account": account})
    found = msgspec.convert(kept, Fetched) if kept is not None else None
    return found if found is not None and Path(found.file).is_file() else None


@contextmanager
def _workers(entry: Entry, count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that stop with the one that started them, whatever ends it."""
    pool = ThreadPoolExecutor(max_workers=max(1, count), thread_name_prefix="account")
    is_done = False
    try:
        yield pool
        is_done = True
    finally:
        if not is_done:
            entry.clock.is_stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)
