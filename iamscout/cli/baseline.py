"""The earlier side of a report: what changed since, and how findings developed over all moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iamscout.cli.config import Terms
from iamscout.cli.delivery import judge
from iamscout.cli.printer import tell
from iamscout.diff.compare import compare, compare_analyses
from iamscout.diff.earlier import find_analysis, load_verdicts, verdicts_of
from iamscout.diff.history import Trend, rounds_of, trend_of
from iamscout.errors import UsageError
from iamscout.snapshot.file import load_all

if TYPE_CHECKING:
    from iamscout.analysis.assessment import Assessment
    from iamscout.analysis.rule import Rule
    from iamscout.diff.findings import Verdicts
    from iamscout.diff.model import Changes
    from iamscout.snapshot.model import Snapshot


@dataclass(frozen=True)
class Baseline:
    """Earlier moments in order of time, each a set of snapshots; or one earlier analysis alone.

    They are judged by the same `rules` as the later moment: all where there are none.
    """

    rounds: tuple[tuple[Snapshot, ...], ...] = ()
    analysis: Verdicts | None = None
    rules: tuple[Rule, ...] = ()

    def since(self, assessment: Assessment) -> tuple[Changes, Trend]:
        """What changed since the last earlier moment, and the history of all of them up to now.

        Earlier snapshots are judged by the configuration and exceptions of the assessment.
        """
        changes, trend = self._since(assessment)
        if changes.is_backwards:
            tell("iamscout: the baseline was captured after what it is compared with")
        return changes, trend

    def _since(self, assessment: Assessment) -> tuple[Changes, Trend]:
        now = verdicts_of(assessment)
        if self.analysis is not None:
            return compare_analyses(self.analysis, assessment), trend_of([self.analysis, now])
        exceptions = tuple(use.exception for use in assessment.exceptions)
        terms = Terms(assessment.configuration, exceptions, rules=self.rules)
        earlier = [judge(each, terms) for each in self.rounds]
        return compare(earlier[-1], assessment), trend_of([*map(verdicts_of, earlier), now])


def load_baseline(paths: Sequence[Path]) -> Baseline:
    """Read the earlier side: snapshots and folders of them, or one report folder or `analysis.json`.

    Raises UsageError where an analysis is not alone.
    """
    analyses = [found for path in paths if (found := find_analysis(path)) is not None]
    if not analyses:
        return Baseline(rounds_of(load_all(paths, one_per_account=False)))
    if len(paths) > 1:
        raise UsageError("a report or an analysis as --baseline stands alone", where=str(analyses[0]))
    return Baseline(analysis=load_verdicts(analyses[0]))
