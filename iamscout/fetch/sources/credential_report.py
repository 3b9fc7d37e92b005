"""The credential report: passwords, access keys and MFA of every user and of root, made on request.

iam:GenerateCredentialReport is one of the few calls of a fetch that are neither Get nor List: it makes AWS
write the report, and changes nothing else. AWS makes a new one every four hours at most and else gives the
old one, whose GeneratedTime says how old it is ("Generate credential reports for your AWS account").
"""

from __future__ import annotations

from typing import Any

from iamscout.fetch.api import Api
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.spec import SourceSpec

_GENERATE = "iam:GenerateCredentialReport"
_GET = "iam:GetCredentialReport"
_NOT_READY = frozenset({"ReportInProgress", "ReportNotPresent", "ReportExpired"})

FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 15.0
PATIENCE_SECONDS = 180.0


def _collect(api: Api) -> object:
    try:
        state = api.call(_GENERATE).get("State")
    except RefusalError as refusal:
        if refusal.code not in ("LimitExceeded", "LimitExceededException"):
            raise
        return _text(api.call(_GET))
    return _text(api.call(_GET) if state == "COMPLETE" else _wait_for(api))


def _wait_for(api: Api) -> dict[str, Any]:
    waited, pause = 0.0, FIRST_WAIT_SECONDS
    while True:
        pause = min(pause, PATIENCE_SECONDS - waited)
        api.wait(_GET, pause, "AWS is writing the credential report")
        waited += pause
        try:
            return api.call(_GET)
        except RefusalError as refusal:
            if refusal.code not in _NOT_READY:
                raise
            if waited >= PATIENCE_SECONDS:
                told = f"the credential report was not ready after {PATIENCE_SECONDS:.0f} seconds"
                raise RefusalError(_GET, refusal.code, told, "failed") from refusal
        pause = min(pause * 1.5, LONGEST_WAIT_SECONDS)


def _text(answer: dict[str, Any]) -> dict[str, Any]:
    """The report as CSV text; what arrives is base64, which botocore has decoded to bytes."""
    content = answer.get("Content", b"")
    return {
        **answer,
        "Content": content.decode("utf-8", "replace") if isinstance(content, bytes) else content,
    }


SOURCE = SourceSpec(
    name=_GET,
    operations=(_GENERATE, _GET),
    collect=_collect,
    expected_calls=lambda _: 2,
    note="passwords, access keys and MFA of every user and of the root user",
)
