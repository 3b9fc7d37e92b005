"""The list of well-known companies, and what it changes."""

import re
from datetime import date

import pytest

from iamscout.analysis.example import rejected, snapshot_of
from iamscout.analysis.finding import Finding
from iamscout.analysis.run import analyze
from iamscout.analysis.settings import Settings
from iamscout.analysis.vendors import Vendor, well_known_accounts, well_known_vendors
from iamscout.rules import load_rules


@pytest.mark.parametrize("vendor", well_known_vendors(), ids=lambda vendor: vendor.name)
def test_every_entry_has_ids_a_source_and_a_date(vendor: Vendor) -> None:
    assert vendor.name.strip() == vendor.name != ""
    assert vendor.accounts
    assert all(re.fullmatch(r"[0-9]{12}", account) for account in vendor.accounts)
    assert re.fullmatch(r"https://[a-z0-9.-]+/\S*", vendor.source)
    assert date(2026, 1, 1) < vendor.seen


def test_no_id_and_no_name_stands_there_twice_and_names_are_sorted() -> None:
    names = [vendor.name for vendor in well_known_vendors()]
    assert names == sorted(set(names), key=str.lower)
    assert len(well_known_accounts()) == sum(len(vendor.accounts) for vendor in well_known_vendors())


def _told(account: str, settings: Settings | None = None, **condition: object) -> dict[str, Finding]:
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole", **condition}
    role = {
        "RoleName": "integration",
        "AssumeRolePolicyDocument": trust,
        "inline": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example/*"},
    }
    given = rejected("a role for a company", role=role)
    found = analyze((snapshot_of(given),), rules=load_rules(), settings=settings or Settings()).findings
    return {each.rule: each for each in found if each.status == "open"}


def test_a_well_known_account_is_named_and_needs_an_external_id_more_than_others() -> None:
    account, name = next(iter(well_known_accounts().items()))
    known, unknown = _told(account), _told("999999999999")

    rule = "role-trusts-foreign-account-without-external-id"
    assert known[rule].title.endswith(f"account {account} ({name}) without an external id")
    assert (known[rule].severity, unknown[rule].severity) == ("high", "medium")
    assert "role-trusts-unknown-account" in unknown
    assert "role-trusts-unknown-account" not in known
    assert "inline-policy-on-role" not in known


def test_the_configuration_adds_and_overrides() -> None:
    account, name = next(iter(well_known_accounts().items()))
    rule = "role-trusts-foreign-account-without-external-id"

    added = _told("999999999999", Settings(vendors=(("999999999999", "Backup vendor"),)))
    assert "(Backup vendor)" in added[rule].title
    assert added[rule].severity == "high"

    renamed = _told(account, Settings(vendors=((account, "Our monitoring"),)))
    assert "(Our monitoring)" in renamed[rule].title
    assert name not in renamed[rule].title

    own = _told(account, Settings(known_accounts=((account, "ours by acquisition"),)))
    assert rule not in own


def test_with_an_external_id_a_company_that_is_trusted_as_a_whole_is_worth_a_note() -> None:
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": "a1b2c3"}}}
    account = next(iter(well_known_accounts()))
    known, unknown = _told(account, None, **condition), _told("999999999999", None, **condition)
    assert known["role-trusts-foreign-account-root"].severity == "info"
    assert unknown["role-trusts-foreign-account-root"].severity == "low"
