"""Accounts administer services for the whole organization."""

from collections.abc import Iterable

from iamscout.analysis.estate import Estate
from iamscout.analysis.example import accepted, rejected
from iamscout.analysis.finding import Hit
from iamscout.analysis.rule import Reference, Rule, iam_guide
from iamscout.analysis.trusts import account_name
from iamscout.analysis.wording import listed
from iamscout.snapshot.account import Account


def check(account: Account, same: Account, estate: Estate) -> Iterable[Hit]:
    """One hit per delegated administrator; graver where it can make itself administrator of members."""
    for each in account.delegated_administrators or ():
        services = [service.removesuffix(".amazonaws.com") for service in each.services or ()]
        strong = [name for name in services if name in _STRONG]
        name = account_name(estate, each.id)
        if each.name and not name.endswith(")"):
            name = f"{name} ({each.name})"
        yield Hit(
            f"Organization-wide, {name} administers {listed(strong or services) if services else 'services'}"
            + (
                f" and {len(services) - len(strong):,} more" if strong and len(services) > len(strong) else ""
            ),
            resource_type="organization",
            locator=each.id,
            severity="low" if strong else None,
        )


_STRONG = ("iam", "sso", "member.org.stacksets.cloudformation", "organizations", "account", "ssm")
"""Services by which a delegated administrator can act, or give permissions, in member accounts."""
_NAME = "organizations:ListDelegatedAdministrators"
_SERVICES = "organizations:ListDelegatedServicesForAccount"


def _told(*services: str) -> dict[str, object]:
    admin = {
        "Id": "444455556666",
        "Arn": "arn:aws:organizations::111122223333:account/o-exampleorg/444455556666",
        "Name": "security",
        "Status": "ACTIVE",
    }
    return {
        _NAME: {"DelegatedAdministrators": [admin] if services else []},
        _SERVICES: {"444455556666": {"DelegatedServices": [{"ServicePrincipal": each} for each in services]}}
        if services
        else {},
    }


RULE = Rule(
    title="Delegated administrators are to be reviewed",
    severity="info",
    applies_to="account",
    needs=(_NAME, _SERVICES),
    rationale=(
        "A delegated administrator acts for the management account. One that administers IAM Identity "
        "Center, StackSets or root access can give itself any permission in the member accounts, so that "
        "it needs the same care as the management account."
    ),
    remediation=(
        "See that each is meant and has an owner; take back what is not needed.\n\n"
        "aws organizations deregister-delegated-administrator --account-id ID --service-principal SERVICE"
    ),
    references=(
        Reference(
            "Delegated administrator for AWS services that work with Organizations",
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html",
        ),
        iam_guide("Security best practices in IAM", "best-practices"),
    ),
    also_known_as={"prowler": ("organizations_delegated_administrators",)},
    examples=(
        rejected("a security account", sources=_told("guardduty.amazonaws.com", "securityhub.amazonaws.com")),
        rejected("an account that administers Identity Center", sources=_told("sso.amazonaws.com")),
        accepted("nobody is delegated", sources=_told()),
    ),
    check=check,
)
