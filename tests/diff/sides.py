"""Two moments of small organizations, compared without rules: what tests/diff and the property test share."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from iamscout.analysis.run import analyze
from iamscout.diff.compare import compare
from iamscout.diff.model import Changes, ResourceChange
from iamscout.snapshot.model import Snapshot, Source, Tool, encode_source
from tests.access.worlds import CAPTURED, AccountMaker


def snapshot_of(maker: AccountMaker) -> Snapshot:
    """The account as a snapshot; a source that is a :class:`Source` keeps its status."""
    sources = {"iam:GetAccountAuthorizationDetails": maker.details, **maker.sources}
    return Snapshot(
        account=maker.number,
        partition=maker.partition,
        captured_at=CAPTURED,
        captured_until=CAPTURED,
        tool=Tool("iamscout", "0"),
        sources={
            name: value if isinstance(value, Source) else Source("ok", encode_source(value))
            for name, value in sources.items()
        },
    )


def changes_of(old: Sequence[AccountMaker], new: Sequence[AccountMaker]) -> Changes:
    """What changed, findings aside: no rule is run."""
    before, after = (analyze(map(snapshot_of, side), rules=()) for side in (old, new))
    return compare(before, after)


@dataclass(frozen=True)
class Edited:
    """What one edit of one account changed."""

    changes: Changes
    reverse: Changes

    @property
    def resources(self) -> dict[str, ResourceChange]:
        """By the name at the end of the ARN."""
        return {change.resource.rpartition("/")[2]: change for change in self.changes.resources or ()}


def edited(maker: AccountMaker, edit: Callable[[AccountMaker], object]) -> Edited:
    """Compare an account with its edited copy, both ways round."""
    other = copy.deepcopy(maker)
    edit(other)
    return Edited(changes_of([maker], [other]), changes_of([other], [maker]))
