"""Production, the main account of the demo: every scene, good beside bad."""

from datetime import UTC, datetime

from iamscout.demo.blueprint import Account, Root, Scene, ServerCertificate, put_together
from iamscout.demo.everyone_scene import everyone_scene
from iamscout.demo.federation_scene import federation_scene
from iamscout.demo.mfa_scene import mfa_scene
from iamscout.demo.mistakes_scene import mistakes_scene
from iamscout.demo.principals_scene import principals_scene
from iamscout.demo.scheme_scene import scheme_scene
from iamscout.demo.services_scene import services_scene
from iamscout.demo.shared_roles import access_role
from iamscout.demo.world import PRODUCTION


def production_account() -> Account:
    """The account with its alias, password policy and root user."""
    return Account(
        account_id=PRODUCTION,
        name="production",
        alias="example-production",
        scene=put_together(
            (
                scheme_scene(),
                mfa_scene(),
                everyone_scene(),
                principals_scene(),
                federation_scene(),
                services_scene(),
                mistakes_scene(),
                Scene(roles=(access_role(age_days=1490, used_days_ago=700),)),
            )
        ),
        root=Root(age_days=1490, mfa="virtual", signed_in_days_ago=512),
        # Short and without reuse prevention, as so often.
        password_policy={
            "MinimumPasswordLength": 8,
            "RequireNumbers": True,
            "AllowUsersToChangePassword": True,
        },
        server_certificates=(
            ServerCertificate(name="legacy-www", age_days=900, valid_until=datetime(2025, 5, 14, tzinfo=UTC)),
        ),
    )
