"""`analysis.json` follows its schema, is canonical, and says what the assessment says."""

import json
from typing import Any

import jsonschema
import pytest

from iamscout.analysis.document import analysis_schema, encode_analysis
from iamscout.analysis.example import rejected, snapshot_of
from iamscout.analysis.run import analyze
from iamscout.analysis.settings import Settings
from iamscout.rules import load_rules
from iamscout.snapshot.file import digest
from iamscout.snapshot.model import Snapshot


def a_snapshot() -> Snapshot:
    return snapshot_of(
        rejected(
            "people, a stranger, a service and a provider",
            roles=[
                {
                    "AssumeRolePolicyDocument": [
                        {
                            "Sid": "Anyone",
                            "Effect": "Allow",
                            "Principal": {"AWS": ["*", "999999999999"], "Service": "ec2.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                            "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
                        },
                        {
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "sts:AssumeRole",
                            "Condition": {"StringLike": {"aws:userid": "*:mallory"}},
                        },
                    ]
                },
                {
                    "RoleName": "federated",
                    "AssumeRolePolicyDocument": {
                        "Effect": "Allow",
                        "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corporate"},
                        "Action": "sts:AssumeRoleWithSAML",
                    },
                },
            ],
            user={"inline": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}},
            saml_providers=[{"Name": "corporate"}],
        )
    )


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(encode_analysis(analyze((a_snapshot(),), rules=load_rules())))
    return made


def test_it_follows_its_schema(document: dict[str, Any]) -> None:
    schema = analysis_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)


def test_the_schema_demands_every_member(document: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(analysis_schema())
    for name in document:
        assert not validator.is_valid({key: value for key, value in document.items() if key != name})


def test_a_finding_has_the_members_that_the_schema_tells_of(document: dict[str, Any]) -> None:
    told = analysis_schema()["$defs"]["FindingEntry"]["properties"]  # type: ignore[index]  # any JSON
    assert document["findings"]
    assert all(finding.keys() == told.keys() for finding in document["findings"])


def test_the_bytes_are_canonical() -> None:
    content = encode_analysis(analyze((a_snapshot(),), rules=load_rules()))
    assert content == encode_analysis(analyze((a_snapshot(),), rules=load_rules()[::-1]))
    assert content.endswith(b"}\n")
    assert again(json.loads(content)).encode() == content


def again(document: dict[str, Any]) -> str:
    """The document written by hand: sections in order, an entry a line, keys sorted."""

    def line(value: object) -> str:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def section(value: object) -> str:
        if not isinstance(value, list) or not value:
            return line(value)
        return "[\n" + ",\n".join(map(line, value)) + "\n]"

    sections = (f'"{name}": {section(document[name])}' for name in sorted(document))
    return "{\n" + ",\n".join(sections) + "\n}\n"


def test_the_header_tells_the_snapshot_and_what_judged_it(document: dict[str, Any]) -> None:
    header = document["header"]
    assert header["schema"] == "iamscout/analysis/1"
    assert header["snapshots"] == [
        {"account": "111122223333", "captured_at": "2026-11-01T08:00:00Z", "sha256": digest(a_snapshot())}
    ]
    other = analyze((a_snapshot(),), rules=load_rules()[:1], settings=Settings(role_unused_days=1))
    changed = json.loads(encode_analysis(other))["header"]
    assert changed["rules_sha256"] != header["rules_sha256"]
    assert changed["settings_sha256"] != header["settings_sha256"]


def test_access_stands_grouped_with_everyone_as_such(document: dict[str, Any]) -> None:
    (public,) = [entry for entry in document["access"] if entry["scope"] == "public"]
    assert public["principals"] == [{"kind": "everyone", "value": "*", "account": ""}]
    assert public["roles"] == ["arn:aws:iam::111122223333:role/deploy"]
    assert public["mfa"] == {"grade": "fresh", "max_age_seconds": 59}
    assert public["credentials"] is None
    assert all(
        {"key", "op", "values"} == set(atom) or "not" in atom for each in public["requires"] for atom in each
    )


def test_users_have_a_result_for_each_credential(document: dict[str, Any]) -> None:
    (user,) = [e for e in document["access"] if e["principals"][0]["kind"] == "user"]
    assert user["credentials"]["long_term_key"] == "deny"


def test_the_trust_half_names_statements_and_principals(document: dict[str, Any]) -> None:
    anyone = [each for each in document["trust"] if each["sid"] == "Anyone"]
    assert [(each["statement"], each["effect"], each["excepted"]) for each in anyone] == [(1, "Allow", False)]
    assert [principal["kind"] for principal in anyone[0]["principals"]] == ["account", "everyone", "service"]


def test_findings_and_rules_are_told_in_full(document: dict[str, Any]) -> None:
    found = {finding["rule"] for finding in document["findings"]}
    assert "role-trusts-everyone" in found
    assert found <= {rule["id"] for rule in document["rules"]}
    (finding,) = [each for each in document["findings"] if each["rule"] == "role-trusts-everyone"]
    assert finding["evidence"][0]["pointer"] == "/Statement/0/Principal"
    assert document["metrics"]["findings_open"] == sum(f["status"] == "open" for f in document["findings"])
