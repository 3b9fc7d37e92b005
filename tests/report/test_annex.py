"""The text for an audit's annex has the account's own numbers, in sentences that can stand alone."""

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.annex import annexes
from iamscout.report.atlas import Atlas
from tests.access.escalations import ADMIN, BOSS, HOME, alice, allow, boss, trust


def text(**given: object) -> str:
    assessment = analyze((snapshot_of(accepted("case", **given)),), rules=())  # type: ignore[arg-type]  # as given
    (annex,) = annexes(Atlas(assessment))
    return "\n".join(annex.paragraphs)


def report(user: str, **row: str) -> dict[str, str]:
    return {"user": user, **row}


def test_keys_passwords_groups_and_administrators_are_counted() -> None:
    fresh = {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
    }
    statement = trust({"AWS": f"arn:aws:iam::{HOME}:root"}, Condition=fresh)
    found = text(
        users=[
            alice(allow("s3:*")),
            {"UserName": "bob", "attached": ADMIN},
            {"UserName": "carol", "GroupList": ["roles"]},
        ],
        groups=[
            {"GroupName": "roles", "inline": allow("sts:AssumeRole", BOSS)},
            {"GroupName": "direct", "inline": allow("ec2:*")},
        ],
        role=boss() | {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}},
        credential_report=[
            report("alice", access_key_1_active="true"),
            report("bob", access_key_1_active="true", password_enabled="true"),
            report("carol", access_key_1_active="true"),
        ],
    )
    assert "3 users, 2 groups and 1 role." in found
    assert "3 users have an active access key; stolen and used alone, the keys of 2 reach more" in found
    assert "those of 1 reach administrator; 1 user has a password without MFA." in found
    assert "Of 1 link from a group to a role, 1 needs fresh MFA (at most 1 h old). 1 group grants" in found
    assert "1 of 3 users has nothing but roles through groups" in found
    assert "1 user and 1 role are administrators" in found
    assert "everybody" not in found


def test_an_account_that_nobody_told_of_has_no_invented_numbers() -> None:
    found = text(role=boss())
    assert "No user is known to have an active access key." in found
    assert "scores" not in found
    assert "link" not in found


def test_roles_that_are_open_to_everybody_are_said_to_be() -> None:
    statement = trust("*")
    open_role = boss() | {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    found = text(role=open_role)
    assert "1 role can be entered by everybody, at once or by way of another one, and" in found
    assert "administrator is among what that leads to." in found


def test_users_of_whom_nobody_told_are_not_said_to_have_no_key() -> None:
    users = [alice(allow("s3:*")), {"UserName": "bob"}]
    none = text(users=users)
    assert "Whether users have access keys and passwords is not known: no credential report was read." in none
    some = text(users=users, credential_report=[report("alice", access_key_1_active="true")])
    assert "1 user has an active access key" in some
    assert "; of 1 user it is not known." in some
    others = text(users=users, credential_report=[report("alice")])
    assert "No user is known to have an active access key; of 1 user it is not known." in others


def test_escalation_under_conditions_is_said_to_be_so() -> None:
    found = text(users=[alice(allow("iam:CreateAccessKey")), {"UserName": "bob", "attached": ADMIN}])
    assert "1 principal can become one by privilege escalation under conditions." in found
