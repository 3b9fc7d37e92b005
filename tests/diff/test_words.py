"""What a comparison says of keys, versions, guardrails and doubts, as a reader would say it."""

from typing import Any

from iamscout.diff.markdown import markdown
from iamscout.diff.model import Changes
from iamscout.diff.text import text_lines
from tests.access.worlds import HOME, OTHER, OUTSIDE, AccountMaker, allow, deny, root, trust
from tests.diff.sides import changes_of, edited

REPORT = "iam:GetCredentialReport"
COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
NONE = ("false", "N/A")
OLD, NEW = "2025-02-01T00:00:00+00:00", "2026-10-01T00:00:00+00:00"


def said(changes: Changes) -> str:
    assert len(markdown(changes).splitlines()) > 1
    return "\n".join(text_lines(changes))


def holding(*keys: tuple[str, str], mfa: str = "true") -> AccountMaker:
    """A user with two slots of keys, and a root user with or without MFA."""
    made = AccountMaker()
    made.user("eve")
    one, other = (*keys, NONE, NONE)[:2]
    used = "N/A,N/A,N/A"
    slots = f"{one[0]},{one[1]},{used},{other[0]},{other[1]},{used},false,N/A,false,N/A"
    none = f"false,N/A,{used},false,N/A,{used},false,N/A,false,N/A"
    rows = (
        f"<root_account>,arn:aws:iam::{HOME}:root,{OLD},not_supported,N/A,not_supported,not_supported,{mfa},{none}",
        f"eve,arn:aws:iam::{HOME}:user/eve,{OLD},false,N/A,N/A,N/A,false,{slots}",
    )
    made.sources[REPORT] = {"Content": "\n".join((COLUMNS, *rows))}
    return made


def keys_said(before: AccountMaker, after: AccountMaker) -> tuple[str, ...]:
    changes = changes_of([before], [after])
    return tuple(line.strip() for line in text_lines(changes) if line.strip().startswith("access key"))


def test_what_became_of_a_key_is_said() -> None:
    none, first, second = holding(), holding(("true", OLD)), holding(("true", NEW))
    assert keys_said(none, first) == ("access key 1 created on 2025-02-01",)
    assert keys_said(first, none) == ("access key 1 deleted (active, created on 2025-02-01)",)
    assert keys_said(first, second) == (
        "access key 1 replaced: this one was created on 2026-10-01, the former on 2025-02-01",
    )
    inactive = holding(("false", OLD))
    assert keys_said(first, inactive) == ("access key 1 is inactive now (created on 2025-02-01)",)
    assert keys_said(inactive, first) == ("access key 1 is active now (created on 2025-02-01)",)
    assert keys_said(inactive, second)[0].endswith("the former on 2025-02-01; inactive before, active now")


def test_a_key_in_the_other_slot_is_the_same_key() -> None:
    both, swapped = holding(("true", OLD), ("false", NEW)), holding(("false", NEW), ("true", OLD))
    assert not changes_of([both], [swapped]).differs
    only = holding(("false", NEW))
    assert keys_said(both, only) == ("access key 1 deleted (active, created on 2025-02-01)",)


def test_a_root_user_without_mfa_is_easier_to_be() -> None:
    (change,) = changes_of([holding()], [holding(mfa="false")]).resources or ()
    assert (change.effect, change.fields) == ("widened", ("root_mfa_active",))


def test_a_password_policy_that_went_is_said_to_be_removed() -> None:
    sides = []
    stricter = {"MinimumPasswordLength": 14, "MaxPasswordAge": 0, "RequireNumbers": True}
    for policy in ({**stricter, "AllowUsersToChangePassword": True}, None):
        made = AccountMaker()
        made.sources["iam:GetAccountPasswordPolicy"] = {"PasswordPolicy": policy}
        sides.append(made)
    lines = [line.strip() for line in text_lines(changes_of([sides[0]], [sides[1]])) if "password" in line]
    assert lines == [
        "password policy removed",
        "password policy, least length: 14 before, 8 now",
        "password policy, requires numbers: yes before, no now",
    ]


def versioned(
    statements: list[Any], stored: list[Any] | None, policy_id: str = "ANPAEXAMPLE"
) -> AccountMaker:
    made = AccountMaker()
    made.policy("shared", statements)
    (shape,) = made.details["Policies"]
    shape["PolicyId"] = policy_id
    if stored is not None:
        document = {"Version": "2012-10-17", "Statement": stored}
        shape["PolicyVersionList"].append(
            {"Document": document, "VersionId": "v9", "IsDefaultVersion": False}
        )
    return made


def test_a_version_with_another_text_says_what_that_does() -> None:
    less, more = [allow("ec2:Get*")], [allow("ec2:*")]
    told = said(changes_of([versioned(less, None)], [versioned(more, None, "ANPAOTHEREXAMPLE")]))
    assert "the default version allows more" in told
    assert "allows the same" not in told
    assert "deleted and created again" in told
    changes = changes_of([versioned(less, less)], [versioned(less, more)])
    assert "version v9 allows more" in said(changes)
    assert [change.effect for change in changes.resources or ()] == ["neutral"]
    assert "version v9 added" in said(changes_of([versioned(less, None)], [versioned(less, more)]))


def organization(*policies: dict[str, Any]) -> AccountMaker:
    made = AccountMaker(OTHER)
    document = {"Version": "2012-10-17", "Statement": [allow("*"), *policies]}
    member = {
        "name": "home",
        "path": "o-exampleorgid/r-exmp/",
        "scps": [[{"name": "limit", "policy": document}]],
    }
    made.sources["organization"] = {"id": "o-exampleorgid", "management": OTHER, "accounts": {HOME: member}}
    return made


def test_guardrails_that_the_management_account_tells_are_compared() -> None:
    home = AccountMaker()
    home.user("eve", [allow("*")])
    free, limited = organization(), organization(deny("iam:*"))
    (change,) = changes_of([home, free], [home, limited]).resources or ()
    assert (change.resource_type, change.account, change.effect) == ("organization", HOME, "narrowed")
    told = said(changes_of([home, limited], [home, free]))
    assert f"~ ▲ widened   account {HOME} in its organization changed" in told
    assert "service control policy limit (level 1) allows more" in told


def test_what_one_way_in_took_is_said_of_what_was_lost() -> None:
    made = AccountMaker()
    made.role("open", [trust(root(OUTSIDE)), trust(made.root)])

    def close(other: AccountMaker) -> None:
        shape = other.details["RoleDetailList"][0]
        shape["AssumeRolePolicyDocument"] = {"Version": "2012-10-17", "Statement": [trust(made.root)]}

    found = edited(made, close)
    assert f"account {OUTSIDE} can no longer enter role open\n" in said(found.changes) + "\n"
    assert f"account {OUTSIDE} can now enter role open without MFA" in said(found.reverse)
    assert "trust policy lets less in" in said(found.changes)
