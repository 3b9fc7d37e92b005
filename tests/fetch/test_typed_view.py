"""From AWS's answers to the typed view: what rules find of the sources beyond the account itself."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from msgspec import structs

from iamscout.fetch.collect import FetchOptions, collect
from iamscout.fetch.registry import all_sources
from iamscout.fetch.services import in_botocore
from iamscout.fetch.spec import OPTIONS
from iamscout.snapshot.access_analyzer import Analyzer, AnalyzerFinding
from iamscout.snapshot.account import Account, InstanceProfile
from iamscout.snapshot.credentials import (
    AccessKey,
    AccessKeyLastUsed,
    LoginProfile,
    ServerCertificate,
    ServiceSpecificCredential,
    SigningCertificate,
    SshPublicKey,
)
from iamscout.snapshot.delegation import DelegatedAdministrator
from iamscout.snapshot.identity_center import AccountAssignment, CustomerManagedPolicyReference
from iamscout.snapshot.last_accessed import ServiceLastAccessed
from iamscout.snapshot.model import Source, encode_source
from iamscout.snapshot.roles_anywhere import RolesAnywhereSubject
from iamscout.snapshot.view import view_account
from tests.fetch.more_answers import (
    ANALYZER,
    ANCHOR,
    INLINE,
    PERMISSION_SET,
    PROFILE,
    SUBJECT,
    more_answers,
)

if TYPE_CHECKING:
    from tests.fetch.conftest import ScriptedAws, SimulatedClock

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
OPS = f"arn:aws:iam::{ACCOUNT}:role/ops"
START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
MORE = (
    "access_keys", "login_profiles", "signing_certificates", "ssh_public_keys",
    "service_specific_credentials", "server_certificates", "instance_profiles", "service_last_accessed",
    "organization_features", "delegated_administrators", "trusted_services", "analyzers",
    "analyzer_findings", "identity_center", "trust_anchors", "roles_anywhere_profiles",
    "roles_anywhere_subjects",
)  # fmt: skip


@pytest.fixture
def account(scripted: type[ScriptedAws], script: dict[str, Any], clock: SimulatedClock) -> Account:
    options = FetchOptions(switches=tuple(OPTIONS))
    return view_account(collect(scripted(script), clock=clock, options=options))


@pytest.mark.parametrize("operation", more_answers())
def test_the_scripted_answers_are_of_awss_shape(operation: str) -> None:
    service, _, name = operation.partition(":")
    shape = botocore.session.get_session().get_service_model(in_botocore(service)).operation_model(name)
    assert shape.output_shape is not None
    report = ParamValidator().validate(more_answers()[operation], shape.output_shape)
    assert not report.has_errors(), report.generate_report()


def test_credentials_are_told_one_by_one(account: Account) -> None:
    assert account.access_keys == (
        AccessKey(
            id="AKIAIOSFODNN7EXAMPLE",
            user_arn=ALICE,
            active=True,
            created=START,
            last_used=AccessKeyLastUsed(START, "s3", "eu-west-1"),
        ),
    )
    assert account.access_keys[0].short_id == "…MPLE"
    assert account.login_profiles == (LoginProfile(ALICE, START, password_reset_required=True),)
    assert account.signing_certificates == (
        SigningCertificate("TA7SMP42TDN5Z26OBPJE7EXAMPLE", ALICE, active=False, uploaded=START),
    )
    assert account.ssh_public_keys == (
        SshPublicKey("APKAEIVFHP46CEXAMPLE", ALICE, active=True, uploaded=START),
    )
    assert account.service_specific_credentials == (
        ServiceSpecificCredential(
            id="ACCAEXAMPLE123EXAMPLE",
            user_arn=ALICE,
            service="bedrock.amazonaws.com",
            active=True,
            created=START,
            expiration=None,
            alias="alice-at-111122223333",
        ),
    )


def test_what_the_account_keeps_is_told(account: Account) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:server-certificate/www"
    assert account.server_certificates == (
        ServerCertificate(arn, "www", "ASCACKCEVSQ6C2EXAMPLE", "/", uploaded=START, expiration=START),
    )
    assert account.instance_profiles == (
        InstanceProfile(f"arn:aws:iam::{ACCOUNT}:instance-profile/web", "web", START, ()),
    )


def test_services_last_accessed_are_told_of_users_and_roles(account: Account) -> None:
    assert list(account.last_accessed_by_arn) == [OPS, ALICE]
    assert account.last_accessed_by_arn[ALICE].completed == START
    assert account.last_accessed_by_arn[ALICE].services == (
        ServiceLastAccessed("lambda", "AWS Lambda", None),
        ServiceLastAccessed("s3", "Amazon S3", START, "eu-west-1"),
    )


def test_who_acts_for_the_organization_is_told(account: Account) -> None:
    assert account.organization_features == ("RootCredentialsManagement", "RootSessions")
    assert account.delegated_administrators == (
        DelegatedAdministrator(
            id="444455556666",
            arn=f"arn:aws:organizations::{ACCOUNT}:account/o-example/444455556666",
            name="member",
            status="ACTIVE",
            delegated=START,
            services=("access-analyzer.amazonaws.com", "sso.amazonaws.com"),
        ),
    )
    assert account.trusted_services == ("iam.amazonaws.com",)


def test_findings_of_access_analyzer_are_told_with_their_region(account: Account) -> None:
    assert account.analyzers == (Analyzer(ANALYZER, "external", "ACCOUNT", "ACTIVE", START, START),)
    assert account.analyzers[0].region == "eu-west-1"
    assert account.analyzer_findings == (
        AnalyzerFinding(
            id="f1",
            analyzer_arn=ANALYZER,
            type="ExternalAccess",
            status="ACTIVE",
            resource=OPS,
            resource_type="AWS::IAM::Role",
            owner_account=ACCOUNT,
            created=START,
            analyzed=START,
            updated=START,
        ),
    )
    reasons = {source: reason for source, _, reason in account.statuses}
    assert reasons["access-analyzer:ListAnalyzers"] == "region eu-west-1 alone"


def test_permission_sets_are_told_with_policies_and_assignments(account: Account) -> None:
    assert account.identity_center is not None
    assert account.identity_center.region == "eu-west-1"
    (instance,) = account.identity_center.instances
    assert (instance.owner_account, instance.identity_store_id) == (ACCOUNT, "d-1111111111")
    (found,) = account.identity_center.permission_sets
    assert (found.arn, found.name, found.role_prefix) == (
        PERMISSION_SET, "Operators", "AWSReservedSSO_Operators_"
    )  # fmt: skip
    assert found.session_duration_seconds == 5_400
    assert found.inline_policy is not None
    assert found.inline_policy.statements[0].actions == ("s3:List*",)
    assert found.attached_policy_arns == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    assert found.customer_managed_policies == (CustomerManagedPolicyReference("/teams/", "operators"),)
    assert found.boundary == "arn:aws:iam::aws:policy/PowerUserAccess"
    assert found.accounts == (ACCOUNT,)
    assert found.assignments == (AccountAssignment(ACCOUNT, "GROUP", "g-1"),)


def test_roles_anywhere_is_told(account: Account) -> None:
    (anchor,) = account.trust_anchors or ()
    assert (anchor.arn, anchor.name, anchor.enabled) == (ANCHOR, "own-ca", True)
    assert (anchor.source_type, anchor.acm_pca_arn) == ("CERTIFICATE_BUNDLE", "")
    assert anchor.certificates == "-----BEGIN CERTIFICATE-----"
    (profile,) = account.roles_anywhere_profiles or ()
    assert (profile.arn, profile.role_arns, profile.duration_seconds) == (PROFILE, (OPS,), 3_600)
    assert profile.session_policy is not None
    assert profile.session_policy.statements[0].actions == ("s3:List*",)
    assert profile.managed_policy_arns == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    assert account.roles_anywhere_subjects == (
        RolesAnywhereSubject(SUBJECT, "CN=build.example.com", enabled=True, created=START, last_seen=START),
    )


def test_what_was_not_asked_for_is_none(
    scripted: type[ScriptedAws], script: dict[str, Any], clock: SimulatedClock
) -> None:
    account = view_account(collect(scripted(script), clock=clock))
    told = {"service_specific_credentials", "server_certificates", "instance_profiles"}
    assert {name for name in MORE if getattr(account, name) is not None} == told
    assert not account.has("iam:ListAccessKeys")


def test_what_aws_says_to_be_empty_is_empty_and_known(
    scripted: type[ScriptedAws], script: dict[str, Any], clock: SimulatedClock
) -> None:
    script["iam:ListAccessKeys"] = {"AccessKeyMetadata": [], "IsTruncated": False}
    script["access-analyzer:ListAnalyzers"] = {"analyzers": []}
    script["sso:ListInstances"] = {"Instances": []}
    options = FetchOptions(switches=tuple(OPTIONS))
    account = view_account(collect(scripted(script), clock=clock, options=options))
    assert (account.access_keys, account.analyzers, account.analyzer_findings) == ((), (), ())
    assert account.identity_center is not None
    assert account.identity_center.instances == ()
    assert account.has("iam:ListAccessKeys")


@pytest.mark.parametrize("key", ["Id", "Arn", "Name"])
def test_missing_members_cost_nothing_else(
    scripted: type[ScriptedAws], script: dict[str, Any], clock: SimulatedClock, key: str
) -> None:
    bare = {
        operation: {name: _without(value, key) for name, value in answer.items()}
        for operation, answer in more_answers().items()
        if operation != "iam:GenerateServiceLastAccessedDetails"
    }
    options = FetchOptions(switches=tuple(OPTIONS))
    snapshot = collect(scripted({**script, **bare}), clock=clock, options=options)
    account = view_account(snapshot)
    assert {name for name in MORE if getattr(account, name) is None} == set()


def _without(value: Any, ending: str) -> Any:
    """A value without the members whose names end so, however deep, and without times."""
    if isinstance(value, dict):
        return {
            name: _without(each, ending)
            for name, each in value.items()
            if not name.lower().endswith(ending.lower()) and not isinstance(each, datetime)
        }
    return [_without(each, ending) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(60))
def test_a_value_of_any_other_shape_is_noted_and_ends_nothing(
    scripted: type[ScriptedAws], script: dict[str, Any], clock: SimulatedClock, seed: int
) -> None:
    dice = random.Random(seed)
    source = dice.choice([spec.name for spec in all_sources() if spec.name not in BASIC])
    snapshot = collect(scripted(script), clock=clock, options=FetchOptions(switches=tuple(OPTIONS)))
    answer = json.loads(snapshot.data(source) or b"null")
    odd = dice.choice([None, "text", 5, -1.5, True, [], {}, [None], {"x": None}, "2026-13-45T99:00:00Z"])
    spoiled = structs.replace(
        snapshot,
        sources={**snapshot.sources, source: Source("ok", encode_source(_spoiled(answer, odd, dice)))},
    )
    account = view_account(spoiled)
    untouched = view_account(snapshot)
    changed = {name for name in MORE if getattr(account, name) != getattr(untouched, name)}
    assert len(changed) <= 1


BASIC = ("iam:GetAccountAuthorizationDetails", "iam:ListUsers", "iam:ListRoles")
"""What names the users and roles that other sources are about."""


def _spoiled(value: Any, odd: Any, dice: random.Random) -> Any:
    """The value with one part of it, somewhere, replaced."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        name = dice.choice(sorted(value))
        return {**value, name: _spoiled(value[name], odd, dice)}
    if isinstance(value, list) and value and dice.random() < 0.8:
        place = dice.randrange(len(value))
        return [_spoiled(each, odd, dice) if place == at else each for at, each in enumerate(value)]
    return odd


