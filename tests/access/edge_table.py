"""All edges of some accounts as text that a person can read through, each with the statements that prove it.

Run as a program it prints the table of the demo's three accounts, fetched as a scan fetches them.
"""

import sys
from collections.abc import Iterable, Iterator

from iamscout.access.assume import Question, answer
from iamscout.access.callers import find_caller
from iamscout.access.edges import build_access
from iamscout.access.model import AccessEntry, AccessMap
from iamscout.access.principals import Principal
from iamscout.demo import embedded_organization
from iamscout.demo.clock import StoppedClock
from iamscout.fetch.collect import FetchOptions, collect
from iamscout.policy.arn import parse_arn
from iamscout.policy.atoms import ALWAYS, Atom, NeedsIdentity, Opaque
from iamscout.policy.decision import StatementRef
from iamscout.snapshot.account import Account, Role
from iamscout.snapshot.view import view_account

WIDTH = 110


def edge_table(accounts: Iterable[Account]) -> str:
    """For each role its verdicts, each with the statements of the trust, then who gets it and by what."""
    access = build_access(accounts)
    lines: list[str] = []
    for role in sorted(access.by_role):
        lines += [short(role), *_role(access, role), ""]
    lines.append("Half-edges")
    for half in access.half_entries:
        lines += _wrapped(
            "  ", [f"missing {half.missing}:", *(short(each.value) for each in half.principals)]
        )
        lines += _wrapped("    ", ["->", *map(short, half.roles)])
        lines += [f"      by {_statement(ref)}" for ref in half.by]
    return "\n".join(lines) + "\n"


def _role(access: AccessMap, role: str) -> Iterator[str]:
    found: dict[tuple[str, ...], dict[tuple[str, ...], list[str]]] = {}
    for entry in access.by_role[role]:
        for principal in entry.principals:
            proof = _proof(access, entry, principal, role)
            trust = [f"trust {_number(ref)}" for ref in proof if ref.kind == "trust"]
            others = tuple(_statement(ref, principal.value) for ref in proof if ref.kind != "trust")
            head, *more = _verdict(entry)
            rows = found.setdefault((f"{head}; by {', '.join(trust)}", *more), {})
            rows.setdefault(others, []).append(short(principal.value))
    for block, rows in sorted(found.items()):
        yield from block
        for others, principals in sorted(rows.items(), key=lambda row: sorted(row[1])):
            yield from _wrapped("    ", _named(access, principals))
            yield from (f"      by {line}" for line in others)


def _named(access: AccessMap, principals: list[str]) -> list[str]:
    """The names of principals; most users or roles of an account are told by those that are missing."""
    left = set(principals)
    found: list[str] = []
    for account in access.directory.accounts.values():
        for kind, entities in (("users", account.users), ("roles", account.roles)):
            everybody = {short(entity.arn) for entity in entities}
            if len(everybody & left) > max(6, len(everybody) / 2):
                missing = sorted(everybody - left)
                found.append(f"all {kind} of {account.id}{' but' if missing else ''}")
                found += missing
                left -= everybody
    return [*found, *sorted(left)]


def _wrapped(indent: str, words: Iterable[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(indent) + len(line) + len(word) >= WIDTH:
            yield indent + line.rstrip()
            line = ""
        line += f"{word}  "
    yield indent + line.rstrip()


def _verdict(entry: AccessEntry) -> Iterator[str]:
    verdict = entry.verdict
    mfa, credentials = verdict.mfa, verdict.credentials
    words = [f"{verdict.result} {verdict.reason}".strip(), entry.scope, entry.action]
    if mfa.grade not in ("none", "not_applicable"):
        words.append(
            f"MFA {mfa.grade}" + ("" if mfa.max_age_seconds is None else f" {mfa.max_age_seconds} s")
        )
    if credentials is not None and mfa.grade != "none":
        words.append(f"key {credentials.long_term_key}")
        words.append(f"console {credentials.console_without_mfa}")
        words.append(f"with MFA {credentials.mfa_session}")
    yield f"  {'; '.join(words)}"
    if verdict.requires != ALWAYS:
        for number, alternative in enumerate(verdict.requires.alternatives):
            for place, atom in enumerate(alternative):
                yield f"    {'and' if place else 'or' if number else 'if'} {_atom(atom)}"
    yield from (f"    reads {reading.result} by {reading.source}" for reading in verdict.readings)


def _atom(atom: Atom) -> str:
    if isinstance(atom, NeedsIdentity):
        return f"account {atom.account} allows it"
    if isinstance(atom, Opaque):
        return f"{'not ' if atom.negated else ''}<{atom.reason}>"
    condition = atom.condition
    text = f"{condition.spelled} {condition.key} {' | '.join(condition.values)}"
    return f"not ({text})" if atom.negated else text


def _proof(
    access: AccessMap, entry: AccessEntry, principal: Principal, role: str
) -> tuple[StatementRef, ...]:
    """The statements of the exact answer; of everyone and of accounts, which cannot be asked, the trust."""
    target = access.directory.by_arn[role]
    if principal.kind in ("everyone", "account") or not isinstance(target.entity, Role):
        return tuple(
            grant.ref
            for grant in access.grants[role]
            if entry.action in grant.actions and (grant.principal == principal) != grant.excepted
        )
    account = access.directory.accounts[target.account]
    caller = find_caller(principal.value, access.directory)
    question = Question(caller, target.entity, account, (entry.action,), {}, closed=False)
    return answer(question, access.directory).by


def _statement(ref: StatementRef, principal: str = "") -> str:
    owner = "" if ref.owner == principal else f"{short(ref.owner)} "
    return f"{ref.kind} {owner}{short(ref.policy)} {_number(ref)}"


def _number(ref: StatementRef) -> str:
    return f"#{ref.statement} {ref.sid}".rstrip()


def short(text: str) -> str:
    """An ARN as account and resource, without the path of Identity Center's roles; all else as it is."""
    arn = parse_arn(text)
    if arn is None:
        return text
    resource = arn.resource.replace("aws-reserved/sso.amazonaws.com/eu-west-1/", "…/")
    return f"{arn.account or arn.service}:{resource}"


def main() -> None:
    accounts = []
    with embedded_organization() as aws:
        for embedded in aws.accounts:
            options = FetchOptions(switches=("deep", "organization"), not_offered=embedded.not_offered)
            accounts.append(view_account(collect(embedded.session, clock=StoppedClock(), options=options)))
    sys.stdout.write(edge_table(accounts))


if __name__ == "__main__":
    main()
