"""People can assume a role without MFA."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.mfa import human_ways, mfa_evidence
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.analysis.trusts import called, graded, is_open_to_strangers
from iamscout.analysis.wording import count, listed
from iamscout.snapshot.account import Account, Role


def check(role: Role, account: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per role that people of the snapshots get into by a way in which MFA plays no part."""
    if role.kind != "plain" or is_open_to_strangers(estate, role):
        return
    open_ways = [way for way in human_ways(estate, account, role) if way.people and way.mfa.grade == "none"]
    if not open_ways:
        return
    people = [person for way in open_ways for person in way.people]
    power = estate.power_of(account, role)
    known = all(estate.people.is_known(person.account) for person in people[:1])
    yield Hit(
        f"{count(len(people), 'user')} can assume {called(role, power)} without MFA: "
        f"{listed([person.name for person in people[:_NAMED]], most=_NAMED, total=len(people))}",
        mfa_evidence(estate, role),
        severity=graded(power, administrator="high", privileged="high", ordinary="medium", none="info"),
        confidence="certain" if known else "likely",
    )


_NAMED = 4

RULE = Rule(
    title="Role can be assumed by people without MFA",
    severity="medium",
    applies_to="role",
    needs=("iam:GetAccountAuthorizationDetails",),
    rationale=(
        "Roles for people are worth the extra step only if the step asks for something that a stolen key or "
        "password does not have. Neither the trust policy nor the policies that allow sts:AssumeRole ask "
        "for MFA here, so whoever steals a user's access key has the role."
    ),
    remediation=(
        "Require recent MFA in the trust policy.\n\n"
        '"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}, '
        '"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}'
    ),
    references=(
        iam_guide("Secure API access with MFA", "id_credentials_mfa_configure-api-require"),
        iam_guide("Grant a user permissions to switch roles", "id_roles_use_permissions-to-switch"),
    ),
    also_known_as={"scoutsuite": ("iam-assume-role-no-mfa",)},
    examples=(
        rejected(
            "a group may assume a role that trusts the account",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "sts:AssumeRole",
            },
            group={
                "GroupName": "staff",
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "arn:aws:iam::111122223333:role/deploy",
                },
            },
            user={"UserName": "alice", "GroupList": ["staff"]},
            credential_report=[{"user": "alice", "password_enabled": "true"}],
        ),
        rejected(
            "the trust names the user, who then needs no policy",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
                "Action": "sts:AssumeRole",
            },
            user={"UserName": "alice"},
        ),
        accepted(
            "the trust asks for MFA",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            },
            user={"UserName": "alice"},
        ),
        accepted(
            "the age of MFA alone asks for MFA, too",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
            },
            user={"UserName": "alice"},
        ),
        accepted(
            "the policy that allows sts:AssumeRole asks for MFA",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            user={
                "UserName": "alice",
                "inline": {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                },
            },
        ),
        accepted(
            "a Deny without MFA, also for keys",
            trust=[
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
                    "Action": "sts:AssumeRole",
                },
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sts:AssumeRole",
                    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
                },
            ],
            user={"UserName": "alice"},
        ),
        accepted(
            "a user without a password is a machine",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:user/build"},
                "Action": "sts:AssumeRole",
            },
            user={"UserName": "build"},
            credential_report=[{"user": "build", "access_key_1_active": "true"}],
        ),
        accepted(
            "a role of the account, which cannot have MFA",
            roles=[
                {
                    "RoleName": "deploy",
                    "AssumeRolePolicyDocument": {
                        "Effect": "Allow",
                        "Principal": {"AWS": "arn:aws:iam::111122223333:role/build"},
                        "Action": "sts:AssumeRole",
                    },
                },
                {"RoleName": "build"},
            ],
        ),
        accepted(
            "nobody has the permission",
            trust={"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
            user={"UserName": "alice"},
        ),
        accepted(
            "whoever is let in by everyone's door is another rule's matter",
            trust={"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
            user={"UserName": "alice"},
        ),
        accepted(
            "BoolIfExists is another rule's matter",
            trust={
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
                "Action": "sts:AssumeRole",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
            },
            user={"UserName": "alice"},
        ),
    ),
    check=check,
)
