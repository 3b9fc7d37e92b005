"""A side that is an analysis: accounts that the other side lacks, the parts that are asked for, power."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from iamscout.analysis.assessment import Assessment
from iamscout.analysis.configuration import Configuration
from iamscout.analysis.document import encode_analysis
from iamscout.analysis.run import analyze
from iamscout.diff.compare import TOGETHER, compare, compare_analyses
from iamscout.diff.earlier import load_verdicts, verdicts_of
from iamscout.diff.effect import Effect
from iamscout.diff.model import AdminChange, Changes, PowerChanges
from iamscout.diff.phrases import Phrases, plain
from iamscout.diff.text import text_lines
from iamscout.rules import load_rules
from iamscout.snapshot.model import Source, encode_source
from tests.access.worlds import HOME, OTHER, AccountMaker, allow, deny, root, trust
from tests.diff.sides import snapshot_of

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def home() -> AccountMaker:
    made = AccountMaker(HOME)
    made.role("entry", [trust(root(OTHER))], [allow("*")])
    made.user("eve", [allow(["iam:AttachUserPolicy", "iam:PutUserPolicy"])])
    return made


def manager(*guardrails: dict[str, Any]) -> AccountMaker:
    """Another account, which tells of the organization: its policy limits the first one."""
    made = AccountMaker(OTHER)
    made.user("carol", [allow("sts:AssumeRole", "*")])
    document = {"Version": "2012-10-17", "Statement": [allow("*"), *guardrails]}
    member = {
        "name": "home",
        "path": "o-exampleorgid/r-exmp/",
        "scps": [[{"name": "limit", "policy": document}]],
    }
    made.sources["organization"] = {"id": "o-exampleorgid", "management": OTHER, "accounts": {HOME: member}}
    return made


def judged(*makers: AccountMaker) -> Assessment:
    return analyze(map(snapshot_of, makers), rules=load_rules())


def empty(changes: Changes) -> bool:
    found = changes.findings
    settled = not any(each.before for each in found.persisting)
    return not (found.new or found.resolved or found.reopened or changes.power.differs) and settled


@pytest.fixture(scope="module")
def one() -> Assessment:
    return judged(home())


@pytest.fixture(scope="module")
def both() -> Assessment:
    return judged(home(), manager(deny("iam:*")))


def test_an_account_that_only_one_side_judged_changes_nothing_of_the_others(
    one: Assessment, both: Assessment
) -> None:
    # The sides differ where nothing is cut: the organization's policy takes eve's ways to gain more.
    assert verdicts_of(one).escalation != verdicts_of(both).escalation
    for old, new in ((verdicts_of(both), one), (one, verdicts_of(both))):
        changes = compare_analyses(old, new)
        assert empty(changes), "\n".join(text_lines(changes))
        assert changes.accounts_added + changes.accounts_removed == (OTHER,)
        assert any(lack.source == TOGETHER and OTHER in lack.reason for lack in changes.not_comparable)


def test_the_side_that_can_be_judged_again_is_cut_to_what_both_have(
    one: Assessment, both: Assessment
) -> None:
    for old, new in ((verdicts_of(one), both), (both, verdicts_of(one))):
        changes = compare_analyses(old, new)
        assert empty(changes)
        assert changes.not_comparable == ()
        assert changes.accounts_added + changes.accounts_removed == (OTHER,)
    wider = home()
    wider.user("mallory", [allow("*")])
    for new in (judged(wider), judged(wider, manager(deny("iam:*")))):
        changes = compare_analyses(verdicts_of(one), new)
        assert [arn.rpartition("/")[2] for arn in changes.power.admins_gained] == ["mallory"]


def test_sides_without_an_account_in_common_have_nothing_to_compare(one: Assessment) -> None:
    changes = compare_analyses(verdicts_of(judged(manager())), one)
    assert empty(changes)
    assert changes.metrics == {}
    assert {lack.account for lack in changes.not_comparable} == {HOME, OTHER}


@pytest.mark.parametrize("part", ["power", "findings"])
def test_only_the_parts_that_are_asked_for_are_told(one: Assessment, part: Any) -> None:
    wider = home()
    wider.user("mallory", [allow("*")])
    changes = compare_analyses(verdicts_of(one), judged(wider), [part])
    assert changes.parts == (part,)
    assert changes.power.differs == (part == "power")
    assert bool(changes.metrics) == (part == "power")
    assert bool(changes.findings.new) == (part == "findings")
    assert f"only {part} compared" in "\n".join(text_lines(changes))


def test_parts_that_are_not_asked_for_are_not_told_to_be_lacking(one: Assessment, both: Assessment) -> None:
    changes = compare_analyses(verdicts_of(both), one, ["findings"])
    assert {lack.source.partition(" ")[0] for lack in changes.not_comparable} == {"rule"}
    changes = compare_analyses(verdicts_of(both), one, ["power"])
    assert {lack.source for lack in changes.not_comparable} == {TOGETHER}


def keyed(*, later: bool) -> AccountMaker:
    """An account with a key that may be old, and a role that another account may enter."""
    made = home()
    made.sources["iam:GetAccountPasswordPolicy"] = {
        "PasswordPolicy": {"MinimumPasswordLength": 6 if later else 14}
    }
    return made


@pytest.mark.parametrize("source", ["iam:GetAccountAuthorizationDetails", "organization"])
def test_a_gap_of_one_account_changes_nothing_in_others(source: str) -> None:
    full, poor = manager(deny("iam:*")), manager(deny("iam:*"))
    poor.sources[source] = Source("denied", encode_source(None))
    old, new = judged(keyed(later=False), full), judged(keyed(later=False), poor)
    assert {each.key for each in old.findings} != {each.key for each in new.findings}
    for before, after in ((old, new), (new, old)):
        changes = (compare(before, after), compare_analyses(verdicts_of(before), verdicts_of(after)))
        assert all(map(empty, changes)), "\n".join(text_lines(changes[0]))
        assert "nothing changed that can be compared" in "\n".join(text_lines(changes[0]))


def test_what_is_found_in_an_account_alone_is_told_whatever_others_lack() -> None:
    poor = manager(deny("iam:*"))
    poor.sources["organization"] = Source("denied", encode_source(None))
    old, new = judged(keyed(later=False), manager(deny("iam:*"))), judged(keyed(later=True), poor)
    for changes in (compare(old, new), compare_analyses(verdicts_of(old), new)):
        assert {each.finding.rule for each in changes.findings.new} == {"password-policy-too-short"}
        assert {each.cause for each in changes.findings.new} == {"account"}


def test_a_rule_that_is_switched_off_is_the_configuration(one: Assessment) -> None:
    off = Configuration(rules_off=("privilege-escalation",))
    quiet = analyze([snapshot_of(home())], rules=load_rules(), configuration=off)
    for old, new in ((one, quiet), (quiet, one)):
        changes = compare_analyses(verdicts_of(old), verdicts_of(new))
        told = changes.findings.new + changes.findings.resolved
        assert {(each.finding.rule, each.cause) for each in told} == {
            ("privilege-escalation", "configuration")
        }


def test_an_exception_that_ended_is_not_the_account(one: Assessment) -> None:
    """Not even where the finding's title counts days, and the account is another day's."""
    accepted = tuple(structs.replace(each, status="accepted", title="of 3 days") for each in one.findings)
    before = structs.replace(verdicts_of(one), findings=accepted)
    moments = tuple(structs.replace(each, sha256="0" * 64) for each in before.snapshots)
    changes = compare_analyses(structs.replace(before, snapshots=moments), one)
    assert {each.cause for each in changes.findings.reopened} == {"exceptions"}
    back = compare_analyses(one, before)
    assert "of other severity or status" in "\n".join(text_lines(back))
    assert "nothing changed" not in "\n".join(text_lines(back))


ADMIN, LIMITED = [allow("*")], [allow("*", Condition=MFA)]
STRICTER = [allow("*", Condition={**MFA, "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})]
METHODS = [allow(["iam:AttachUserPolicy", "iam:PutUserPolicy"])]
WAYS = "attach any policy to a user, write an inline policy into a user"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (METHODS, ADMIN, "+ widened user eve is now administrator"),
        (
            [],
            [*LIMITED, *METHODS],
            f"+ widened user eve is now administrator under conditions, and can gain more: {WAYS}",
        ),
        ([*LIMITED, *METHODS], ADMIN, "+ widened user eve is administrator without conditions now"),
        ([*LIMITED, *METHODS], LIMITED, f"- narrowed user eve can no longer gain more: {WAYS}"),
        ([], METHODS, f"+ widened user eve can now gain more: {WAYS}"),
        (ADMIN, [*LIMITED, *METHODS], "- narrowed user eve is administrator only under conditions now"),
        (ADMIN, METHODS, f"- narrowed user eve is no longer administrator, but can still gain more: {WAYS}"),
        (LIMITED, STRICTER, "- narrowed user eve is administrator on stricter terms"),
        (STRICTER, LIMITED, "+ widened user eve is administrator on easier terms"),
    ],
)
def test_less_never_reads_as_more_nor_more_as_less(
    before: list[Any], after: list[Any], told: str, tmp_path: Path
) -> None:
    sides, files = [], []
    for number, statements in enumerate((before, after)):
        made = AccountMaker(HOME)
        made.user("eve", statements)
        sides.append(judged(made))
        path = tmp_path / f"{number}.json"
        path.write_bytes(encode_analysis(sides[number]))
        files.append(load_verdicts(path))
    found = compare(sides[0], sides[1])
    assert [" ".join((each.sign, each.effect, plain(each.phrase))) for each in Phrases(found).power] == [told]
    assert compare(sides[1], sides[0]).power == mirrored(found.power)
    assert compare_analyses(files[0], files[1]).power == found.power
    assert compare_analyses(files[0], sides[1]).power == found.power


def test_a_guardrail_that_went_does_not_take_the_power_that_it_gives() -> None:
    outside = {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    limit = deny("sts:AssumeRole", Condition=outside)
    sides = [judged(home(), manager(limit)), judged(home(), manager())]
    entry = f"arn:aws:iam::{HOME}:role/entry"
    assert entry in {principal for principal, _ in verdicts_of(sides[0]).escalation}
    power = compare(sides[0], sides[1]).power
    assert power.escalation_lost == ()
    assert entry in {*power.admins_gained, *(each.principal for each in power.admins_changed)}
    assert compare(sides[1], sides[0]).power == mirrored(power)


def mirrored(power: PowerChanges) -> PowerChanges:
    turned: dict[Effect, Effect] = {"widened": "narrowed", "narrowed": "widened"}
    return PowerChanges(
        admins_gained=power.admins_lost,
        admins_lost=power.admins_gained,
        admins_changed=tuple(
            AdminChange(
                each.principal,
                turned.get(each.effect, each.effect),
                conditional_before=each.conditional_now,
                conditional_now=each.conditional_before,
            )
            for each in power.admins_changed
        ),
        escalation_gained=power.escalation_lost,
        escalation_lost=power.escalation_gained,
        escalation_outgrown=power.escalation_left,
        escalation_left=power.escalation_outgrown,
    )
