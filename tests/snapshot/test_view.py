"""The typed view of an account: every source lands in its place, and what is odd is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iamscout.errors import InputError
from iamscout.snapshot.account import (
    AttachedPolicy,
    Group,
    InlinePolicy,
    InstanceProfile,
    LastUsed,
    MfaDevice,
    OidcProvider,
    PasswordPolicy,
    SamlProvider,
    Tag,
    User,
)
from iamscout.snapshot.file import load, store
from iamscout.snapshot.model import Gap, Snapshot, Source, encode_source
from iamscout.snapshot.view import view_account, view_accounts

DETAILS = "iam:GetAccountAuthorizationDetails"
ARN = "arn:aws:iam::111122223333:"
Snap = Callable[..., Snapshot]


def test_authorization_details_land_in_their_places(snap: Snap, details: dict[str, Any]) -> None:
    account = view_account(snap({DETAILS: details}))
    (user,), (group,), (role,), (policy,) = account.users, account.groups, account.roles, account.policies
    (inline,) = user.inline_policies
    assert inline.document.statements[0].actions == ("s3:Get*",)
    assert user == User(
        arn=f"{ARN}user/team/alice",
        name="alice",
        unique_id="AIDACKCEVSQ6C2EXAMPLE",
        path="/team/",
        created=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        groups=("readers",),
        inline_policies=(InlinePolicy("inline", inline.document),),
        boundary_arn=f"{ARN}policy/limit",
        tags=(Tag("team", "blue"),),
    )
    assert group == Group(
        arn=f"{ARN}group/readers",
        name="readers",
        unique_id="AGPACKCEVSQ6C2EXAMPLE",
        path="/",
        created=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        attached_policies=(AttachedPolicy("arn:aws:iam::aws:policy/ReadOnlyAccess", "ReadOnlyAccess"),),
    )
    assert role.trust_policy.statements[0].actions == ("sts:AssumeRole",)
    assert role.last_used == LastUsed(datetime(2026, 10, 1, tzinfo=UTC), "eu-west-1")
    assert role.instance_profiles == (InstanceProfile(f"{ARN}instance-profile/deploy", "deploy"),)
    assert role.max_session_duration_seconds is None
    assert [version.id for version in policy.versions] == ["v2", "v1"]
    assert policy.document == policy.versions[0].document
    assert policy.boundary_usage_count == 1
    assert account.statuses == ((DETAILS, "ok", ""),)
    assert account.has(DETAILS)
    assert (account.odd_values, account.gaps) == ((), ())


def test_what_was_not_told_is_none(snap: Snap) -> None:
    account = view_account(snap({}))
    told = (
        account.saml_providers,
        account.oidc_providers,
        account.credential_report,
        account.credential_report_generated,
        account.mfa_devices,
        account.password_policy,
        account.summary,
        account.organization,
    )
    assert told == (None,) * 8
    assert (account.users, account.groups, account.roles, account.policies) == ((), (), (), ())
    assert account.alias == ""


def test_plain_listings_add_what_the_details_lack(snap: Snap, details: dict[str, Any]) -> None:
    account = view_account(
        snap(
            {
                DETAILS: details,
                "iam:ListRoles": {
                    "Roles": [
                        {"Arn": f"{ARN}role/deploy", "Description": "Ships", "MaxSessionDuration": 7200}
                    ]
                },
                "iam:ListUsers": {
                    "Users": [{"Arn": f"{ARN}user/team/alice", "PasswordLastUsed": "2026-10-31T10:00:00Z"}]
                },
            }
        )
    )
    assert account.roles[0].description == "Ships"
    assert account.roles[0].max_session_duration_seconds == 7200
    assert account.users[0].password_last_used == datetime(2026, 10, 31, 10, tzinfo=UTC)


def test_a_role_that_only_the_plain_listing_has_is_there_with_a_gap(
    snap: Snap, details: dict[str, Any]
) -> None:
    trust = details["RoleDetailList"][0]["AssumeRolePolicyDocument"]
    listed = {"Arn": f"{ARN}role/new", "RoleName": "new", "AssumeRolePolicyDocument": trust}
    account = view_account(snap({DETAILS: Source("denied"), "iam:ListRoles": {"Roles": [listed]}}))
    (role,) = account.roles
    assert role.trust_policy.statements[0].actions == ("sts:AssumeRole",)
    (gap,) = account.gaps
    assert (gap.operation, gap.resource, gap.error_code) == (DETAILS, f"{ARN}role/new", "NotListed")
    assert account.status_by_source[DETAILS] == "denied"


def test_a_source_that_was_cut_yields_what_it_has(snap: Snap, details: dict[str, Any]) -> None:
    cut = Source("partial", encode_source(details), "cut short")
    gap = Gap(DETAILS, "", "Throttling", "slow down")
    account = view_account(snap({DETAILS: cut}, gaps=(gap,)))
    assert len(account.users) == 1
    assert account.statuses == ((DETAILS, "partial", "cut short"),)
    assert account.gaps == (gap,)
    assert not account.has(DETAILS)


def test_account_wide_settings(snap: Snap) -> None:
    account = view_account(
        snap(
            {
                "iam:ListAccountAliases": {"AccountAliases": ["prod"]},
                "iam:GetAccountSummary": {"SummaryMap": {"Users": 3, "AccountMFAEnabled": 1}},
                "iam:GetAccountPasswordPolicy": {
                    "PasswordPolicy": {
                        "MinimumPasswordLength": 14,
                        "RequireSymbols": True,
                        "RequireNumbers": True,
                        "RequireUppercaseCharacters": True,
                        "RequireLowercaseCharacters": False,
                        "AllowUsersToChangePassword": True,
                        "ExpirePasswords": True,
                        "MaxPasswordAge": 90,
                        "PasswordReusePrevention": 24,
                    }
                },
            },
            caller=f"{ARN}role/audit",
        )
    )
    assert account.label == "prod (111122223333)"
    assert account.caller == f"{ARN}role/audit"
    assert account.summary == {"AccountMFAEnabled": 1, "Users": 3}
    assert list(account.summary or ()) == ["AccountMFAEnabled", "Users"]
    assert account.password_policy == PasswordPolicy(
        exists=True,
        minimum_length=14,
        reuse_prevention=24,
        max_age_days=90,
        requires_symbols=True,
        requires_numbers=True,
        requires_uppercase=True,
        requires_lowercase=False,
        users_may_change=True,
    )


def test_no_password_policy_is_told_apart_from_not_knowing(snap: Snap) -> None:
    name = "iam:GetAccountPasswordPolicy"
    assert view_account(snap({name: {"PasswordPolicy": None}})).password_policy == PasswordPolicy(
        exists=False
    )
    assert view_account(snap({name: Source("denied")})).password_policy is None
    assert view_account(snap({name: {}})).password_policy is None


def test_saml_providers_are_merged_from_both_operations(snap: Snap) -> None:
    one, other = f"{ARN}saml-provider/a", f"{ARN}saml-provider/b"
    account = view_account(
        snap(
            {
                "iam:ListSAMLProviders": {
                    "SAMLProviderList": [
                        {"Arn": other, "CreateDate": "2025-01-01T00:00:00Z", "ValidUntil": "N/A"}
                    ]
                },
                "iam:GetSAMLProvider": {one: {"ValidUntil": "2030-01-01T00:00:00Z"}},
            }
        )
    )
    assert account.saml_providers == (
        SamlProvider(one, None, datetime(2030, 1, 1, tzinfo=UTC)),
        SamlProvider(other, datetime(2025, 1, 1, tzinfo=UTC), None),
    )


def test_oidc_providers_have_details_or_at_least_their_url(snap: Snap) -> None:
    github = f"{ARN}oidc-provider/token.actions.githubusercontent.com"
    eks = f"{ARN}oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
    account = view_account(
        snap(
            {
                "iam:ListOpenIDConnectProviders": {
                    "OpenIDConnectProviderList": [{"Arn": github}, {"Arn": eks}]
                },
                "iam:GetOpenIDConnectProvider": {
                    github: {
                        "Url": "token.actions.githubusercontent.com",
                        "ClientIDList": ["sts.amazonaws.com"],
                        "ThumbprintList": ["ab"],
                        "CreateDate": "2025-01-01T00:00:00Z",
                    }
                },
            }
        )
    )
    assert account.oidc_providers == (
        OidcProvider(eks, "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE", (), (), None),
        OidcProvider(
            github,
            "token.actions.githubusercontent.com",
            ("sts.amazonaws.com",),
            ("ab",),
            datetime(2025, 1, 1, tzinfo=UTC),
        ),
    )
    none = view_account(snap({"iam:ListOpenIDConnectProviders": {"OpenIDConnectProviderList": []}}))
    assert none.oidc_providers == ()


def test_mfa_devices_of_every_kind_are_assigned_to_their_users(snap: Snap, details: dict[str, Any]) -> None:
    account = view_account(
        snap(
            {
                DETAILS: details,
                "iam:ListVirtualMFADevices": {
                    "VirtualMFADevices": [
                        {"SerialNumber": f"{ARN}mfa/unused"},
                        {"SerialNumber": f"{ARN}mfa/unused-too", "User": {}},
                        {
                            "SerialNumber": f"{ARN}mfa/root-account-mfa-device",
                            "User": {"Arn": f"{ARN}root", "UserId": "111122223333"},
                            "EnableDate": "2024-01-01T00:00:00Z",
                        },
                    ]
                },
                "iam:ListMFADevices": {
                    "alice": {
                        "MFADevices": [
                            {"UserName": "alice", "SerialNumber": "GAHT12345678"},
                            {"UserName": "alice", "SerialNumber": f"{ARN}u2f/user/alice/key-1"},
                        ]
                    },
                    "gone": {"MFADevices": []},
                },
            }
        )
    )
    alice = f"{ARN}user/team/alice"
    assert account.mfa_devices == (
        MfaDevice("GAHT12345678", alice, "hardware"),
        MfaDevice(
            f"{ARN}mfa/root-account-mfa-device", f"{ARN}root", "virtual", datetime(2024, 1, 1, tzinfo=UTC)
        ),
        MfaDevice(f"{ARN}u2f/user/alice/key-1", alice, "fido"),
    )


def test_the_organization_keeps_its_levels(snap: Snap) -> None:
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    account = view_account(
        snap(
            {
                "organization": {
                    "id": "o-example",
                    "management": "444455556666",
                    "accounts": {
                        "444455556666": {"name": "top", "path": "o-example/r-ab12/"},
                        "111122223333": {
                            "name": "prod",
                            "path": "o-example/r-ab12/ou-ab12-1/",
                            "scps": [[{"name": "Full", "policy": allow}], []],
                            "rcps": [],
                        },
                    },
                }
            }
        )
    )
    organization = account.organization
    assert organization is not None
    assert (organization.id, organization.management) == ("o-example", "444455556666")
    prod, top = organization.accounts
    assert (prod.id, top.id) == ("111122223333", "444455556666")
    assert top.scps is top.rcps is None
    assert prod.rcps == ()
    assert prod.scps is not None
    assert [[each.name for each in level] for level in prod.scps] == [["Full"], []]
    assert prod.scps[0][0].document.statements[0].actions == ("*",)


REPORT = """\
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,\
cert_2_last_rotated
<root_account>,arn:aws:iam::111122223333:root,2019-01-01T00:00:00+00:00,not_supported,2026-09-30T08:00:00+00:00,\
not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
"b,c",arn:aws:iam::111122223333:user/b,2022-08-11T10:37:58+00:00,TRUE,no_information,2022-08-11T10:37:58+00:00,N/A,\
FALSE,true,2025-07-26T03:25:12+00:00,2026-10-25T22:48:17+00:00,us-west-2,ec2,false,2025-01-01T00:00:00+00:00,\
N/A,N/A,N/A,true,2024-01-01T00:00:00+00:00,false,N/A
"""


def report(text: str) -> dict[str, object]:
    return {"Content": text, "ReportFormat": "text/csv", "GeneratedTime": "2026-11-01T06:00:00Z"}


def test_credential_report_rows(snap: Snap) -> None:
    account = view_account(snap({"iam:GetCredentialReport": report(REPORT)}))
    assert account.credential_report_generated == datetime(2026, 11, 1, 6, tzinfo=UTC)
    assert account.credential_report is not None
    root, user = account.credential_report
    assert root.is_root
    assert root.password_enabled is None
    assert root.password_last_used == datetime(2026, 9, 30, 8, tzinfo=UTC)
    assert root.mfa_active
    assert [key.active for key in root.access_keys] == [False, False]
    assert user.user == "b,c"
    assert user.password_enabled is True
    assert user.password_last_used is None
    assert not user.mfa_active
    first, second = user.access_keys
    assert first.last_used_service == "ec2"
    assert first.last_rotated == datetime(2025, 7, 26, 3, 25, 12, tzinfo=UTC)
    assert second.last_used is None
    assert second.last_used_service == ""
    assert user.certificates == ((True, datetime(2024, 1, 1, tzinfo=UTC)), (False, None))
    assert account.odd_values == ()


@pytest.mark.parametrize(
    "text",
    ["", "no,report\n1,2\n", REPORT + '"open', REPORT + "too,few\n", REPORT + "x" * 200_000 + ",arn\n"],
    ids=["empty", "columns", "quote", "cells", "field"],
)
def test_a_broken_credential_report_is_said(snap: Snap, text: str) -> None:
    account = view_account(snap({"iam:GetCredentialReport": report(text)}))
    assert account.status_by_source["iam:GetCredentialReport"] == "partial"
    assert account.odd_values


def test_unreadable_flags_and_times_are_noted(snap: Snap) -> None:
    text = "user,arn,user_creation_time,mfa_active\na,arn:aws:iam::111122223333:user/a,soon,maybe\n"
    account = view_account(snap({"iam:GetCredentialReport": report(text)}))
    assert account.odd_values == (
        ("arn:aws:iam::111122223333:user/a", "mfa_active", "maybe"),
        ("arn:aws:iam::111122223333:user/a", "user_creation_time", "soon"),
    )
    assert account.has("iam:GetCredentialReport")


def test_unreadable_times_are_none_and_noted(snap: Snap, details: dict[str, Any]) -> None:
    details["RoleDetailList"][0]["CreateDate"] = "in spring"
    details["Policies"][0]["PolicyVersionList"][0]["CreateDate"] = "2026-02-30T00:00:00Z"
    account = view_account(snap({DETAILS: details}))
    assert account.roles[0].created is None
    assert account.odd_values == (
        (f"{ARN}policy/limit", "PolicyVersionList v2 CreateDate", "2026-02-30T00:00:00Z"),
        (f"{ARN}role/deploy", "CreateDate", "in spring"),
    )


@pytest.mark.parametrize("created", ["2019-08-16 17:27:59+00:00", 1565976479, 1565976479.0])
def test_times_of_other_programs_are_read(snap: Snap, details: dict[str, Any], created: object) -> None:
    details["RoleDetailList"][0]["CreateDate"] = created
    account = view_account(snap({DETAILS: details}))
    assert account.roles[0].created == datetime(2019, 8, 16, 17, 27, 59, tzinfo=UTC)
    assert account.odd_values == ()


def test_missing_arns_and_names_are_worked_out(snap: Snap, details: dict[str, Any]) -> None:
    user, role = details["UserDetailList"][0], details["RoleDetailList"][0]
    del user["Arn"], user["UserId"], role["RoleName"], role["Path"]
    account = view_account(snap({DETAILS: details}))
    assert account.users[0].arn == f"{ARN}user/team/alice"
    assert account.users[0].unique_id == ""
    assert (account.roles[0].name, account.roles[0].path) == ("deploy", "/")
    assert account.odd_values == ((f"{ARN}user/team/alice", "Arn", "missing"),)


def test_items_that_nothing_names_are_said_and_the_source_is_partial(
    snap: Snap, details: dict[str, Any]
) -> None:
    details["RoleDetailList"].append({"Path": "/"})
    account = view_account(snap({DETAILS: details}))
    assert len(account.roles) == 1
    assert account.statuses == ((DETAILS, "partial", "could not be read: RoleDetailList[1]"),)
    assert account.odd_values == (
        (f"{ARN}root", f"{DETAILS} RoleDetailList[1]", "an item without ARN and name"),
    )


def test_an_item_that_occurs_twice_is_there_once_and_said(snap: Snap, details: dict[str, Any]) -> None:
    details["RoleDetailList"].append({**details["RoleDetailList"][0], "Description": "second"})
    account = view_account(snap({DETAILS: details}))
    assert [role.description for role in account.roles] == [""]
    assert account.odd_values == ((f"{ARN}role/deploy", "RoleDetailList", "occurs twice; the first is used"),)


def test_one_value_of_a_wrong_type_costs_only_itself(snap: Snap, details: dict[str, Any]) -> None:
    details["UserDetailList"][0]["GroupList"] = ["readers", 7]
    details["UserDetailList"][0]["Tags"] = None
    details["RoleDetailList"][0]["RoleId"] = {"odd": True}
    details["RoleDetailList"].append("no role")
    details["Policies"] = {"odd": True}
    account = view_account(snap({DETAILS: details}))
    assert account.users[0].groups == ("readers",)
    assert account.users[0].tags == ()
    assert account.roles[0].unique_id == ""
    assert account.roles[0].trust_policy.statements
    assert account.policies == ()
    assert {field for _, field, _ in account.odd_values} == {
        f"{DETAILS} {place}"
        for place in (
            "UserDetailList[0].GroupList[1]",
            "RoleDetailList[0].RoleId",
            "RoleDetailList[1]",
            "Policies",
        )
    }
    assert account.status_by_source[DETAILS] == "partial"


def test_a_missing_trust_policy_is_unreadable_not_empty(snap: Snap, details: dict[str, Any]) -> None:
    del details["RoleDetailList"][0]["AssumeRolePolicyDocument"]
    account = view_account(snap({DETAILS: details}))
    assert account.roles[0].trust_policy.unreadable == "the document is missing"


def test_documents_as_text_are_read_too(snap: Snap, details: dict[str, Any]) -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "*", "Effect": "Deny", "Principal": "*"}}'
    details["RoleDetailList"][0]["AssumeRolePolicyDocument"] = text
    (statement,) = view_account(snap({DETAILS: details})).roles[0].trust_policy.statements
    assert "twice" in statement.unreadable


def test_equal_documents_are_parsed_once(snap: Snap, details: dict[str, Any], tmp_path: Path) -> None:
    path = store(snap({DETAILS: details}), tmp_path / "a.json")
    account = view_account(load(path))
    assert account.users[0].inline_policies[0].document is account.policies[0].versions[0].document


@pytest.mark.parametrize("answer", [[], "text", 5, {"RoleDetailList": ["x"]}, {"UserDetailList": "x"}])
def test_details_of_which_nothing_can_be_read_are_an_input_error(snap: Snap, answer: object) -> None:
    with pytest.raises(InputError, match="nothing of iam:GetAccountAuthorizationDetails can be read"):
        view_account(snap({DETAILS: answer}))


@pytest.mark.parametrize(
    "source",
    [
        "iam:ListRoles",
        "iam:ListUsers",
        "iam:ListAccountAliases",
        "iam:GetAccountSummary",
        "iam:GetAccountPasswordPolicy",
        "iam:ListSAMLProviders",
        "iam:GetSAMLProvider",
        "iam:ListOpenIDConnectProviders",
        "iam:GetOpenIDConnectProvider",
        "iam:GetCredentialReport",
        "iam:ListVirtualMFADevices",
        "iam:ListMFADevices",
        "organization",
    ],
)
@pytest.mark.parametrize("answer", [[], "text", 5, True, {"x": []}, {"x": {"y": [None]}}])
def test_no_source_of_another_shape_ends_the_view(snap: Snap, source: str, answer: object) -> None:
    account = view_account(snap({source: answer}))
    if not isinstance(answer, dict):
        assert account.status_by_source[source] == "partial"


def test_accounts_are_sorted_and_sources_that_nobody_reads_are_kept(snap: Snap) -> None:
    later = snap({"iam:Unheard": {"x": 1}}, account="444455556666")
    accounts = view_accounts([later, snap({})])
    assert [account.id for account in accounts] == ["111122223333", "444455556666"]
    assert accounts[1].statuses == (("iam:Unheard", "ok", ""),)


def test_entities_are_sorted_by_arn(snap: Snap, details: dict[str, Any]) -> None:
    role = details["RoleDetailList"][0]
    for name in ("zeta", "Alpha", "beta"):
        details["RoleDetailList"].append({**role, "RoleName": name, "Arn": f"{ARN}role/{name}"})
    account = view_account(snap({DETAILS: details}))
    assert [each.name for each in account.roles] == ["Alpha", "beta", "deploy", "zeta"]


def test_arns_are_of_the_snapshots_partition(snap: Snap) -> None:
    account = view_account(
        snap({DETAILS: {"RoleDetailList": [{"RoleName": "a", "Path": "/p/"}]}}, partition="aws-us-gov")
    )
    assert account.roles[0].arn == "arn:aws-us-gov:iam::111122223333:role/p/a"
    assert account.root_arn == "arn:aws-us-gov:iam::111122223333:root"
