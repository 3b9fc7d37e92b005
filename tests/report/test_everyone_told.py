"""Overview, lists and trust page count the roles that are open to everyone alike."""

import re
from html import unescape
from typing import Any

import pytest

from iamscout.analysis.example import accepted, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.report.site import files
from iamscout.rules import load_rules
from tests.report.accounts import OTHER, OWN, STRANGER, arn, may, role, trusts

SSO = "AWSReservedSSO_Audit_0123456789abcdef"
SSO_PATH = "/aws-reserved/sso.amazonaws.com/"
INSTANCE = "arn:aws:sso:::instance/ssoins-1111222233334444"


def _text(page: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def _site(**about: Any) -> dict[str, str]:
    assessment = analyze([snapshot_of(accepted("an account", **about))], rules=load_rules())
    return {path: _text(content) for path, content in files(assessment) if path.endswith(".html")}


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    spared = {
        "Effect": "Allow",
        "NotPrincipal": {"AWS": arn("role/named")},
        "Action": "sts:AssumeRole",
    }
    organization = {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}
    return _site(
        users=[{"UserName": "alice", "inline": may("sts:AssumeRole", arn("role/power"))}],
        roles=[
            role("bare", trusts("*")),
            role("any-arn", trusts("*", Condition={"ArnLike": {"aws:PrincipalArn": "*"}})),
            role("all-but", spared),
            role("known-id", trusts("*", Condition={"StringEquals": {"sts:ExternalId": "a1"}})),
            role("members", trusts("*", Condition=organization)),
            role("power", trusts({"AWS": arn("user/alice")}), inline=may("*")),
            role("named", trusts({"AWS": arn("role/bare")})),
        ],
    )


def test_overview_and_roles_page_count_strangers_alike(site: dict[str, str]) -> None:
    assert (
        "Everyone on the internet with AWS credentials can enter 3 roles, and 1 more under"
        in site["index.html"]
    )
    assert "Of 7 roles, 3 can be entered by everyone, 1 more under conditions" in site["roles.html"]


def test_a_role_that_spares_some_stands_under_everyone(site: dict[str, str]) -> None:
    everyone = site["trust.html"].partition("AWS accounts")[0]
    assert "5 roles name everyone, and strangers can enter 4 of them" in everyone
    assert "roles naming everyone; strangers can enter 4" in everyone
    assert "Everyone but those named (NotPrincipal)" in site["trust.html"]


def test_the_overview_tells_who_reaches_administrator(site: dict[str, str]) -> None:
    assert "The shortest paths to administrator" not in site["index.html"]  # alice's is granted
    assert "nobody can make themselves administrator" in site["index.html"]


def test_everyone_gets_in_where_a_condition_limits_nothing(site: dict[str, str]) -> None:
    (page,) = (text for path, text in site.items() if path.startswith("principals/everyone"))
    assert "4 trust policies name this principal; it gets into 2 roles without anything further" in page


@pytest.mark.parametrize(
    ("assignments", "told"),
    [
        ([("GROUP", OWN), ("USER", OWN), ("USER", OTHER)], "1 user and 1 group of Identity Center"),
        ([("USER", OTHER)], "Identity Center assigns nobody"),
        (None, "its assignments are not in the snapshots"),
    ],
)
def test_a_role_of_identity_center_tells_whom_it_assigns(
    assignments: list[tuple[str, str]] | None, told: str
) -> None:
    provider = arn("saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE")
    center = {
        "Region": "us-east-1",
        "Instances": [
            {
                "InstanceArn": INSTANCE,
                "PermissionSets": [
                    {
                        "PermissionSetArn": f"{INSTANCE.replace('instance', 'permissionSet')}/ps-1",
                        "Name": "Audit",
                        "AccountIds": [OWN, OTHER],
                        "AccountAssignments": [
                            {"AccountId": account, "PrincipalType": kind, "PrincipalId": f"id-{number}"}
                            for number, (kind, account) in enumerate(assignments or ())
                        ],
                    }
                ],
            }
        ],
    }
    site = _site(
        roles=[role(SSO, trusts({"Federated": provider}, "sts:AssumeRoleWithSAML"), Path=SSO_PATH)],
        saml_providers=[{"Name": "AWSSSO_0123456789abcdef_DO_NOT_DELETE"}],
        sources={} if assignments is None else {"identity_center": center},
    )
    (page,) = (text for path, text in site.items() if path.startswith("roles/"))
    assert told in page
    (principal,) = (text for path, text in site.items() if path.startswith("principals/"))
    assert "IAM Identity Center's own: whom it assigns gets in" in principal


def test_the_trust_page_leads_to_what_a_reader_asks_of_a_section() -> None:
    site = _site(
        roles=[
            role("vendor", trusts({"AWS": f"arn:aws:iam::{STRANGER}:root"})),
            role("runner", trusts({"Service": "ec2.amazonaws.com"})),
        ]
    )
    assert "1 finding: other companies' accounts without an external id" in site["trust.html"]
    assert "No finding: services trusted without aws:SourceArn" in site["trust.html"]
