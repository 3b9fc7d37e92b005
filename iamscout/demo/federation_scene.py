"""Roles that people and workloads reach through an identity provider: SAML, OpenID Connect, Identity Center.

Those without a tenant claim are older than the day AWS began to refuse them ("Identity-provider controls for
shared OIDC providers"), as they are in real accounts.
"""

from datetime import UTC, datetime

from iamscout.demo.blueprint import OidcProvider, Role, SamlProvider, Scene
from iamscout.demo.documents import Condition, Document, Statement, allow, document, trust
from iamscout.demo.shared_roles import CONSOLE_AUDIENCE, identity_center_provider, identity_center_role
from iamscout.demo.world import PRODUCTION, aws_managed, role_arn

_GITHUB = "token.actions.githubusercontent.com"
_EKS = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
_COGNITO = "cognito-identity.amazonaws.com"
_IDENTITY_POOL = "eu-west-1:12345678-dead-beef-cafe-123456790ab"
_AUDIENCE = "sts.amazonaws.com"


def federation_scene() -> Scene:
    """The providers of production and the roles behind them."""
    return Scene(
        saml_providers=(
            SamlProvider(
                name="corporate",
                issuer="https://idp.example.com/saml",
                age_days=1200,
                valid_until=datetime(2028, 3, 1, tzinfo=UTC),
            ),
            identity_center_provider(),
        ),
        oidc_providers=(
            OidcProvider(url=f"https://{_GITHUB}", audiences=(_AUDIENCE,), age_days=1010),
            OidcProvider(url=f"https://{_EKS}", audiences=(_AUDIENCE,), age_days=560),
        ),
        roles=(*_for_people(), *_for_github(), *_for_workloads()),
    )


def _for_people() -> tuple[Role, ...]:
    administrators = aws_managed("AdministratorAccess")
    viewers = aws_managed("job-function/ViewOnlyAccess")
    return (
        Role(
            name="saml-developer",
            description="Employees, through the corporate identity provider",
            trust=_saml({"StringEquals": {"SAML:aud": CONSOLE_AUDIENCE}}),
            managed=(aws_managed("AWSCodeCommitPowerUser"), aws_managed("CloudWatchLogsReadOnlyAccess")),
            max_session_seconds=14400,
            age_days=1190,
            used_days_ago=0,
        ),
        Role(
            name="saml-contractor",
            description="Contractors; accepts an assertion that was made out to somebody else",
            trust=_saml(None),
            managed=(aws_managed("AmazonEC2ReadOnlyAccess"),),
            age_days=1150,
            used_days_ago=203,
        ),
        identity_center_role(PRODUCTION, "AdministratorAccess", administrators, used_days_ago=9),
        identity_center_role(PRODUCTION, "ViewOnly", viewers, used_days_ago=0),
    )


def _for_github() -> tuple[Role, ...]:
    return (
        Role(
            name="github-deploy",
            description="One repository, one branch",
            trust=_github(
                {
                    "StringEquals": {
                        f"{_GITHUB}:aud": _AUDIENCE,
                        f"{_GITHUB}:sub": "repo:example-corp/frontend:ref:refs/heads/main",
                    }
                }
            ),
            inline=(
                (
                    "deploy",
                    document(allow(["s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::example-www/*")),
                ),
            ),
            age_days=330,
            used_days_ago=0,
        ),
        Role(
            name="github-terraform",
            description="Every organization whose name begins like ours",
            trust=_github(
                {
                    "StringEquals": {f"{_GITHUB}:aud": _AUDIENCE},
                    "StringLike": {f"{_GITHUB}:sub": "repo:example-corp*"},
                }
            ),
            managed=(aws_managed("PowerUserAccess"),),
            age_days=702,
            used_days_ago=0,
        ),
        Role(
            name="github-legacy",
            description="Any repository of anybody: the audience is the same for all of GitHub",
            trust=_github({"StringEquals": {f"{_GITHUB}:aud": _AUDIENCE}}),
            inline=(
                (
                    "push-images",
                    document(allow(["ecr:GetAuthorizationToken", "ecr:PutImage", "ecr:InitiateLayerUpload"])),
                ),
            ),
            age_days=1005,
            used_days_ago=158,
        ),
    )


def _for_workloads() -> tuple[Role, ...]:
    amr: Condition = {
        "StringEquals": {f"{_COGNITO}:aud": _IDENTITY_POOL},
        "ForAnyValue:StringLike": {f"{_COGNITO}:amr": "authenticated"},
    }
    return (
        Role(
            name="eks-payments",
            description="One service account of one namespace",
            trust=document(
                _web_identity(
                    _provider(_EKS),
                    {
                        "StringEquals": {
                            f"{_EKS}:aud": _AUDIENCE,
                            f"{_EKS}:sub": "system:serviceaccount:payments:api",
                        }
                    },
                )
            ),
            inline=(
                (
                    "queue",
                    document(
                        allow(["sqs:SendMessage", "sqs:ReceiveMessage"], "arn:aws:sqs:eu-west-1:*:payments")
                    ),
                ),
                # Granted and never reachable: the role on the other side trusts people with MFA.
                ("team", document(allow("sts:AssumeRole", role_arn(PRODUCTION, "team-payments")))),
            ),
            age_days=500,
            used_days_ago=0,
        ),
        Role(
            name="app-user",
            description="Signed-in users of the mobile app",
            trust=document(_web_identity(_COGNITO, amr)),
            inline=(("own-files", document(_own_files())),),
            age_days=470,
            used_days_ago=0,
        ),
        Role(
            name="app-guest",
            description="Guests of the mobile app, and of every other identity pool there is",
            trust=document(
                _web_identity(_COGNITO, {"ForAnyValue:StringLike": {f"{_COGNITO}:amr": "unauthenticated"}})
            ),
            inline=(("catalogue", document(allow("s3:GetObject", "arn:aws:s3:::example-catalogue/*"))),),
            age_days=960,
            used_days_ago=0,
        ),
    )


def _saml(condition: Condition | None) -> Document:
    provider = f"arn:aws:iam::{PRODUCTION}:saml-provider/corporate"
    return document(trust({"Federated": provider}, action="sts:AssumeRoleWithSAML", condition=condition))


def _github(condition: Condition) -> Document:
    return document(_web_identity(_provider(_GITHUB), condition))


def _web_identity(provider: str, condition: Condition) -> Statement:
    return trust({"Federated": provider}, action="sts:AssumeRoleWithWebIdentity", condition=condition)


def _provider(host: str) -> str:
    return f"arn:aws:iam::{PRODUCTION}:oidc-provider/{host}"


def _own_files() -> Statement:
    return allow(
        ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::example-app/${cognito-identity.amazonaws.com:sub}/*"
    )
