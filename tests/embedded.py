"""moto for whole runs: what a default fetch asks and moto does not implement is answered here."""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest.mock import patch

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse


def all_default_listings() -> AbstractContextManager[object]:
    """Let moto, in process or as a server of this process, say that nobody has service-specific credentials.

    That is true of it: it cannot make any.
    """
    nothing = ActionResult({"ServiceSpecificCredentials": [], "IsTruncated": False})
    return patch.object(IamResponse, "list_service_specific_credentials", lambda _: nothing, create=True)
