"""A role asks for MFA in a way that lets somebody in without it."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.mfa import HumanWay, human_ways, mfa_evidence, who_bypasses
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import access, called, graded
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role: its people's ways in, or what the trust would let through, and foreign accounts."""
    if role.kind != "plain":
        return
    ways = [way for way in human_ways(estate, account, role) if way.mfa.grade == "weak"]
    ways += [
        HumanWay(entry.verdict.mfa, entry.verdict.requires)
        for entry in access(estate, role, "cross_account", "public")
        if entry.verdict.mfa.grade == "weak" and entry.principals[0].kind in ("account", "user", "everyone")
    ]
    if ways:
        power = estate.power_of(account, role)
        yield Hit(
            f"The MFA that {called(role, power)} asks for is not needed: {who_bypasses(ways[0])} gets in",
            mfa_evidence(estate, role),
            severity=graded(power, administrator="high", privileged="high", ordinary="medium", none="low"),
        )


RULE = Rule(
    title="MFA of a trust policy can be bypassed",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "The policy mentions MFA, and somebody without MFA gets in. BoolIfExists in an Allow passes when "
        "the key is absent, and it is absent from requests made with an access key; a Deny with Bool false "
        "does not stop those requests for the same reason. Reviewers see MFA and are content."
    ),
    remediation=(
        "In an Allow, use Bool without IfExists; in a Deny, use BoolIfExists.\n\n"
        '{"Effect": "Allow", …, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}\n'
        '{"Effect": "Deny", …, "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}'
    ),
    references=(
        iam_guide(
            "AWS global condition context keys",
            "reference_policies_condition-keys#condition-keys-multifactorauthpresent",
        ),
        iam_guide("Secure API access with MFA", "id_credentials_mfa_configure-api-require"),
    ),
    examples=(
        rejected(
            "BoolIfExists in an Allow",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        rejected(
            "the same for a user, in lower case",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
                "Action": "sts:AssumeRole",
                "Condition": {"BoolIfExists": {"aws:multifactorauthpresent": True}},
            },
            user={"UserName": "alice"},
        ),
        rejected(
            "a Deny with Bool false does not reach access keys",
            trust=[
                {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
                },
            ],
        ),
        rejected(
            "an age that may be missing",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThanIfExists": {"aws:MultiFactorAuthAge": "3600"}},
            },
        ),
        rejected(
            "a foreign account's people",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "sts:AssumeRole",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        accepted(
            "Bool in an Allow",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
        ),
        accepted(
            "BoolIfExists in a Deny",
            trust=[
                {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
                },
            ],
        ),
        accepted(
            "IfExists on the presence, but not on the age",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "BoolIfExists": {"aws:MultiFactorAuthPresent": "true"},
                    "NumericLessThan": {"aws:MultiFactorAuthAge": "60"},
                },
            },
        ),
        accepted(
            "the trust is weak, and the policy of the only user is not",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": "sts:AssumeRole",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
            },
            user={
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                }
            },
        ),
        accepted(
            "no word of MFA is another rule's matter",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
        ),
    ),
    check=check,
)
