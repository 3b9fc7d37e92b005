"""A source that one side lacks, each in turn and on either side: nothing reads as a change."""

import msgspec
import pytest
from msgspec import Raw, structs

from iamscout.analysis.run import analyze
from iamscout.diff.comparable import LISTINGS
from iamscout.diff.compare import compare, compare_verdicts
from iamscout.diff.earlier import verdicts_of
from iamscout.diff.model import Changes
from iamscout.rules import load_rules
from iamscout.snapshot.model import Snapshot, Source, Status, encode_source
from tests.access.worlds import text_of, trust
from tests.report.accounts import OWN, everyday

DETAILS = "iam:GetAccountAuthorizationDetails"
PROVIDER = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"


def whole() -> Snapshot:
    """The everyday account with all its roles and users listed, and what an OIDC provider of it is like."""
    made = everyday()
    details = msgspec.json.decode(made.sources[DETAILS].data)
    answers = {
        "iam:ListRoles": {"Roles": details["RoleDetailList"]},
        "iam:ListUsers": {"Users": details["UserDetailList"]},
        "iam:ListOpenIDConnectProviders": {"OpenIDConnectProviderList": [{"Arn": PROVIDER}]},
        "iam:GetOpenIDConnectProvider": {
            PROVIDER: {"Url": "token.actions.githubusercontent.com", "ClientIDList": ["sts.amazonaws.com"]}
        },
    }
    more = {name: Source("ok", encode_source(answer)) for name, answer in answers.items()}
    return structs.replace(made, sources={**made.sources, **more})


def with_a_stray_trust() -> Snapshot:
    """The same with a role that trusts an OIDC provider which is not there."""
    made = whole()
    details = msgspec.json.decode(made.sources[DETAILS].data)
    stray = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/gone.example.com"}
    statement = trust(stray, "sts:AssumeRoleWithWebIdentity")
    details["RoleDetailList"][0]["AssumeRolePolicyDocument"] = text_of([statement])
    return structs.replace(made, sources={**made.sources, DETAILS: Source("ok", encode_source(details))})


SOURCES = sorted(name for name, source in whole().sources.items() if source.status == "ok")


def test_the_account_has_sources_of_many_kinds() -> None:
    assert len(SOURCES) >= 6


@pytest.mark.parametrize("status", ["denied", "partial"])
@pytest.mark.parametrize("source", SOURCES)
def test_a_missing_source_is_no_change(source: str, status: Status) -> None:
    made = whole()
    kept = made.sources[source].data if status == "partial" else Raw(msgspec.json.encode(None))
    cut = structs.replace(made, sources={**made.sources, source: Source(status, kept)})
    full, poor = (analyze([each], rules=load_rules()) for each in (made, cut))
    for old, new, side in ((full, poor, "new"), (poor, full, "old")):
        for changes in (compare(old, new), compare_verdicts(verdicts_of(old), verdicts_of(new))):
            assert said(changes) == [], (side, changes)
            assert any(source in f"{lack.source} {lack.reason}" for lack in changes.not_comparable)


@pytest.mark.parametrize("status", ["denied", "partial"])
def test_a_provider_list_of_one_side_makes_no_way_in_come_or_go(status: Status) -> None:
    """Whether a provider that a role trusts is missing is known of a whole list alone."""
    made, listing = with_a_stray_trust(), "iam:ListOpenIDConnectProviders"
    kept = made.sources[listing].data if status == "partial" else Raw(msgspec.json.encode(None))
    cut = structs.replace(made, sources={**made.sources, listing: Source(status, kept)})
    full, poor = (analyze([each], rules=()) for each in (made, cut))
    assert len(full.estate.access.entries) != len(poor.estate.access.entries)
    for old, new in ((full, poor), (poor, full)):
        changes = compare(old, new)
        assert said(changes) == []
        assert listing in {lack.source for lack in changes.not_comparable}


def test_what_two_cut_listings_lack_is_no_change() -> None:
    """Each tells other users, groups, roles and policies: none of them came, and none went."""
    made = everyday()
    details = msgspec.json.decode(made.sources[DETAILS].data)
    others = {name: source for name, source in made.sources.items() if name not in LISTINGS}
    sides = []
    for half in (slice(1), slice(1, None)):
        kept = {name: told[half] for name, told in details.items() if isinstance(told, list)}
        part = Source("partial", encode_source({**details, **kept}))
        cut = structs.replace(made, sources={**others, DETAILS: part})
        sides.append(analyze([cut], rules=load_rules()))
    old, new = sides
    assert {each.key for each in old.findings} != {each.key for each in new.findings}
    for changes in (compare(old, new), compare_verdicts(verdicts_of(old), verdicts_of(new))):
        assert said(changes) == []
        assert any(lack.side == "both" for lack in changes.not_comparable)


def said(changes: Changes) -> list[object]:
    """Everything that is told to differ."""
    access, found = changes.access, changes.findings
    return [
        *(changes.resources or ()),
        *(access.all if access else ()),
        *(access.half_gained + access.half_lost if access else ()),
        *(changes.exposure or ()),
        *([changes.power] if changes.power.differs else []),
        *found.new,
        *found.resolved,
        *found.reopened,
        *(each for each in found.persisting if each.before),
        *changes.metrics,
    ]


def test_a_change_beside_a_gap_is_still_told() -> None:
    made = whole()
    details = msgspec.json.decode(made.sources[DETAILS].data)
    role = details["RoleDetailList"][0]
    role["AssumeRolePolicyDocument"] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
    cut = structs.replace(
        made,
        sources={
            **made.sources,
            DETAILS: Source("ok", encode_source(details)),
            "iam:GetCredentialReport": Source("denied"),
        },
    )
    old, new = (analyze([each], rules=load_rules()) for each in (made, cut))
    changes = compare(old, new)
    assert role["Arn"] in {change.resource for change in changes.resources or ()}
    assert "role-trusts-everyone" in {each.finding.rule for each in changes.findings.new}
