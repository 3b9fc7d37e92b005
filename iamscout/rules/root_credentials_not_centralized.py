"""The organization does not manage the root credentials of its members centrally."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.frameworks import cis
from iamscout.analysis.rule import Rule, iam_guide
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per organization, on the account that was told of it; sessions as root are a help, no must."""
    features = account.organization_features
    if features is None or _MANAGED in features:
        return
    membership = estate.directory.member_of.get(account.id)
    name = membership[0].id if membership else "the organization"
    yield Hit(f"Members of {name} keep their own root credentials", resource_type="organization")


_MANAGED = "RootCredentialsManagement"
_NAME = "iam:ListOrganizationsFeatures"

RULE = Rule(
    title="Root credentials are not centralized",
    severity="medium",
    applies_to="account",
    needs=(_NAME,),
    rationale=(
        "Each member account has a root user that no policy of its own limits, with a password that an "
        "e-mail address resets. With central management new accounts get none, and what there is can be "
        "deleted, so that nothing is left to steal."
    ),
    remediation=(
        "Enable it in the management account, then delete the root credentials of the members.\n\n"
        "aws organizations enable-aws-service-access --service-principal iam.amazonaws.com\n"
        "aws iam enable-organizations-root-credentials-management"
    ),
    references=(
        iam_guide(
            "Centrally manage root access for member accounts", "id_root-user#id_root-user-access-management"
        ),
        iam_guide("Centralize root access for member accounts", "id_root-enable-root-access"),
    ),
    frameworks=cis(v7="2.1.1"),
    also_known_as={"prowler": ("iam_root_credentials_management_enabled",)},
    examples=(
        rejected(
            "nothing enabled", sources={_NAME: {"OrganizationId": "o-exampleorg", "EnabledFeatures": []}}
        ),
        rejected("sessions alone", sources={_NAME: {"EnabledFeatures": ["RootSessions"]}}),
        accepted(
            "enabled", sources={_NAME: {"EnabledFeatures": ["RootCredentialsManagement", "RootSessions"]}}
        ),
        accepted(
            "enabled, and sessions are not",
            sources={_NAME: {"EnabledFeatures": ["RootCredentialsManagement"]}},
        ),
    ),
    check=check,
)
