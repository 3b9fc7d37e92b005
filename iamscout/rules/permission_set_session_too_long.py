"""Sessions of a permission set that makes administrators last long."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.permission_sets import is_administrators
from iamscout.analysis.rule import Reference, Rule
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per permission set of administrators; others may last as long as Identity Center lets them."""
    center = account.identity_center
    limit = estate.settings.administrator_session_max_seconds
    for each in center.permission_sets if center else ():
        duration = each.session_duration_seconds
        if duration is not None and duration > limit and is_administrators(each):
            yield Hit(
                f"Sessions of permission set {each.name} (administrator) last {duration / 3600:g} h; "
                f"the limit is {limit / 3600:g} h",
                resource=each.arn,
                resource_type="organization",
            )


def _center(duration: str, policy: str = "AdministratorAccess") -> dict[str, object]:
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
                        "Name": "Administration",
                        "SessionDuration": duration,
                        "AttachedManagedPolicies": [{"Arn": f"arn:aws:iam::aws:policy/{policy}"}],
                    }
                ],
            }
        ],
    }


_NAME = "identity_center"

RULE = Rule(
    title="Session of an administrator's permission set is too long",
    severity="low",
    applies_to="account",
    needs=(_NAME,),
    rationale=(
        "Credentials of a permission set work until its session ends, whatever happens to the person's "
        "sign-in meanwhile. Those of an administrator, copied from a terminal, are worth most."
    ),
    remediation=(
        "Shorten the session; whoever works longer signs in again.\n\n"
        "aws sso-admin update-permission-set --instance-arn ARN --permission-set-arn ARN "
        "--session-duration PT1H"
    ),
    references=(
        Reference(
            "Set session duration for AWS accounts",
            "https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html",
        ),
    ),
    examples=(
        rejected("twelve hours", sources={_NAME: _center("PT12H")}),
        accepted("an hour", sources={_NAME: _center("PT1H")}),
        accepted("twelve hours of reading", sources={_NAME: _center("PT12H", "ReadOnlyAccess")}),
        accepted("a duration that is not told", sources={_NAME: _center("")}),
    ),
    check=check,
)
