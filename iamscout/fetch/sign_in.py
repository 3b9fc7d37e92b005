"""Sign-in problems in words: what is wrong, with which profile or role, and what to do about it."""

from __future__ import annotations

from iamscout.errors import SignInError
from iamscout.fetch.refusal import RefusalError, unreachable

_SIGN_IN_AGAIN = "sign in again (`aws sso login`, `aws login`, or new keys) and repeat"
_OTHER_PARTITION = (
    "check the key; for keys of GovCloud or China try --region us-gov-west-1 or --region cn-north-1"
)

_PROBLEMS = {
    "NoCredentialsError": (
        "there are no AWS credentials",
        "name a --profile, or run `aws configure` or `aws sso login`",
    ),
    "PartialCredentialsError": ("the AWS credentials are incomplete", "give both key id and secret key"),
    "CredentialRetrievalError": (
        "the AWS credentials could not be had",
        "check the profile's credential_process or role",
    ),
    "MetadataRetrievalError": (
        "the AWS credentials could not be had",
        "check the instance's role, or name a --profile",
    ),
    "ExpiredToken": ("the AWS credentials have expired", _SIGN_IN_AGAIN),
    "RequestExpired": ("AWS finds the request too old", "set this machine's clock right"),
    "InvalidClientTokenId": ("AWS does not know this access key", _OTHER_PARTITION),
    "UnrecognizedClientException": ("AWS does not know this access key", _OTHER_PARTITION),
    "InvalidAccessKeyId": ("AWS does not know this access key", _OTHER_PARTITION),
    "SignatureDoesNotMatch": (
        "the secret key does not fit the key id, or this machine's clock is wrong",
        "check both",
    ),
    "IncompleteSignature": ("the AWS credentials are damaged", "check key id, secret key and token"),
    "RegionDisabledException": ("STS is switched off in this region", "name another --region"),
}
_ALIASES = {"ExpiredTokenException": "ExpiredToken", "InvalidSignatureException": "SignatureDoesNotMatch"}
_SSO = ("SSO", "UnauthorizedSSO", "TokenRetrieval", "Login", "NoAuthToken", "TokenRefresh")


def sign_in_problem(refusal: RefusalError, *, profile: str = "", host: str = "") -> SignInError:
    """What a refused sts call means to the one who signs in with a profile and was sent to a host."""
    if isinstance(refusal.__cause__, SignInError):
        # A copy: who raises it from the refusal would make a circle of causes.
        cause = refusal.__cause__
        return SignInError(cause.message, where=cause.where, remedy=cause.remedy)
    if unreachable(refusal):
        return SignInError(
            f"AWS could not be reached ({refusal.code})",
            where=host,
            remedy="check network, proxy and --region",
        )
    where = f"profile {profile}" if profile and profile != "default" else ""
    if refusal.code.startswith(_SSO):
        return SignInError("the AWS sign-in has ended", where=where, remedy=_SIGN_IN_AGAIN)
    told, remedy = _PROBLEMS.get(_ALIASES.get(refusal.code, refusal.code), ("", ""))
    if told:
        return SignInError(told, where=where, remedy=remedy)
    return SignInError(
        f"AWS refused {refusal.operation} ({refusal.code}: {refusal.message})",
        where=where,
        remedy="check the credentials with `aws sts get-caller-identity`",
    )
