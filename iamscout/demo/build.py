"""Makes an account through boto3, call by call, as an administrator would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from iamscout.demo.blueprint import Account, Group, OidcProvider, Policy, Role, SamlProvider, Tags, User
from iamscout.demo.documents import Document
from iamscout.demo.world import policy_arn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import TagTypeDef

_CODES = ("123456", "654321")
"""Two consecutive codes of an MFA device, which the embedded AWS does not check."""


def build_account(account: Account, iam: IAMClient) -> None:
    """Create everything that the blueprint names, in an account that holds nothing yet."""
    iam.create_account_alias(AccountAlias=account.alias)
    if account.password_policy is not None:
        iam.update_account_password_policy(**account.password_policy)  # type: ignore[arg-type]  # mixed types
    scene = account.scene
    for saml_provider in scene.saml_providers:
        _create_saml_provider(iam, saml_provider)
    for oidc_provider in scene.oidc_providers:
        _create_oidc_provider(iam, oidc_provider)
    for policy in scene.policies:
        _create_policy(iam, policy, policy_arn(account.account_id, policy.name))
    for group in scene.groups:
        _create_group(iam, group)
    for role in scene.roles:
        _create_role(iam, role)
    for user in scene.users:
        _create_user(iam, user, account.account_id)
    for certificate in account.server_certificates:
        iam.upload_server_certificate(
            ServerCertificateName=certificate.name, CertificateBody="EXAMPLE", PrivateKey="EXAMPLE"
        )


def _create_saml_provider(iam: IAMClient, provider: SamlProvider) -> None:
    # AWS asks for at least 1,000 characters; a real signing certificate would fill them.
    metadata = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{provider.issuer}">'
        '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f"<!-- signing certificate: {'EXAMPLE' * 120} -->"
        '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
        f'Location="{provider.issuer}"/></IDPSSODescriptor></EntityDescriptor>'
    )
    iam.create_saml_provider(Name=provider.name, SAMLMetadataDocument=metadata)


def _create_oidc_provider(iam: IAMClient, provider: OidcProvider) -> None:
    iam.create_open_id_connect_provider(
        Url=provider.url, ClientIDList=list(provider.audiences), ThumbprintList=["0" * 40]
    )


def _create_policy(iam: IAMClient, policy: Policy, arn: str) -> None:
    first, *later = policy.versions
    iam.create_policy(PolicyName=policy.name, PolicyDocument=_text(first), Description=policy.description)
    for version in later:
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=_text(version), SetAsDefault=True)


def _create_group(iam: IAMClient, group: Group) -> None:
    iam.create_group(GroupName=group.name)
    for arn in group.managed:
        iam.attach_group_policy(GroupName=group.name, PolicyArn=arn)
    for name, inline in group.inline:
        iam.put_group_policy(GroupName=group.name, PolicyName=name, PolicyDocument=_text(inline))


def _create_role(iam: IAMClient, role: Role) -> None:
    if not role.made_with_account:
        # Service-linked ones too: iam:CreateServiceLinkedRole of the embedded AWS gets their names wrong.
        iam.create_role(
            RoleName=role.name,
            Path=role.path,
            AssumeRolePolicyDocument=_text(role.trust),
            Description=role.description,
            MaxSessionDuration=role.max_session_seconds,
            Tags=_tags(role.tags),
        )
    if role.boundary:
        iam.put_role_permissions_boundary(RoleName=role.name, PermissionsBoundary=role.boundary)
    for arn in role.managed:
        iam.attach_role_policy(RoleName=role.name, PolicyArn=arn)
    for name, inline in role.inline:
        iam.put_role_policy(RoleName=role.name, PolicyName=name, PolicyDocument=_text(inline))
    if role.instance_profile:
        iam.create_instance_profile(InstanceProfileName=role.name)
        iam.add_role_to_instance_profile(InstanceProfileName=role.name, RoleName=role.name)


def _create_user(iam: IAMClient, user: User, account_id: str) -> None:
    iam.create_user(UserName=user.name, Tags=_tags(user.tags))
    for group in user.groups:
        iam.add_user_to_group(UserName=user.name, GroupName=group)
    for arn in user.managed:
        iam.attach_user_policy(UserName=user.name, PolicyArn=arn)
    for name, inline in user.inline:
        iam.put_user_policy(UserName=user.name, PolicyName=name, PolicyDocument=_text(inline))
    if user.password_age_days is not None:
        iam.create_login_profile(UserName=user.name, Password="EXAMPLE")  # noqa: S106  # opens nothing
    if user.mfa:
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=user.name)
        _enable_mfa(iam, user.name, device["VirtualMFADevice"]["SerialNumber"])
    if user.security_key:
        _enable_mfa(iam, user.name, f"arn:aws:iam::{account_id}:u2f/user/{user.name}/key-EXAMPLE")
    for key in user.keys:
        made = iam.create_access_key(UserName=user.name)["AccessKey"]
        if not key.active:
            iam.update_access_key(UserName=user.name, AccessKeyId=made["AccessKeyId"], Status="Inactive")
    if user.ssh_key_age_days is not None:
        iam.upload_ssh_public_key(UserName=user.name, SSHPublicKeyBody="ssh-rsa EXAMPLE")


def _enable_mfa(iam: IAMClient, user: str, serial_number: str) -> None:
    first, second = _CODES
    iam.enable_mfa_device(
        UserName=user, SerialNumber=serial_number, AuthenticationCode1=first, AuthenticationCode2=second
    )


def _text(document: Document) -> str:
    return json.dumps(document)


def _tags(tags: Tags) -> Sequence[TagTypeDef]:
    return [{"Key": key, "Value": value} for key, value in tags]
