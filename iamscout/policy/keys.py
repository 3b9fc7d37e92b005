"""What AWS's documentation says of condition keys: spelling, which hold several values, which values.

Source: IAM User Guide, "AWS global condition context keys" (value types) and "IAM and AWS STS condition
context keys".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

Domain = Literal["text", "bool", "number", "date", "address"]

MFA_PRESENT: Final = "aws:multifactorauthpresent"
MFA_AGE: Final = "aws:multifactorauthage"

_TABLE: Final = """
aws:AssumedRoot aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:ChatbotSourceArn aws:CurrentTime
aws:Ec2InstanceSourcePrivateIPv4 aws:Ec2InstanceSourceVpc aws:EpochTime aws:FederatedProvider
aws:IsMcpServiceAction aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn
aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName
aws:PrincipalServiceNamesList aws:PrincipalType aws:Referer aws:RequestedRegion aws:ResourceAccount
aws:ResourceOrgID aws:ResourceOrgPaths aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIdentity
aws:SourceIp aws:SourceOrgID aws:SourceOrgPaths aws:SourceOwner aws:SourceVpc aws:SourceVpcArn aws:SourceVpce
aws:TagKeys aws:TokenIssueTime aws:UserAgent aws:ViaAWSService aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths
aws:VpcSourceIp aws:userid aws:username ec2:RoleDelivery ec2:SourceInstanceARN sts:AWSServiceName
sts:DurationSeconds sts:ExternalId sts:RequestContextProviders sts:RoleSessionName sts:SourceIdentity
sts:TaskPolicyArn sts:TransitiveTagKeys SAML:aud SAML:cn SAML:commonName SAML:doc SAML:eduOrgHomePageURI
SAML:eduOrgIdentityAuthNPolicyURI SAML:eduOrgLegalName SAML:eduOrgSuperiorURI SAML:eduOrgWhitePagesURI
SAML:eduPersonAffiliation SAML:eduPersonAssurance SAML:eduPersonEntitlement SAML:eduPersonNickname
SAML:eduPersonOrgDN SAML:eduPersonOrgUnitDN SAML:eduPersonPrimaryAffiliation SAML:eduPersonPrimaryOrgUnitDN
SAML:eduPersonPrincipalName SAML:eduPersonScopedAffiliation SAML:eduPersonTargetedID SAML:givenName SAML:iss
SAML:mail SAML:name SAML:namequalifier SAML:organizationStatus SAML:primaryGroupSID SAML:sub SAML:sub_type
SAML:surname SAML:uid SAML:x500UniqueIdentifier
"""
_FAMILIES: Final = ("aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/", "iam:ResourceTag/")
_CANONICAL: Final = {key.lower(): key for key in _TABLE.split()}

_SAML_LISTS: Final = """
saml:cn saml:commonname saml:eduorghomepageuri saml:eduorgidentityauthnpolicyuri saml:eduorglegalname
saml:eduorgsuperioruri saml:eduorgwhitepagesuri saml:edupersonaffiliation saml:edupersonassurance
saml:edupersonentitlement saml:edupersonnickname saml:edupersonorgunitdn saml:edupersonscopedaffiliation
saml:edupersontargetedid saml:givenname saml:mail saml:name saml:organizationstatus saml:primarygroupsid
saml:surname saml:uid saml:x500uniqueidentifier
"""
_MULTIVALUED: Final = frozenset(
    {
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "aws:vpceorgpaths",
        "sts:requestcontextproviders",
        "sts:transitivetagkeys",
        *_SAML_LISTS.split(),
    }
)
_DOMAINS: Final[dict[str, Domain]] = {
    "aws:assumedroot": "bool",
    "aws:currenttime": "date",
    "aws:epochtime": "date",
    "aws:ismcpserviceaction": "bool",
    MFA_AGE: "number",
    MFA_PRESENT: "bool",
    "aws:principalisawsservice": "bool",
    "aws:securetransport": "bool",
    "aws:sourceip": "address",
    "aws:tokenissuetime": "date",
    "aws:viaawsservice": "bool",
    "aws:vpcsourceip": "address",
    "sts:durationseconds": "number",
}


@lru_cache(maxsize=16_384)
def spell_key(key: str) -> str:
    """A key as AWS spells it; one that is not in AWS's tables stays as it is written."""
    lowered = key.lower()
    found = _CANONICAL.get(lowered)
    if found:
        return found
    for family in _FAMILIES:
        if lowered.startswith(family.lower()):
            return family + key[len(family) :]
    return key


@lru_cache(maxsize=16_384)
def is_multivalued(key: str) -> bool:
    """Whether a lower-case key holds several values: by AWS's tables, or as an identity provider's list.

    Lists of identity providers are Cognito's authentication methods (`:amr`) and what "IAM and AWS STS
    condition context keys" marks with `[]` among the SAML attributes.
    """
    return key in _MULTIVALUED or key.endswith(":amr")


def domain_of(key: str) -> Domain:
    """What a lower-case key can hold: `true` or `false`, whole numbers from 0, moments, addresses, text."""
    return _DOMAINS.get(key, "text")
