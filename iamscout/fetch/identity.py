"""Whose account it is: asked of STS and shown before the first call to IAM.

sts:GetCallerIdentity needs no permission, not even against an explicit Deny (STS API Reference,
"GetCallerIdentity").
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from iamscout.errors import SignInError
from iamscout.fetch.gateway import IDENTITY, Gateway
from iamscout.fetch.progress import Caller
from iamscout.fetch.refusal import RefusalError
from iamscout.fetch.sign_in import sign_in_problem
from iamscout.policy.arn import ACCOUNT_ID, parse_arn

_TRIES = 3
_AWS_DOMAINS = (
    ".amazonaws.com", ".api.aws", ".amazonaws.com.cn", ".amazonwebservices.com.cn", ".amazonaws.eu",
    ".amazonwebservices.eu", ".c2s.ic.gov", ".aws.ic.gov", ".sc2s.sgov.gov", ".aws.scloud", ".cloud.adc-e.uk",
    ".cloud-aws.adc-e.uk", ".csp.hci.ic.gov", ".aws.hci.ic.gov",
)  # fmt: skip
"""The domains of the endpoints in all partitions that botocore knows (its `partitions.json`)."""


def identify(gateway: Gateway, services: tuple[str, ...], expect_account: str = "") -> Caller:
    """Who is signed in, and where the calls to these services will go.

    Raises SignInError where AWS does not accept the credentials, or where it is another account than
    expected.
    """
    endpoints = [urlsplit(gateway.endpoint(service)) for service in (*services, "sts")]
    hosts = tuple(endpoint.netloc for endpoint in endpoints)
    try:
        answer = gateway.send(IDENTITY, {}, tries=_TRIES)
    except RefusalError as refusal:
        raise sign_in_problem(refusal, profile=gateway.profile, host=hosts[-1]) from refusal
    arn = parse_arn(str(answer.get("Arn", "")))
    account = str(answer.get("Account", ""))
    if arn is None or not ACCOUNT_ID.match(account):
        raise SignInError(
            "what answers is not AWS", where=hosts[-1], remedy="check AWS_ENDPOINT_URL and the proxy"
        )
    if expect_account and account != expect_account:
        raise SignInError(
            f"the credentials belong to account {account}, not {expect_account}",
            where=str(arn),
            remedy="choose another --profile or --role-arn; nothing was read",
        )
    return Caller(account, str(arn), arn.partition, hosts, is_redirected=not all(map(_is_aws, endpoints)))


def _is_aws(endpoint: SplitResult) -> bool:
    return endpoint.scheme == "https" and (endpoint.hostname or "").endswith(_AWS_DOMAINS)
