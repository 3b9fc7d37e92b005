"""The two names of a service: its prefix in IAM's actions, and the one that botocore knows it by.

Operations of sources and gaps are named by the prefix (`sso:ListInstances`), as a policy would name them.
"""

from __future__ import annotations

_IN_BOTOCORE = {"access-analyzer": "accessanalyzer", "sso": "sso-admin"}
"""Only services whose names differ; IAM Identity Center kept `sso` from when it was AWS Single Sign-On."""

_IN_ACTIONS = {name: prefix for prefix, name in _IN_BOTOCORE.items()}


def in_botocore(prefix: str) -> str:
    """The name that `boto3.Session.client` takes."""
    return _IN_BOTOCORE.get(prefix, prefix)


def in_actions(name: str) -> str:
    """The prefix of IAM's actions for a service of botocore."""
    return _IN_ACTIONS.get(name, name)
