"""A group that nobody is in."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, Group


def check(group: Group, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per empty group."""
    if group.name not in account.members:
        yield Hit(f"Nobody is in {group.name}")


RULE = Rule(
    title="Group is without users",
    severity="info",
    applies_to="group",
    needs=("iam:GetAccountAuthorizationDetails",),
    judges_absence=True,
    rationale=(
        "An empty group does nothing but wait for somebody who may add users to groups, and its permissions "
        "are reviewed by nobody."
    ),
    remediation="Delete the group if it is no part of a plan.\n\naws iam delete-group --group-name GROUP",
    references=(iam_guide("IAM user groups", "id_groups"),),
    also_known_as={"scoutsuite": ("iam-group-with-no-users",)},
    examples=(
        rejected("nobody in it", group={"GroupName": "former"}, user={"GroupList": []}),
        accepted("one user", group={"GroupName": "staff"}, user={"GroupList": ["staff"]}),
    ),
    check=check,
)
