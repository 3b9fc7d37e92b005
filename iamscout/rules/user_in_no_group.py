"""A person who is in no group."""

from collections.abc import Iterable

from iamscout.access.principals import Principal
from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account, User


def check(user: User, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per user who signs in (for all that is known) and is in no group."""
    if not user.groups and estate.people.is_person(Principal("user", user.arn, account.id)):
        has = estate.power_of(account, user) != "none"
        yield Hit(
            f"User {user.name} is in no group{'' if has else ' and has no permissions'}",
            severity="low" if has else "info",
        )


RULE = Rule(
    title="User is in no group",
    severity="low",
    applies_to="user",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Groups say what somebody's work is. Who is in none has permissions of its own, which nobody finds "
        "by looking at groups, or has none and is a leftover."
    ),
    remediation=(
        "Add the user to the group of its work, or delete it.\n\n"
        "aws iam add-user-to-group --user-name USER --group-name GROUP"
    ),
    references=(iam_guide("IAM user groups", "id_groups"),),
    examples=(
        rejected("policies of its own and no group", user={"attached": ["SecurityAudit"]}),
        rejected("neither", user={"UserName": "leftover"}),
        accepted("one group", group={"GroupName": "staff"}, user={"GroupList": ["staff"]}),
        accepted(
            "a machine, which has no password",
            user={"UserName": "build", "attached": ["SecurityAudit"]},
            credential_report=[{"user": "build", "access_key_1_active": "true"}],
        ),
    ),
    check=check,
)
