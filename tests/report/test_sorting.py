"""Columns of lists sort by what they mean: ages by days, MFA by strength, not by their words."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from iamscout.rules import load_rules
from tests.report.accounts import MFA_FRESH, OWN, STRANGER, arn, may, role, root, trusts

PRESENT = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
HALF_DAY = {**PRESENT, "NumericLessThan": {"aws:MultiFactorAuthAge": "43200"}}
WEAK = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}


def _key(user: str, created: str, used: str) -> dict[str, str]:
    return {
        "user": user,
        "access_key_1_active": "true",
        "access_key_1_last_rotated": f"{created}T00:00:00+00:00",
        "access_key_1_last_used_date": f"{used}T00:00:00+00:00" if used else "N/A",
    }


def _accounts() -> Mapping[str, Any]:
    guards: Mapping[str, Any] = {
        "minute": MFA_FRESH, "half-day": HALF_DAY, "ageless": PRESENT, "weak": WEAK, "none": {},
    }  # fmt: skip
    return {
        "users": [
            {"UserName": "young", "inline": may("sts:AssumeRole", arn("role/*"))},
            {"UserName": "old"},
            {"UserName": "keyless"},
        ],
        "roles": [
            role(name, trusts(root(OWN), **({"Condition": guard} if guard else {})))
            for name, guard in guards.items()
        ],
        "credential_report": [
            _key("young", "2026-10-30", "2026-10-20"),
            _key("old", "2023-10-30", ""),
            {"user": "keyless"},
        ],
    }


def _pages(**parts: Any) -> dict[str, str]:
    assessment = analyze([snapshot_of(accepted("sorting", **parts))], rules=load_rules())
    return {path: content.decode() for path, content in files(assessment, b"{}") if path.endswith(".html")}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return _pages(**_accounts())


def _sorted(page: str, title: str) -> list[str]:
    """The names of the rows in the order of a column, as the script sorts numbers."""
    table = page.partition("<table data-table=")[2]
    heads = re.findall(r'<th scope="col"([^>]*)>([^<]*)</th>', table)
    (place,) = [place for place, (_, text) in enumerate(heads) if text == title]
    assert 'data-sort="number"' in heads[place][0]
    found = []
    for row in table.split("<tr>"):
        if " data-value=" not in row:
            continue
        cells = re.findall(r"<t[dh]([^>]*)>(.*?)</t[dh]>", row)
        (head,) = re.findall(r'<th scope="row">(.*?)</th>', row)
        name = re.sub(r"<[^>]*>", "", head).split()[0]
        (value,) = re.findall(r'data-value="(-?\d+)"', cells[place][0])
        found.append((int(value), name))
    return [name for _, name in sorted(found)]


def test_the_strongest_mfa_comes_first(pages: dict[str, str]) -> None:
    assert _sorted(pages["roles.html"], "MFA") == ["minute", "half-day", "ageless", "weak", "none"]


def test_keys_sort_by_the_age_of_the_oldest(pages: dict[str, str]) -> None:
    assert _sorted(pages["users.html"], "Active keys") == ["keyless", "young", "old"]


def test_no_use_on_record_comes_after_every_use(pages: dict[str, str]) -> None:
    assert _sorted(pages["users.html"], "Last use")[0] == "young"


def test_administrators_come_before_those_who_become_it_and_these_before_others() -> None:
    service = trusts({"Service": "ec2.amazonaws.com"})
    made = _pages(
        roles=[
            role("harmless", service, inline=may("s3:GetObject")),
            role("climber", service, inline=may("iam:AttachRolePolicy")),
            role("master", service, attached=["AdministratorAccess"]),
        ]
    )
    assert _sorted(made["roles.html"], "Administrator") == ["master", "climber", "harmless"]


def test_roles_sort_by_who_gets_in_the_farthest_off_first_then_the_most() -> None:
    user = {"AWS": [arn("user/one"), arn("user/two")]}
    within = {"StringEquals": {"aws:PrincipalOrgID": "o-example1234"}}
    made = _pages(
        users=[{"UserName": "one"}, {"UserName": "two"}],
        saml_providers=[{"Name": "corporate"}],
        roles=[
            role("nobodys", trusts({"AWS": "AIDAEXAMPLEGONE000001"})),
            role("service", trusts({"Service": "ec2.amazonaws.com"})),
            role("user", trusts({"AWS": arn("user/one")})),
            role("users", trusts(user)),
            role("provider", trusts({"Federated": arn("saml-provider/corporate")}, "sts:AssumeRoleWithSAML")),
            role("outside", trusts(root(STRANGER)), trusts(user)),
            role("organization", trusts("*", Condition=within)),
            role("guarded", trusts("*", Condition={"StringEquals": {"sts:ExternalId": "x-1"}})),
            role("everyones", trusts("*")),
        ],
    )
    assert _sorted(made["roles.html"], "Who gets in") == [
        "everyones", "guarded", "organization", "outside", "provider", "users", "user", "service", "nobodys",
    ]  # fmt: skip


def test_users_sort_by_how_far_a_credential_leads_and_by_the_gravest_actions() -> None:
    key = {"access_key_1_active": "true"}
    held = {
        "nothing": [],
        "roles": [may("sts:AssumeRole", arn("role/*"))],
        "reads": [may("s3:GetObject")],
        "writes": [may("s3:PutObject"), may("s3:GetObject")],
        "climbs": [may("iam:AttachUserPolicy", arn("user/climbs"))],
        "rules": [may("*")],
        "keyless": [may("*")],
    }
    made = _pages(
        users=[{"UserName": name, "inline": statements} for name, statements in held.items()],
        roles=[role("worker", trusts(root(OWN)))],
        credential_report=[{"user": name, **(key if name != "keyless" else {})} for name in held],
    )
    page = made["exposure.html"]
    assert _sorted(page, "Access key alone")[:2] == ["rules", "climbs"]
    assert _sorted(page, "Access key alone")[-2:] == ["nothing", "keyless"]
    assert _sorted(page, "Can do at any time") == [
        "keyless", "rules", "climbs", "writes", "roles", "reads", "nothing",
    ]  # fmt: skip


def test_who_is_in_no_group_has_no_empty_cell() -> None:
    page = dict(files(analyze((snapshot_of(accepted("case", **_accounts())),), rules=())))[
        "users.html"
    ].decode()
    assert "<td></td>" not in page
    assert "<td>none</td>" in page
