"""Redaction: nothing original is left, the same key gives the same, and policies decide as they did."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamscout.analysis.run import analyze
from iamscout.rules import load_rules
from iamscout.snapshot.file import encode
from iamscout.snapshot.model import CATEGORIES, Category, Gap, Snapshot, Source, Tool, encode_source
from iamscout.snapshot.pseudonyms import Pseudonyms
from iamscout.snapshot.redact import redact, redactor_for
from iamscout.snapshot.redact_policy import redact_document
from iamscout.snapshot.redact_text import Redactor

KEY = b"k" * 32
ACCOUNT, PARTNER = "111122223333", "999999999999"
ODD = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Effect":"Deny","Action":"sts:AssumeRole",'
    '"Sid":"ForZebedee","Principal":{"AWS":"arn:aws:iam::999999999999:role/quokka-deploy"}}]}'
)
BROKEN = (
    '{"Statement": [{"Principal": {"AWS": "arn:aws:iam::999999999999:user/quokka-deploy"}, zebedee@corp.test'
)


def allow(resource: Any, action: Any = "sts:AssumeRole", **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **rest}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trusts(principal: Any, **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **rest}


def role(name: str, trust: Any, path: str = "/") -> dict[str, Any]:
    return {
        "Arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}",
        "RoleName": name,
        "RoleId": "AROAQUOKKA123EXAMPLE",
        "Path": path,
        "AssumeRolePolicyDocument": trust,
        "Description": "Made by Zebedee Quimby for quokka-deploy",
        "Tags": [{"Key": "owner", "Value": "Zebedee Quimby"}],
        "AttachedManagedPolicies": [
            {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "PolicyName": "ReadOnlyAccess"}
        ],
    }


def user(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    return {
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "UserName": name,
        "UserId": "AIDAQUOKKA123EXAMPLE",
        "Path": "/",
        "UserPolicyList": [{"PolicyName": "quokka-inline", "PolicyDocument": document(*statements)}],
    }


SNAPSHOT = Snapshot(
    account=ACCOUNT,
    partition="aws",
    captured_at=datetime(2026, 11, 1, tzinfo=UTC),
    captured_until=datetime(2026, 11, 1, tzinfo=UTC),
    tool=Tool("iamscout", "0.1.0"),
    caller=f"arn:aws:sts::{ACCOUNT}:assumed-role/quokka-audit/zebedee@corp.test",
    sources={
        "iam:GetAccountAuthorizationDetails": Source(
            "ok",
            encode_source(
                {
                    "UserDetailList": [
                        user(
                            "zebedee@corp.test",
                            allow(f"arn:aws:iam::{ACCOUNT}:role/quokka-*"),
                            allow("arn:aws:s3:::quokka-bucket/*", "s3:GetObject", Sid="ForZebedee"),
                            allow(
                                "arn:aws:iam::*:role/*ploy",
                                Condition={"StringLike": {"aws:userid": "AIDAQUOKKA123EXAMPLE"}},
                            ),
                        )
                    ],
                    "RoleDetailList": [
                        role(
                            "quokka-deploy",
                            document(trusts({"AWS": f"arn:aws:iam::{ACCOUNT}:user/zebedee@corp.test"})),
                        ),
                        role("quokka-odd", ODD),
                        role("quokka-broken", BROKEN),
                        role(
                            "quokka-federated",
                            document(
                                trusts(
                                    {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp.quokka.test/x"},
                                    Condition={
                                        "StringEquals": {"idp.quokka.test/x:sub": "zebedee@corp.test"}
                                    },
                                )
                            ),
                        ),
                        role(
                            "quokka-vendor",
                            document(
                                trusts(
                                    {"AWS": [PARTNER, "AROAQUOKKA999EXAMPLE"]},
                                    Condition={
                                        "StringEquals": {"sts:ExternalId": "quokka-1"},
                                        "StringLike": {"sts:RoleSessionName": "*@corp.test"},
                                        "Bool": {"aws:MultiFactorAuthPresent": "true"},
                                        "ForAnyValue:StringLike": {
                                            "aws:PrincipalOrgPaths": "o-quokkaorg12/r-ab12/ou-ab12-*"
                                        },
                                    },
                                )
                            ),
                        ),
                        role(
                            "AWSServiceRoleForSupport",
                            document(trusts({"Service": "support.amazonaws.com"})),
                            "/aws-service-role/support.amazonaws.com/",
                        ),
                    ],
                }
            ),
        ),
        "iam:GetCredentialReport": Source(
            "ok",
            encode_source(
                {
                    "Content": "user,arn,mfa_active\n"
                    f"<root_account>,arn:aws:iam::{ACCOUNT}:root,true\n"
                    f"zebedee@corp.test,arn:aws:iam::{ACCOUNT}:user/zebedee@corp.test,false\n"
                }
            ),
        ),
        "iam:ListMFADevices": Source("ok", encode_source({"zebedee@corp.test": {"MFADevices": []}})),
        "iam:ListAccountAliases": Source("ok", encode_source({"AccountAliases": ["quokka-prod"]})),
        "iam:GetSAMLProvider": Source(
            "ok",
            encode_source(
                {f"arn:aws:iam::{ACCOUNT}:saml-provider/QuokkaIdp": {"SAMLMetadataDocument": "<x>quokka</x>"}}
            ),
        ),
        "identity_center": Source(
            "ok",
            encode_source(
                {
                    "Instances": [
                        {
                            "PermissionSets": [
                                {
                                    "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-quokka1/ps-2",
                                    "Name": "QuokkaAdmins",
                                    "Description": "for Zebedee",
                                    "InlinePolicy": json.dumps(
                                        document(allow("arn:aws:iam::*:role/quokka-*"))
                                    ),
                                    "AccountIds": [ACCOUNT, PARTNER],
                                    "AccountAssignments": [{"DisplayName": "Zebedee", "AccountId": ACCOUNT}],
                                }
                            ]
                        }
                    ]
                }
            ),
        ),
        "organization": Source(
            "ok",
            encode_source(
                {
                    "id": "o-quokkaorg12",
                    "management": PARTNER,
                    "accounts": {
                        ACCOUNT: {
                            "name": "quokka-prod",
                            "path": "o-quokkaorg12/r-ab12/ou-ab12-quokka12/",
                            "scps": [[{"name": "FullAWSAccess", "policy": document(allow("*", "*"))}]],
                        }
                    },
                }
            ),
        ),
    },
    gaps=(
        Gap(
            "iam:GetRole",
            f"arn:aws:iam::{ACCOUNT}:role/quokka-deploy",
            "AccessDenied",
            f"User: arn:aws:iam::{ACCOUNT}:user/zebedee@corp.test with AKIAIOSFODNN7EXAMPLE may not:"
            " ask quokka-prod",
        ),
    ),
)
TELLING = (
    "quokka",
    "zebedee",
    "quimby",
    "corp.test",
    ACCOUNT,
    PARTNER,
    "AKIAIOSFODNN7",
    "o-quokkaorg12",
    "ab12",
)


def redacted(categories: tuple[Category, ...] = CATEGORIES, key: bytes = KEY) -> Snapshot:
    return redact(SNAPSHOT, redactor_for([SNAPSHOT], categories, key))


def redactor(*patterns: str, names: tuple[str, ...] = ()) -> Redactor:
    return Redactor(Pseudonyms(KEY, patterns), CATEGORIES, names)


def test_nothing_telling_is_left() -> None:
    text = encode(redacted()).decode().lower()

    assert [word for word in TELLING if word.lower() in text] == []


def test_what_aws_named_stays() -> None:
    text = encode(redacted()).decode()

    for kept in (
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport",
        "support.amazonaws.com",
        "FullAWSAccess",
        "aws:MultiFactorAuthPresent",
        "<root_account>",
        "s3:GetObject",
    ):
        assert kept in text


def test_a_snapshot_says_that_it_is_redacted() -> None:
    found = redacted(("accounts", "names"))

    assert found.redaction.categories == ("accounts", "names")  # type: ignore[union-attr]
    assert '"redaction"' not in encode(SNAPSHOT).decode()


def test_the_same_key_gives_the_same_and_another_key_another() -> None:
    assert encode(redacted()) == encode(redacted())
    assert redacted().account != redacted(key=b"o" * 32).account


@pytest.mark.parametrize(
    ("category", "gone", "left"),
    [
        (
            "accounts",
            (ACCOUNT, PARTNER, "o-quokkaorg12"),
            ("quokka-deploy", "zebedee@corp.test", "AKIAIOSFODNN7"),
        ),
        ("names", ("quokka-", "Zebedee", "Quokka"), (ACCOUNT, "o-quokkaorg12", "AKIAIOSFODNN7")),
        ("emails", ("zebedee@corp.test",), (ACCOUNT, "quokka-deploy", "AKIAIOSFODNN7")),
        ("keys", ("AKIAIOSFODNN7",), (ACCOUNT, "quokka-deploy", "zebedee@corp.test")),
    ],
)
def test_each_category_stands_alone(category: Category, gone: tuple[str, ...], left: tuple[str, ...]) -> None:
    text = encode(redacted((category,))).decode()

    assert [word for word in gone if word in text] == []
    assert [word for word in left if word not in text] == []


def test_an_inline_policy_of_a_permission_set_stays_a_policy() -> None:
    data = json.loads(redacted().data("identity_center") or b"")
    told = data["Instances"][0]["PermissionSets"][0]
    statement = json.loads(told["InlinePolicy"])["Statement"][0]

    assert statement["Action"] == "sts:AssumeRole"
    assert re.fullmatch(r"arn:aws:iam::\*:role/[a-z]{6}-\*", statement["Resource"])
    assert told["PermissionSetArn"].startswith("arn:aws:sso:::permissionSet/")


def test_a_document_with_equal_keys_keeps_both() -> None:
    text = str(redact_document(ODD, redactor()))

    assert re.findall(r'"Effect": "(\w+)"', text) == ["Allow", "Deny"]
    assert "quokka" not in text
    assert PARTNER not in text


def test_numbers_keep_their_spelling_and_accounts_as_numbers_are_redacted() -> None:
    text = str(redact_document('{"a":1,"a":2.50e1,"Principal":{"AWS":111122223333}}', redactor()))

    assert "2.50e1" in text
    assert ACCOUNT not in text
    assert json.loads(text)["Principal"]["AWS"] == int(redactor().account(ACCOUNT))


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("app*", "application"),
        ("*ploy", "deploy"),
        ("x-*", "x-1"),
        ("*mid*", "amidst"),
        ("Dev*", "DevTeam"),
        ("a?c", "abc"),
    ],
)
def test_a_pattern_is_about_the_same_names(pattern: str, name: str) -> None:
    redact_name = redactor(pattern).name
    translated = re.escape(redact_name(pattern)).replace(r"\*", ".*").replace(r"\?", ".")

    assert re.fullmatch(translated, redact_name(name))
    assert not re.fullmatch(translated, redact_name("zz-9-other"))


@given(
    st.lists(
        st.from_regex(r"[A-Za-z0-9]{1,12}(?:[-_.@+=,][A-Za-z0-9]{1,12}){0,3}", fullmatch=True), unique=True
    )
)
def test_names_stay_valid_and_apart(names: list[str]) -> None:
    made = [redactor().name(name) for name in names]

    assert len(set(made)) == len(names)
    assert [len(name) for name in made] == [len(name) for name in names]
    assert all(re.fullmatch(r"[\w+=,.@-]+", name, re.ASCII) for name in made)


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_account_ids_stay_valid_and_apart(one: str, other: str) -> None:
    pseudonym = redactor().account

    assert re.fullmatch(r"[0-9]{12}", pseudonym(one))
    assert (pseudonym(one) == pseudonym(other)) == (one == other)


def test_a_tag_and_the_policy_that_builds_a_name_of_it_agree() -> None:
    made = redactor("arn:aws:iam::*:role/team-${aws:PrincipalTag/team}")

    key = made.tag_key("Team")
    assert key == made.tag_key("team") != "team"
    assert made.arn("arn:aws:iam::1:role/team-${aws:PrincipalTag/team}").endswith(
        f"-${{aws:PrincipalTag/{key}}}"
    )
    assert made.name("team-payments") == f"{made.name('team')}-{made.name('payments')}"


@pytest.mark.parametrize(
    "kept",
    [
        "token.actions.githubusercontent.com",
        "accounts.google.com",
        "cognito-identity.amazonaws.com",
        "https://oidc.eks.eu-west-1.amazonaws.com",
    ],
)
def test_hosts_of_providers_that_all_share_stay(kept: str) -> None:
    assert redactor().host(kept) == kept


def test_a_claim_keeps_its_grammar() -> None:
    made = redactor().claim("repo:quokka/app:ref:refs/heads/*")

    assert re.fullmatch(r"repo:[a-z]{6}/[a-z]{3}:ref:refs/heads/\*", made)
    assert "quokka" not in made
    assert redactor().claim("https://signin.aws.amazon.com/saml") == "https://signin.aws.amazon.com/saml"


def test_findings_are_as_many_and_of_the_same_kind() -> None:
    def kinds(snapshot: Snapshot) -> Counter[tuple[str, str, str]]:
        found = analyze([snapshot], rules=load_rules()).findings
        return Counter((each.rule, each.severity, each.status) for each in found)

    before = kinds(SNAPSHOT)

    assert sum(before.values()) > 10
    assert kinds(redacted()) == before
