"""Amazon Resource Names in every partition.

Source: IAM User Guide, "IAM identifiers" (ARN formats, unique ids) and AWS General Reference, "Amazon
Resource Names (ARNs)".
"""

from __future__ import annotations

import re

from msgspec import Struct

ACCOUNT_ID = re.compile(r"[0-9]{12}\Z")
"""The whole of an account id."""
UNIQUE_ID = re.compile(r"(AIDA|AROA|AGPA|ANPA|AIPA|ASCA|APKA)[A-Z0-9]{8,124}\Z")
"""The whole of an IAM unique id; AIDA is a user's, AROA a role's ("IAM identifiers", unique ID prefixes)."""


class Arn(Struct, frozen=True, order=True):
    """The six parts of an ARN; `resource` keeps everything after the fifth colon."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def resource_type(self) -> str:
        """What stands before the first slash of `resource`: `role`, `user`, `assumed-role`.

        `root` for the account itself.
        """
        return self.resource.partition("/")[0]

    @property
    def name(self) -> str:
        """The friendly name: what stands after the last slash."""
        return self.resource.rpartition("/")[2]

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse_arn(text: str) -> Arn | None:
    """Read an ARN, or None where the text is not one. Wildcards are kept as they stand."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
        return None
    return Arn(parts[1], parts[2], parts[3], parts[4], parts[5])


def root_arn(account: str, partition: str) -> str:
    """The ARN that stands for a whole account, in a Principal element and as the resource of findings."""
    return f"arn:{partition}:iam::{account}:root"
