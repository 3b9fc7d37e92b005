"""Everything that goes into a redacted report, redacted together and by one key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from iamscout.errors import UsageError
from iamscout.snapshot.model import Redaction

if TYPE_CHECKING:
    from iamscout.analysis.rule import Rule
    from iamscout.analysis.settings import Settings
    from iamscout.cli.baseline import Baseline
    from iamscout.cli.config import Terms
    from iamscout.cli.report_options import Delivery
    from iamscout.snapshot.model import Snapshot
    from iamscout.snapshot.redact_text import Redactor

_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")


def redacted(
    delivery: Delivery,
    snapshots: Sequence[Snapshot],
    terms: Terms,
    baseline: Baseline | None = None,
) -> tuple[Sequence[Snapshot], Terms, Baseline | None]:
    """Snapshots, terms and the earlier side with pseudonyms; the same as given where nothing is redacted.

    Raises UsageError for what cannot be redacted: an earlier report, snapshots that are redacted already.
    """
    if not delivery.redact:
        return snapshots, terms, baseline
    from iamscout.snapshot.redact import redact, redactor_for  # noqa: PLC0415  # most reports are not redacted

    if baseline is not None and baseline.analysis is not None:
        raise UsageError(
            "an earlier report cannot be redacted",
            where="--baseline",
            remedy="give the snapshots that it was made from",
        )
    earlier = baseline.rounds if baseline is not None else ()
    everything = [*snapshots, *(snapshot for taken in earlier for snapshot in taken)]
    for snapshot in everything:
        if isinstance(snapshot.redaction, Redaction):
            raise UsageError("a snapshot is redacted already", where="--redact", remedy="leave --redact out")
    by = redactor_for(everything, delivery.redact, delivery.key, _patterns(terms))
    terms = _terms(terms, by)
    if baseline is not None:
        rounds = tuple(tuple(redact(snapshot, by) for snapshot in taken) for taken in earlier)
        baseline = type(baseline)(rounds, rules=terms.rules)
    return [redact(snapshot, by) for snapshot in snapshots], terms, baseline


def _patterns(terms: Terms) -> list[str]:
    expected = [pattern for pattern, _ in terms.configuration.settings.boundaries]
    return [*expected, *(each.resource for each in terms.exceptions)]


def _terms(terms: Terms, by: Redactor) -> Terms:
    """What to judge by, about the pseudonyms. An exception by a finding's key loses what it is about."""
    from iamscout.rules import load_rules  # noqa: PLC0415  # a hundred modules, not needed for the help

    settings = _settings(terms.configuration.settings, by)
    exceptions = tuple(
        structs.replace(
            each,
            resource=by.arn(each.resource) if each.resource.startswith("arn:") else each.resource,
            acceptance=structs.replace(
                each.acceptance,
                owner=by.name(each.acceptance.owner),
                reason=by.description(each.acceptance.reason),
            ),
        )
        for each in terms.exceptions
    )
    return type(terms)(
        structs.replace(terms.configuration, settings=settings),
        exceptions,
        terms.where,
        tuple(_rule(rule, by) for rule in terms.rules or load_rules()),
    )


def _rule(rule: Rule, by: Redactor) -> Rule:
    """The account ids in a rule's examples are those of AWS's documentation, but a reader cannot know."""

    def plain(text: str) -> str:
        return _ACCOUNT.sub(lambda found: by.account(found[0]), text)

    return replace(rule, rationale=plain(rule.rationale), remediation=plain(rule.remediation))


def _settings(settings: Settings, by: Redactor) -> Settings:
    def pairs(given: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((by.account(account), by.name(label)) for account, label in given))

    return structs.replace(
        settings,
        known_accounts=pairs(settings.known_accounts),
        vendors=pairs(settings.vendors),
        boundaries=tuple(
            (by.arn(pattern) if pattern.startswith("arn:") else by.free(pattern), _boundary(name, by))
            for pattern, name in settings.boundaries
        ),
    )


def _boundary(name: str, by: Redactor) -> str:
    return name if name == "any" or name.startswith("arn:aws:iam::aws:") else by.name(name)
