"""What can go wrong with one call to AWS, sorted into what a fetch does about it.

A refusal travels as an exception inside this package only: `collect` turns each into a gap of the snapshot.
Codes: IAM API Reference and AWS Organizations API Reference, "Common Errors", and the errors of each
operation.
"""

from __future__ import annotations

import re
from typing import Literal

from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    LoginError,
    MetadataRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)
from botocore.parsers import ResponseParserError

from iamscout.errors import SignInError
from iamscout.snapshot.model import Gap

RefusalStatus = Literal["denied", "throttled", "failed"]

CREDENTIAL_PROBLEMS = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    MetadataRetrievalError,
    TokenRetrievalError,
    NoAuthTokenError,
    SSOError,
    LoginError,
    SignInError,
)
"""Raised before a call leaves the machine: there is nothing to sign it with."""

CONNECTION_PROBLEMS = (HTTPClientError, BotoConnectionError, ResponseParserError)
"""No answer, or half of one: time-outs, resets, unknown hosts, cut XML."""

CALL_PROBLEMS = (ClientError, *CREDENTIAL_PROBLEMS, *CONNECTION_PROBLEMS)
"""All that a call raises because of AWS or the way to it; anything else is a bug and passes through."""

_DENIED = re.compile(r"AccessDenied|Unauthorized|NotAuthorized|AuthFailure|OptInRequired|AuthorizationError")
_THROTTLED = re.compile(
    r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|LimitExceededForRequests|BandwidthLimit"
)
_SIGN_IN_LOST = {
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "TokenRefreshRequired",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "IncompleteSignature",
}
_READY_LATER = {"ReportInProgress", "ReportNotPresent", "ReportExpired"}
_GONE = re.compile(r"NoSuchEntity|NotFound")
_KEY_ID = re.compile(r"\b(A[KS]IA)[A-Z0-9]{8,}([A-Z0-9]{4})\b")
_LONGEST_MESSAGE = 1_000


class RefusalError(Exception):
    """One call that got no answer, after all the tries it was given.

    `is_passing`: trying again may help. `is_sign_in_lost`: no further call can succeed. `is_gone`: the
    thing asked for does not exist, which for something listed a moment before means that it was deleted
    during the run. `is_lasting`: asked again a little later, AWS would say the same.
    """

    def __init__(
        self, operation: str, code: str, message: str, status: RefusalStatus, *, passing: bool = False
    ) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.operation = operation
        self.code = code
        self.message = message
        self.status: RefusalStatus = status
        self.is_passing = passing
        self.is_sign_in_lost = code in _SIGN_IN_LOST or code in _CREDENTIAL_CODES
        self.is_lasting = not (passing or self.is_sign_in_lost or code in _READY_LATER)
        self.is_gone = status == "failed" and bool(_GONE.search(code))

    def gap(self, resource: str = "", note: str = "") -> Gap:
        """The refusal as a gap of the snapshot; `note` goes before AWS's own message."""
        message = f"{note}: {self.message}" if note and self.message else note or self.message
        return Gap(self.operation, resource, self.code, message)


class RunStoppedError(Exception):
    """The run cannot go on: the sign-in or the network is lost, as the `refusal` of one call told.

    No source catches it, so that what was not asked for is not taken for something that AWS refused.
    """

    def __init__(self, refusal: RefusalError) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


_CREDENTIAL_CODES = {problem.__name__ for problem in CREDENTIAL_PROBLEMS} | {
    # Subclasses that botocore raises under their own names.
    "SSOTokenLoadError",
    "UnauthorizedSSOTokenError",
    "LoginRefreshRequired",
    "LoginTokenLoadError",
    "LoginInsufficientPermissions",
    "LoginAuthorizationCodeError",
}


def judge(operation: str, problem: Exception) -> RefusalError:
    """Sort one of :data:`CALL_PROBLEMS` that a call of `operation` ended with."""
    if isinstance(problem, ClientError):
        return _judge_answer(operation, problem)
    code, message = type(problem).__name__, _told(str(problem))
    if isinstance(problem, CONNECTION_PROBLEMS):
        return RefusalError(operation, code, message, "failed", passing=True)
    return RefusalError(operation, code, message, "failed")


def unreachable(refusal: RefusalError) -> bool:
    """Whether the host was never reached, as without a network or behind a wrong address."""
    return refusal.code in (
        EndpointConnectionError.__name__,
        "ConnectTimeoutError",
        "ProxyConnectionError",
        "SSLError",
    )


def _judge_answer(operation: str, problem: ClientError) -> RefusalError:
    error = problem.response.get("Error", {})
    code = str(error.get("Code") or "Unknown")
    message = _told(str(error.get("Message") or ""))
    http_status = problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if _THROTTLED.search(code) or http_status == 429:
        return RefusalError(operation, code, message, "throttled", passing=True)
    if _DENIED.search(code) or (http_status == 403 and code not in _SIGN_IN_LOST):
        return RefusalError(operation, code, message, "denied")
    return RefusalError(operation, code, message, "failed", passing=http_status >= 500 or code in _PASSING)


_PASSING = {
    "ServiceFailure",
    "ServiceFailureException",
    "ServiceException",
    "InternalFailure",
    "InternalError",
    "InternalServerError",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ConcurrentModificationException",
}


def _told(text: str) -> str:
    """One line of bounded length without a full access key id."""
    return _KEY_ID.sub(r"\1...\2", " ".join(text.split()))[:_LONGEST_MESSAGE]
