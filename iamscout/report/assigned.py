"""Who gets into the roles of IAM Identity Center: whom it assigns, for its trust policies name it alone.

Source: "Referencing permission sets in resource policies, Amazon EKS Cluster config maps, and AWS KMS key
policies" of the IAM Identity Center User Guide, for the names of these roles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from iamscout.report.words import listed, plural
from iamscout.snapshot.account import Account, Role

NOT_TOLD = "whom Identity Center assigns"
"""Where the snapshots have no assignments."""
_NOUNS = {"USER": "user", "GROUP": "group"}


def assigned(accounts: Iterable[Account], role: Role) -> str:
    """Whom Identity Center assigns to one of its roles, counted: `2 groups and 1 user of Identity Center`."""
    home = role.arn.split(":")[4]
    counts: Counter[str] = Counter()
    is_known = False
    for account in accounts:
        if account.identity_center is None:
            continue
        for each in account.identity_center.permission_sets:
            if not role.name.startswith(each.role_prefix) or home not in each.accounts:
                continue
            is_known = True
            counts.update(
                assignment.principal_type for assignment in each.assignments if assignment.account == home
            )
    if not is_known:
        return NOT_TOLD
    told = [plural(counts[kind], noun) for kind, noun in _NOUNS.items() if counts[kind]]
    return f"{listed(told)} of Identity Center" if told else "nobody: Identity Center assigns nobody"
