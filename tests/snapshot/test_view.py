"""The typed view of an account: every source lands in its place, and what is odd is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

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
from iamscout.snapshot.model import Gap, Snapshot, Source, encode_source
from iamscout.snapshot.view import view_account

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
