"""What a fetch costs this machine: little more than botocore's own reading of the same answers."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto import mock_aws

from iamscout.fetch.collect import collect
from tests.embedded import all_default_listings

if TYPE_CHECKING:
    from tests.fetch.conftest import SimulatedClock

USERS, ROLES = 300, 500
ROUNDS = 5
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
            }
        ],
    }
)
Recorded = dict[str, tuple[dict[str, Any], bytes]]
"""Operation to the parameters it was called with and the body of the answer."""


class _Body:
    """The body of an answer from memory, as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._content


def _session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up", region_name="us-east-1"
    )


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    """What moto answered to a fetch of a large account, byte by byte."""
    found: Recorded = {}
    asked: list[tuple[str, dict[str, Any]]] = []
    with mock_aws(), all_default_listings():
        session = _session()
        iam = session.client("iam")
        iam.update_account_password_policy(MinimumPasswordLength=14)
        for number in range(USERS):
            iam.create_user(UserName=f"user-{number:03}", Tags=[{"Key": "team", "Value": f"{number % 9}"}])
            iam.put_user_policy(
                UserName=f"user-{number:03}", PolicyName="own", PolicyDocument=_policy(number)
            )
        for number in range(ROLES):
            iam.create_role(RoleName=f"role-{number:03}", AssumeRolePolicyDocument=TRUST)
            iam.put_role_policy(
                RoleName=f"role-{number:03}", PolicyName="own", PolicyDocument=_policy(number)
            )
        session.events.register(
            "provide-client-params.*.*", lambda params, model, **_: asked.append((model.name, dict(params)))
        )

        def record(response: dict[str, Any], **_: object) -> None:
            name, parameters = asked[-1]
            found[name] = (parameters, response["body"])

        session.events.register("before-parse.*.*", lambda response_dict, **_: record(response_dict))
        collect(session)
    return found


def test_a_fetch_takes_at_most_half_more_than_botocore_takes_to_read_the_answers(
    recorded: Recorded, clock: SimulatedClock
) -> None:
    def replayed() -> boto3.Session:
        session = _session()
        name: list[str] = []
        session.events.register("before-call.*.*", lambda model, **_: name.append(model.name))

        def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
            return AWSResponse(request.url, 200, {}, _Body(recorded[name[-1]][1]))  # type: ignore[arg-type]  # enough of one

        events: Any = session.events
        events.register("before-send.*.*", answer)
        return session

    def ours() -> None:
        collect(replayed(), clock=type(clock)())

    def botocores() -> None:
        session = replayed()
        clients = {name: session.client(name) for name in ("iam", "sts")}
        for name, (parameters, _) in recorded.items():
            client = clients["sts" if name == "GetCallerIdentity" else "iam"]
            spelled = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
            getattr(client, spelled[name])(**parameters)

    assert _seconds(ours) <= 1.5 * _seconds(botocores)


def _policy(number: int) -> str:
    statements = [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:List*"],
            "Resource": f"arn:aws:s3:::b-{number}-{each}/*",
        }
        for each in range(4)
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _seconds(run: Callable[[], None]) -> float:
    """The processor time of the best of a few runs."""
    taken = []
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return min(taken)