def test_an_inline_policy_is_kept_as_aws_told_it(
    scripted: type[ScriptedAws], script: dict[str, Any], clock: SimulatedClock
) -> None:
    twice = INLINE.replace('"Effect":"Allow"', '"Effect":"Deny","Effect":"Allow"')
    script["sso:GetInlinePolicyForPermissionSet"] = {"InlinePolicy": twice}
    options = FetchOptions(switches=("identity_center",))
    account = view_account(collect(scripted(script), clock=clock, options=options))
    assert account.identity_center is not None
    policy = account.identity_center.permission_sets[0].inline_policy
    assert policy is not None
    assert policy.text == twice
    assert policy.notes


@pytest.mark.parametrize(
    ("operation", "answer", "field"),
    [
        ("sso:GetInlinePolicyForPermissionSet", {"InlinePolicy": ""}, "inline_policy"),
        ("sso:GetPermissionsBoundaryForPermissionSet", "ResourceNotFoundException", "boundary"),
    ],
)
def test_a_permission_set_without_one_is_no_gap(
    scripted: type[ScriptedAws],
    script: dict[str, Any],
    clock: SimulatedClock,
    error: Any,
    operation: str,
    answer: Any,
    field: str,
) -> None:
    script[operation] = error(answer) if isinstance(answer, str) else answer
    options = FetchOptions(switches=("identity_center",))
    snapshot = collect(scripted(script), clock=clock, options=options)
    account = view_account(snapshot)
    assert account.identity_center is not None
    assert getattr(account.identity_center.permission_sets[0], field) is None
    assert snapshot.gaps == ()
    assert account.has("identity_center")
