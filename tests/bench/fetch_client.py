"""What a fetch costs beyond botocore: CPU of a run with its journal, and of botocore on the same answers.

The account is moto's, of 300 users and 500 roles; its answers are recorded as bytes and given again, so that
neither side pays for making them. Both sides sign, parse and decode each answer; a run adds its checks, its
conversion to plain values, the journal and the snapshot. The goal is at most 1.5 times.

    python tests/bench/fetch_client.py [USERS ROLES]
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.models import botocore_stubber

from iamscout.fetch.collect import FetchOptions, collect_resumably
from iamscout.fetch.limits import Limits
from iamscout.fetch.resume import Resumption
from iamscout.snapshot.file import encode
from tests.embedded import all_default_listings

GOAL = 1.5
ROUNDS = 5
TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},'
    '"Action":"sts:AssumeRole","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}}]}'
)
READ = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}]}'
)


class Recorder:
    """Answers each request with bytes, moto's the first time and the same ever after."""

    def __init__(self) -> None:
        self.answers: dict[bytes, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.is_recording = True

    def answer(self, event_name: str, request: Any, **_: object) -> AWSResponse:
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        key = request.url.encode() + body
        if key not in self.answers:
            told = botocore_stubber(event_name, request)
            assert told is not None
            self.answers[key] = (told.status_code, dict(told.headers), told.content)
        status, headers, content = self.answers[key]
        return AWSResponse(request.url, status, headers, _Body(content))  # type: ignore[arg-type]  # enough of a body

    def note(self, params: dict[str, Any], model: Any, **_: object) -> None:
        if self.is_recording:
            self.asked.append((model.service_model.service_name, model.name, dict(params)))


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        return [self._content]


def main(users: int, roles: int) -> int:
    """Print both CPU times and their ratio; 1 where it misses the goal."""
    with mock_aws(), all_default_listings():
        recorder = Recorder()
        _fill(users, roles)
        session = _session(recorder)
        calls = _run(session)
        recorder.is_recording = False
        clients: dict[str, Any] = {"iam": session.client("iam"), "sts": session.client("sts")}
        asked = [(clients[service], name, given) for service, name, given in recorder.asked]
        ours = min(_cpu(lambda: _run(session)) for _ in range(ROUNDS))
        theirs = min(_cpu(lambda: _ask(asked)) for _ in range(ROUNDS))
    ratio = ours / theirs
    print(f"{users} users, {roles} roles: {calls} calls; a run takes {ours:.2f} s of CPU,")
    print(f"botocore alone {theirs:.2f} s for the same answers: {ratio:.2f} times (goal: {GOAL})")
    return int(ratio > GOAL)


def _fill(users: int, roles: int) -> None:
    iam = boto3.Session(**_keys()).client("iam")
    policy = iam.create_policy(PolicyName="read", PolicyDocument=READ)["Policy"]["Arn"]
    for number in range(users):
        iam.create_user(UserName=f"user-{number:04}", Tags=[{"Key": "team", "Value": f"team-{number % 9}"}])
        iam.attach_user_policy(UserName=f"user-{number:04}", PolicyArn=policy)
    for number in range(roles):
        iam.create_role(RoleName=f"role-{number:04}", AssumeRolePolicyDocument=TRUST)
        iam.put_role_policy(RoleName=f"role-{number:04}", PolicyName="read", PolicyDocument=READ)


class _Keys(TypedDict):
    aws_access_key_id: str
    aws_secret_access_key: str
    region_name: str


def _keys() -> _Keys:
    return {
        "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key": "made-up",
        "region_name": "us-east-1",
    }


def _session(recorder: Recorder) -> boto3.Session:
    session = boto3.Session(**_keys())
    session.events.register_first("before-send.*.*", recorder.answer)  # type: ignore[arg-type]  # it answers
    session.events.register("provide-client-params.*.*", recorder.note)
    return session


def _run(session: boto3.Session) -> int:
    """A whole run with its journal, up to the snapshot's bytes; the calls it made."""
    with tempfile.TemporaryDirectory() as folder:
        resumption = Resumption(lambda account: Path(folder, account), "new")
        options = FetchOptions(limits=Limits(calls_per_second=1e9, burst=10**9))
        found = collect_resumably(session, resumption, options=options)
        encode(found.snapshot)
        return found.calls


def _ask(asked: list[tuple[Any, str, dict[str, Any]]]) -> None:
    for client, name, given in asked:
        spelled = {api_name: method for method, api_name in client.meta.method_to_api_mapping.items()}
        with contextlib.suppress(ClientError):
            getattr(client, spelled[name])(**given)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:] or ("300", "500"))))
