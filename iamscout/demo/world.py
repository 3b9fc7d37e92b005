"""The names that all scenes of the demo share: the moment of capture, the accounts, ARNs made of them."""

from datetime import UTC, datetime
from typing import Final

MOMENT: Final = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
"""When the demo is captured, always. Every date in the embedded AWS is this minus a number of days."""

PRODUCTION: Final = "111122223333"
SECURITY: Final = "444455556666"
MANAGEMENT: Final = "555566667777"

VENDOR: Final = "999999999999"
"""An account outside the organization, of which the snapshots know nothing."""

ORGANIZATION_ID: Final = "o-exampleorg"

REGION: Final = "eu-west-1"


def root_of(account: str) -> str:
    """The ARN by which a trust policy names a whole account."""
    return f"arn:aws:iam::{account}:root"


def role_arn(account: str, name: str) -> str:
    """The ARN of a role by its path and name; `name` may hold wildcards and policy variables."""
    return f"arn:aws:iam::{account}:role/{name}"


def user_arn(account: str, name: str) -> str:
    """The ARN of a user without a path."""
    return f"arn:aws:iam::{account}:user/{name}"


def policy_arn(account: str, name: str) -> str:
    """The ARN of a customer managed policy without a path."""
    return f"arn:aws:iam::{account}:policy/{name}"


def aws_managed(name: str) -> str:
    """The ARN of an AWS managed policy; some carry a path in `name` ("job-function/ViewOnlyAccess")."""
    return f"arn:aws:iam::aws:policy/{name}"
