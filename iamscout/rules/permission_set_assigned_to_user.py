"""A permission set of IAM Identity Center is assigned to users one by one."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.permission_sets import is_administrators
from iamscout.analysis.rule import Reference, Rule
from iamscout.analysis.wording import count
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per permission set, with how many users have it in how many accounts."""
    center = account.identity_center
    for each in center.permission_sets if center else ():
        given = [assignment for assignment in each.assignments if assignment.principal_type == "USER"]
        if not given:
            continue
        users = len({assignment.principal_id for assignment in given})
        accounts = len({assignment.account for assignment in given})
        strong = is_administrators(each)
        yield Hit(
            f"Permission set {each.name}{' (administrator)' if strong else ''} is assigned to "
            f"{count(users, 'user')} one by one, in {count(accounts, 'account')}",
            resource=each.arn,
            resource_type="organization",
            severity="low" if strong else None,
        )


def _center(principal_type: str, policy: str = "ReadOnlyAccess") -> dict[str, object]:
    return {
        "Region": "eu-west-1",
        "Instances": [
            {
                "InstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef",
                "IdentityStoreId": "d-1234567890",
                "Status": "ACTIVE",
                "PermissionSets": [
                    {
                        "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-example",
                        "Name": "Everyday",
                        "SessionDuration": "PT1H",
                        "AttachedManagedPolicies": [{"Arn": f"arn:aws:iam::aws:policy/{policy}"}],
                        "AccountIds": ["111122223333"],
                        "AccountAssignments": [
                            {
                                "AccountId": "111122223333",
                                "PrincipalType": principal_type,
                                "PrincipalId": "1f2e3d4c-5b6a-4798-8a7b-6c5d4e3f2a1b",
                            }
                        ],
                    }
                ],
            }
        ],
    }


_NAME = "identity_center"

RULE = Rule(
    title="Permission set is not assigned through groups only",
    severity="info",
    applies_to="account",
    needs=(_NAME,),
    rationale=(
        "Groups say what a person does, and whoever leaves or changes work loses membership in one place. An "
        "assignment to a single user is seen by nobody who looks at groups, and stays."
    ),
    remediation=(
        "Assign the permission set to a group of the identity store, and take the user's assignment away.\n\n"
        "aws sso-admin delete-account-assignment --instance-arn ARN --permission-set-arn ARN "
        "--principal-type USER --principal-id ID --target-type AWS_ACCOUNT --target-id ACCOUNT"
    ),
    references=(
        Reference(
            "Assign user or group access to AWS accounts",
            "https://docs.aws.amazon.com/singlesignon/latest/userguide/assignusers.html",
        ),
        Reference(
            "Manage AWS accounts with permission sets",
            "https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html",
        ),
    ),
    examples=(
        rejected("one user", sources={_NAME: _center("USER")}),
        rejected("one user, as administrator", sources={_NAME: _center("USER", "AdministratorAccess")}),
        accepted("a group", sources={_NAME: _center("GROUP", "AdministratorAccess")}),
        accepted("no instance", sources={_NAME: {"Region": "eu-west-1", "Instances": []}}),
    ),
    check=check,
)
