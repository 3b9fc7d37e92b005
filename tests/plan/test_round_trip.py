"""A plan carried out in an in-process AWS: what it promises must be so when the account is fetched again."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest

from iamscout.access.permissions import Permissions
from iamscout.analysis.estate import Estate
from iamscout.plan.design import make_plans
from iamscout.plan.files import plan_files
from iamscout.plan.model import AccountPlan
from iamscout.policy.actions import all_actions
from iamscout.snapshot.file import encode
from tests.plan.conftest import ACCOUNT, estate_of, fetched, perform

ROLE_ONLY = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "iam:ChangePassword")


@pytest.fixture
def before(session: boto3.Session) -> Estate:
    return estate_of(session)


@pytest.fixture
def plan(before: Estate) -> AccountPlan:
    (plan,) = make_plans(before)
    return plan


def of_group(estate: Estate, name: str) -> tuple[int, int, int]:
    """Direct permissions of a group: everywhere, somewhere, denied; conditions on MFA aside."""
    account = estate.accounts[0]
    return _bits(Permissions(estate.directory).of_group(account, account.groups_by_name[name]))


def of_role(estate: Estate, name: str) -> tuple[int, int, int]:
    entry = estate.directory.by_arn[f"arn:aws:iam::{ACCOUNT}:role/{name}"]
    return _bits(Permissions(estate.directory).of(entry))


def _bits(found: Any) -> tuple[int, int, int]:
    aside = ~all_actions().bits(ROLE_ONLY)
    everywhere = 0
    for _, bits in found.everywhere:
        everywhere |= bits
    return everywhere & aside, found.anyhow & aside, found.denied & aside


def test_every_group_that_grants_permissions_gets_a_role(plan: AccountPlan) -> None:
    assert {group.name: group.model for group in plan.groups} == {
        "-mixed=@,.+": "mixed",
        "GroupA": "traditional",
        "GroupB": "traditional",
        "Guarded": "traditional",
    }
    roles = {group.name: group.role for group in plan.groups}
    assert roles["GroupA"].name == "GroupA-Role-2"  # GroupA-Role is somebody else's
    assert (roles["GroupA"].power, roles["GroupA"].mfa_max_age_seconds) == ("privileged", 900)
    trust = json.loads(roles["GroupA"].trust_policy)["Statement"][0]
    assert trust["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert trust["Condition"] == {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": "900"},
    }


def test_applied_and_fetched_again_the_account_conforms_with_equal_permissions(
    session: boto3.Session, before: Estate, plan: AccountPlan
) -> None:
    assert before.schemes[0].score == 0
    for step in plan.steps:
        for call in step.apply:
            perform(session, call)
    after = estate_of(session)
    (scheme,) = after.schemes
    assert [(each.group, each.violations) for each in scheme.groups if not each.conforms] == []
    assert scheme.score == 100
    for group in plan.groups:
        assert of_role(after, group.role.name) == of_group(before, group.name), group.name
        left = next(each for each in scheme.groups if each.group == group.arn)
        assert (left.model, left.direct, left.roles) == ("role_based", (), (group.role.arn,))
    # `=` of the permissions would be vacuous if a role held none.
    assert of_role(after, "GroupA-Role-2")[0] & all_actions().bit("iam:CreateUser")


def test_nobody_loses_a_role(session: boto3.Session, before: Estate, plan: AccountPlan) -> None:
    for step in plan.steps:
        for call in step.apply:
            perform(session, call)
    after = estate_of(session)
    mixed = f"arn:aws:iam::{ACCOUNT}:group/-mixed=@,.+"
    reached = next(each.roles for each in before.schemes[0].groups if each.group == mixed)
    assert reached == (f"arn:aws:iam::{ACCOUNT}:role/reader",)
    user = f"arn:aws:iam::{ACCOUNT}:user/ben=x"
    now = {role: entry.verdict for entry in after.access.by_principal[user] for role in entry.roles}
    assert now[reached[0]].mfa.grade == "fresh"
    assert now[f"arn:aws:iam::{ACCOUNT}:role/-mixed=@,.+-Role"].mfa.grade == "fresh"


def test_the_first_stage_takes_nothing_from_anybody(
    session: boto3.Session, before: Estate, plan: AccountPlan
) -> None:
    for step in plan.steps:
        if step.stage == "prepare":
            for call in step.apply:
                perform(session, call)
    after = estate_of(session)
    for group in plan.groups:
        everywhere, somewhere, _ = of_group(before, group.name)
        now = of_group(after, group.name)
        assert everywhere & ~now[0] == 0
        assert somewhere & ~now[1] == 0


def test_the_way_back_leads_to_the_account_as_it_was(session: boto3.Session, plan: AccountPlan) -> None:
    def state() -> Any:
        sources = json.loads(encode(fetched(session)))["sources"]
        return sources["iam:GetAccountAuthorizationDetails"]["data"]

    start = state()
    for step in plan.steps:
        for call in step.apply:
            perform(session, call)
    assert state() != start
    for step in reversed(plan.steps):
        for call in step.undo:
            perform(session, call)
    assert _plain(state()) == _plain(start)


def _plain(state: Any) -> Any:
    """Without the order of attachments and what moto counts on its own."""
    text = json.dumps(state, sort_keys=True)
    found = json.loads(text)
    for kind in ("UserDetailList", "GroupDetailList", "RoleDetailList"):
        for entity in found[kind]:
            entity["AttachedManagedPolicies"].sort(key=lambda each: each["PolicyArn"])
    found["Policies"] = [
        {"Arn": policy["Arn"]} for policy in found["Policies"] if ":aws:policy" not in policy["Arn"]
    ]
    return found


def test_cloudformation_does_the_first_stage(session: boto3.Session, plan: AccountPlan) -> None:
    # moto's CloudFormation knows no AWS::IAM::Group: the groups beside come by their steps.
    template = json.loads(plan_files(plan)["cloudformation.json"])
    beside = [name for name in template["Resources"] if name.startswith("SideGroup")]
    assert [template["Resources"][name]["Type"] for name in beside] == [
        "AWS::IAM::Group",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::UserToGroupAddition",
    ]
    for name in beside:
        del template["Resources"][name]
    stacks = session.client("cloudformation")
    stacks.create_stack(
        StackName="roles", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    for step in plan.steps:
        if step.stage == "switch" or step.title.startswith("Create the group"):
            for call in step.apply:
                perform(session, call)
    (scheme,) = estate_of(session).schemes
    assert [(each.group, each.violations) for each in scheme.groups if not each.conforms] == []
    assert scheme.score == 100


def test_the_scripts_say_the_same_calls_whatever_the_names_hold(plan: AccountPlan, tmp_path: Path) -> None:
    files = plan_files(plan)
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    # An `aws` that tells its arguments, as the shell hands them over.
    told = tmp_path / "told"
    fake = tmp_path / "bin" / "aws"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\nif [ "$1" = sts ]; then echo ' + ACCOUNT + "; exit; fi\n"
        f'for word in "$@"; do printf \'%s\\n\' "$word" >> {shlex.quote(str(told))}; done\n'
        f"printf '%s\\n' -- >> {shlex.quote(str(told))}\n"
    )
    fake.chmod(0o700)
    for name, stage, back in (
        ("1-prepare.sh", "prepare", False),
        ("2-switch.sh", "switch", False),
        ("undo-2-switch.sh", "switch", True),
        ("undo-1-prepare.sh", "prepare", True),
    ):
        told.write_text("")
        subprocess.run(
            ["bash", str(tmp_path / name)],
            check=True,
            env={"PATH": f"{fake.parent}:/usr/bin:/bin"},
            stdout=subprocess.DEVNULL,
        )
        steps = [step for step in plan.steps if step.stage == stage]
        expected = [
            call
            for step in (reversed(steps) if back else steps)
            for call in (step.undo if back else step.apply)
        ]
        calls = [chunk.split("\n") for chunk in told.read_text().split("\n--\n") if chunk]
        assert len(calls) == len(expected)
        for (iam, verb, *options), call in zip(calls, expected, strict=True):
            assert (iam, verb.replace("-", "")) == ("iam", call.operation.lower())
            values = [option.partition("=")[2] for option in options]
            assert [
                (tmp_path / value.removeprefix("file://")).read_text().rstrip("\n")
                if value.startswith("file://")
                else value
                for value in values
            ] == [str(value) for _, value in call.parameters]


def test_a_script_stops_in_another_account(plan: AccountPlan, tmp_path: Path) -> None:
    script = tmp_path / "1-prepare.sh"
    script.write_text(plan_files(plan)["1-prepare.sh"])
    fake = tmp_path / "bin" / "aws"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 444455556666\n")
    fake.chmod(0o700)
    done = subprocess.run(
        ["bash", str(script)],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": f"{fake.parent}:/usr/bin:/bin"},
    )
    assert done.returncode == 1
    assert "the plan is for 123456789012" in done.stderr


def test_who_may_only_change_a_password_is_also_let_to_enrol_mfa(plan: AccountPlan) -> None:
    (group,) = [each for each in plan.groups if each.name == "Guarded"]
    assert "iam:EnableMFADevice" in group.policy.text


def test_a_wildcard_of_somebody_else_that_covers_the_new_role_is_told(session: boto3.Session) -> None:
    iam = session.client("iam")
    iam.create_group(GroupName="wide")
    for resource in ("*", f"arn:aws:iam::{ACCOUNT}:role/GroupB-R*"):
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": resource}
        text = json.dumps({"Version": "2012-10-17", "Statement": statement})
        iam.put_group_policy(GroupName="wide", PolicyName="assume", PolicyDocument=text)
        (plan,) = make_plans(estate_of(session))
        told = {
            group.name: [note for note in group.notes if "group wide" in note and "pattern" in note]
            for group in plan.groups
        }
        assert len(told["GroupB"]) == 1
        assert bool(told["GroupA"]) is (resource == "*")
