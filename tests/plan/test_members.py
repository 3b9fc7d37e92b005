"""Names, links and quoting of a plan: what IAM, the console, the AWS CLI and Markdown want."""

from iamscout.plan.members import switch_role_link
from iamscout.plan.names import Names
from iamscout.plan.shell import kebab
from iamscout.plan.text import code
from iamscout.policy.document import Condition
from iamscout.policy.formula import Formula, Test

EXTERNAL = Formula(((Test(Condition("StringEquals", "sts:ExternalId", ("x",))),),))


def test_a_switch_role_link_names_account_and_path_of_the_role() -> None:
    role = "arn:aws:iam::111122223333:role/teams/a b&c/Ops+1"
    assert switch_role_link(role, "aws") == (
        "https://signin.aws.amazon.com/switchrole?account=111122223333&roleName=teams%2Fa+b%26c%2FOps%2B1"
        "&displayName=Ops%2B1"
    )
    assert switch_role_link(role, "aws-us-gov").startswith("https://signin.amazonaws-us-gov.com/switchrole?")


def test_there_is_no_link_where_the_console_cannot_go() -> None:
    role = "arn:aws:iam::111122223333:role/vendor"
    assert switch_role_link(role, "aws", EXTERNAL) == ""
    either = Formula((*EXTERNAL.alternatives, (Test(Condition("Bool", "aws:SecureTransport", ("true",))),)))
    assert switch_role_link(role, "aws", either)


def test_names_keep_to_iams_length_and_meet_nothing_that_exists() -> None:
    names = Names(frozenset({"ops-role"}), 64)
    assert names.take("Ops", "-Role") == "Ops-Role-2"
    assert names.take("OPS", "-Role") == "OPS-Role-3"
    one, other = names.take("x" * 100 + "1", "-Role"), names.take("x" * 100 + "2", "-Role")
    assert one != other
    assert {len(one), len(other)} == {64}


def test_options_are_spelled_as_the_aws_cli_does() -> None:
    assert kebab("AssumeRolePolicyDocument") == "assume-role-policy-document"
    assert kebab("AddUserToGroup") == "add-user-to-group"


def test_a_code_span_holds_any_text() -> None:
    assert code("plain") == "`plain`"
    assert code("a`b``c") == "``` a`b``c ```"
