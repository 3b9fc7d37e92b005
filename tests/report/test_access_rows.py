"""Rows of access: one for each verdict, statements told once where several rows go through the same ones."""

from typing import Any

from iamscout.access.credentials import CredentialResults
from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.access_rows import credential_words, role_rows
from iamscout.report.atlas import Atlas
from tests.access.escalations import ALICE, HOME, alice, allow, trust

ROOT = {"AWS": f"arn:aws:iam::{HOME}:root"}
FRESH = {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}


def role(name: str, **condition: Any) -> dict[str, Any]:
    statement = trust(ROOT, **({"Condition": condition} if condition else {}))
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"RoleName": name, "AssumeRolePolicyDocument": document}


def atlas(*statements: dict[str, Any]) -> Atlas:
    roles = [role("fresh", **FRESH), role("plain")]
    world = accepted("case", users=[alice(*statements)], roles=roles)
    return Atlas(analyze((snapshot_of(world),), rules=()))


def arn(name: str) -> str:
    return f"arn:aws:iam::{HOME}:role/{name}"


def test_rows_through_the_same_statement_tell_it_once() -> None:
    found = role_rows(atlas(allow("sts:AssumeRole")), ALICE, (ALICE,))
    assert len(found) == 2
    assert [row.through for row in found] == ["", "as above"]
    assert found[0].routes[0].owner_kind == "", "the page is alice's"


def test_rows_through_other_statements_tell_theirs() -> None:
    found = role_rows(
        atlas(allow("sts:AssumeRole", arn("fresh")), allow("sts:AssumeRole", arn("plain"))), ALICE, (ALICE,)
    )
    assert [row.through for row in found] == ["", ""]
    assert {row.routes[0].statement for row in found} == {"statement 1", "statement 2"}


def test_credentials_with_the_same_result_stand_together() -> None:
    results = CredentialResults(long_term_key="deny", console_without_mfa="deny", mfa_session="allow")
    told = "with MFA: yes; access key alone, console without MFA: no"
    assert credential_words(results, "conditional") == told
    assert credential_words(None, "allow") == ""


def test_credentials_that_get_what_the_row_tells_are_not_told() -> None:
    every = CredentialResults(long_term_key="allow", console_without_mfa="allow", mfa_session="allow")
    assert credential_words(every, "allow") == ""
    assert credential_words(every, "conditional").endswith(": yes")
