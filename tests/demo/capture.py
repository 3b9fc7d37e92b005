"""Prints as JSON what the embedded AWS answers; run as a program, with the network cut off.

An argument of "twice" builds and forgets the organization once before. The AWS managed policies are told by
their number and a digest.
"""

import hashlib
import json
import socket
import sys
from datetime import UTC, datetime
from typing import Any

from iamscout.demo import EmbeddedAccount, embedded_organization
from iamscout.demo.clock import StoppedClock
from iamscout.fetch.collect import FetchOptions, collect
from iamscout.fetch.spec import OPTIONS
from iamscout.snapshot.file import encode

IAM = (
    "GetAccountSummary",
    "ListRoles",
    "ListUsers",
    "ListGroups",
    "ListVirtualMFADevices",
    "ListSAMLProviders",
    "ListOpenIDConnectProviders",
    "ListServerCertificates",
    "GenerateCredentialReport",
    "GetCredentialReport",
)


def no_network(*_: object) -> None:
    raise AssertionError("the demo must not use the network")


def plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(type(value))


def ask(client: Any, operation: str, **parameters: object) -> Any:
    method = {api: name for name, api in client.meta.method_to_api_mapping.items()}[operation]
    answer = getattr(client, method)(**parameters)
    del answer["ResponseMetadata"]
    return answer


def account(embedded: EmbeddedAccount) -> dict[str, Any]:
    iam = embedded.session.client("iam")
    details = ask(iam, "GetAccountAuthorizationDetails")
    theirs = [policy for policy in details["Policies"] if policy["Arn"].startswith("arn:aws:iam::aws:")]
    details["Policies"] = [policy for policy in details["Policies"] if policy not in theirs]
    users = [user["UserName"] for user in details["UserDetailList"]]
    return {
        "name": embedded.name,
        "caller": ask(embedded.session.client("sts"), "GetCallerIdentity"),
        "not_offered": dict(embedded.not_offered),
        "details": details,
        "aws_managed_policies": len(theirs),
        "aws_managed_digest": hashlib.sha256(json.dumps(theirs, default=plain).encode()).hexdigest(),
        "keys": {user: ask(iam, "ListAccessKeys", UserName=user)["AccessKeyMetadata"] for user in users},
        **{operation: ask(iam, operation) for operation in IAM},
    }


def organization(management: EmbeddedAccount) -> dict[str, Any]:
    client = management.session.client("organizations")
    kinds = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    policies = {kind: ask(client, "ListPolicies", Filter=kind)["Policies"] for kind in kinds}
    return {
        "accounts": ask(client, "ListAccounts")["Accounts"],
        "organization": ask(client, "DescribeOrganization")["Organization"],
        "parents": {
            embedded["Id"]: ask(client, "ListParents", ChildId=embedded["Id"])["Parents"]
            for embedded in ask(client, "ListAccounts")["Accounts"]
        },
        "policies": policies,
        "targets": {
            policy["Name"]: [
                target["Name"]
                for target in ask(client, "ListTargetsForPolicy", PolicyId=policy["Id"])["Targets"]
            ]
            for kind in kinds
            for policy in policies[kind]
        },
    }


def snapshot(embedded: EmbeddedAccount) -> dict[str, Any]:
    options = FetchOptions(switches=tuple(OPTIONS), not_offered=embedded.not_offered)
    taken = collect(embedded.session, clock=StoppedClock(), options=options)
    return {
        "captured_at": taken.captured_at,
        "sources": {name: [source.status, source.reason] for name, source in taken.sources.items()},
        "gaps": len(taken.gaps),
        "digest": hashlib.sha256(encode(taken)).hexdigest(),
    }


def main() -> None:
    socket.socket.connect = no_network  # type: ignore[method-assign]
    if "twice" in sys.argv:
        with embedded_organization():
            pass
    with embedded_organization() as aws:
        told = {
            "moment": aws.moment.isoformat(),
            "accounts": {embedded.account_id: account(embedded) for embedded in aws.accounts},
            "organization": organization(aws.accounts[-1]),
            "snapshots": {embedded.account_id: snapshot(embedded) for embedded in aws.accounts},
        }
    json.dump(told, sys.stdout, default=plain, indent=1)


if __name__ == "__main__":
    main()
