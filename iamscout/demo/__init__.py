"""An organization of three accounts in an in-process AWS, made through boto3: a report without credentials.

    with embedded_organization() as aws:
        for account in aws.accounts:
            collect(account.session, ...)       # at aws.moment, without asking for account.not_offered

Each scene is a module of blueprints (plain values); `build` makes them, `backdate` gives them a past.
What is planted where, by account and scene ("good" is what a report should not complain about):

**production 111122223333** (main account; organizational unit Workloads/Production)

scheme_scene: the deck
    GroupA, GroupB, GroupC      traditional: IAMFullAccess, EC2 and S3 read-only, at any time
    GroupAA, GroupBB, GroupCC   role-based: nothing but sts:AssumeRole of one role each; good
    RoleAA-IAMFullAccess        own account, MFA present and under 60 s; the same permissions as GroupA; good
    RoleBB-EC2ReadOnly          the same for GroupB; good
    RoleCC-S3ReadOnly           the same for GroupC; good
    alice                       in all three traditional groups; a key of 412 days opens all of that
    bob, carol                  in one traditional group; carol has a key and no MFA
    dave, erin, frank           role-based, with MFA; dave in all three groups, one role at a time; good

mfa_scene: idioms of MFA
    database-operator           Allow + BoolIfExists: bypassable by long-term keys
    network-operator            Deny + Bool false: bypassable the same way; ssm:SendCommand reaches jenkins
    key-custodian               Deny + BoolIfExists false: enforces; good
    support-billing             age alone (under 1 h): enforces; an explicit Deny outside the office matters
    support-engineer            age of 12 h and sessions of 12 h: too long
    developer                   MFA without age; identity half asks for MFA as well; permissions boundary
    deploy-frontend             own account by twelve digits, no MFA; may rewrite the trust policy of jenkins
    personal-olivia             granted by ${aws:username}
    team-payments               granted by ${aws:PrincipalTag/team}; trust asks for it, MFA under 15 min; good
    Operators                   grants three roles by list, plus self-service on ${aws:username}; member grace
    Support                     grants support-* by wildcard; members ivan, judy
    ProjectTeams, Developers    grants by variable; MFA on the identity half; member olivia

everyone_scene: `*`
    public-artifacts-reader     {"AWS": "*"}, no condition
    hackday-sandbox             "*", no condition, PowerUserAccess, unused for two years
    partner-upload              {"AWS": "*"} behind an external id
    org-config-reader           {"AWS": "*"} behind aws:PrincipalOrgID
    tenant-data-reader          {"AWS": "*"} behind aws:PrincipalAccount of its own: wider than :root
    metrics-reader              "*" behind ArnLike "*", which is no limit

principals_scene: accounts and identities
    incident-response           known account (security), MFA without age
    vendor-monitoring           unknown account 999999999999, no external id
    vendor-backup               the same with an external id; good
    vendor-costs                the same, twelve digits, external id StringLike "*"
    security-audit              role of another account (security's auditor); in every account; good
    data-lake-writer            one user (etl-loader), same account: a single-key role
    nightly-report              one session of ci-runner
    on-call-access              trust without grant: names security's responder-on-call
    forgotten-integration       deleted user and deleted role (AIDA..., AROA...)
    app-config-reader           wildcard in a principal ARN: matches nothing
    shared-tools                NotPrincipal
    release-manager             role ARN; second step of ci-runner -> release-manager -> production-admin
    production-admin            end of the chain, and people with MFA of at most 300 s; administrator
    etl-loader                  user named by a trust policy; fresh key; good
    peggy                       IAMFullAccess directly, but a boundary that cuts it: no escalation

federation_scene: identity providers
    saml-developer              SAML with SAML:aud; good
    saml-contractor             SAML without SAML:aud
    github-deploy               GitHub, one repository and branch; good
    github-terraform            GitHub, `repo:example-corp*` also matches other organizations
    github-legacy               GitHub, audience only: no tenant claim
    eks-payments                EKS, one service account; good; its grant of team-payments is in vain (MFA)
    app-user                    Cognito, identity pool and authenticated; good
    app-guest                   Cognito without the pool: no tenant claim
    AWSReservedSSO_AdministratorAccess_0123456789abcdef     IAM Identity Center
    AWSReservedSSO_ViewOnly_0123456789abcdef                IAM Identity Center

services_scene: AWS services
    web-server                  EC2, with instance profile; grant without trust (Deployers name it); good
    orders-function             Lambda; good
    checkout-task               ECS tasks with aws:SourceAccount and aws:SourceArn; good
    trail-to-logs               CloudTrail without aws:SourceArn: confused deputy
    sns-delivery-status         SNS with aws:SourceArn; Statement is an object, Service a list; good
    jenkins                     the deck's trust policy: EC2 and the account, three actions; allows everything
    account-automation          Lambda with AdministratorAccess
    ci-runner                   CodeBuild; PassRole on * + lambda CreateFunction, InvokeFunction: escalation
    AWSServiceRoleForAutoScaling, AWSServiceRoleForSupport, AWSServiceRoleForTrustedAdvisor,
    AWSServiceRoleForOrganizations      service-linked roles
    OrganizationAccountAccessRole       made by AWS Organizations: management is administrator

mistakes_scene: users, groups, keys, policies
    Platform                    mixed: EC2 and sts:AssumeRole on * with a Deny on production-admin
    Interns                     empty group (no policy)
    Project-Phoenix             policies, no members
    Helpdesk                    UpdateLoginProfile, CreateAccessKey, AttachUserPolicy on all users: escalation
    Analysts                    inline; SetDefaultPolicyVersion on reporting-access, whose v1 allows all
    Deployers                   CreatePolicyVersion on the policy it holds: escalation; PassRole is limited
    ServiceUsers                neither policy nor person
    legacy-admin                policy that allows everything (attached to jenkins)
    upload-to-vendor            grant of a role outside, stopped by a service control policy
    old-migration               policy attached to nobody
    heidi                       Helpdesk; password of 203 days
    judy                        console without MFA; old SSH key
    mike                        inline policy; two active keys, one old, one unused; Platform, Deployers
    niaj                        key and password never used, made at setup
    rupert                      Analysts
    walter                      in no group, password unused for 421 days, inactive key kept
    ci-deploy                   AdministratorAccess attached directly, key of 1,255 days
    backup-agent                policy attached directly, key unused for 388 days

Password policy short; server certificate legacy-www expired; root user with MFA, without key.

**security 444455556666** (people and audit; organizational unit Security; mostly good)

    auditor                     own account, MFA under 15 min; reaches security-audit, not incident-response
    responder-on-call           own account, MFA without age; no permission for production's on-call-access
    break-glass                 one user (victor) with MFA under 5 min; administrator; never used
    siem-forwarder              Lambda; good
    former-auditor              999999999999 with external id; kept out by the resource control policy; stale
    terraform-cloud             well scoped, but its OIDC provider is missing
    security-audit, OrganizationAccountAccessRole, AWSReservedSSO_ViewOnly_0123456789abcdef,
    AWSServiceRoleForAmazonGuardDuty, AWSServiceRoleForOrganizations
    Auditors                    role-based; members sybil, trent; good
    Responders                  role-based across accounts; members trent, victor (FIDO security key); good
    siem-export                 inline policy on a user
    former-idp                  SAML provider that expired and that nobody trusts

Password policy good; root user with hardware MFA, without key.

**management 555566667777** (management account)

    billing-viewer              no MFA in the trust; the identity half (Finance) asks for it
    account-factory             own account, MFA under 10 min; reaches OrganizationAccountAccessRole
    config-aggregator           AWS Config with aws:SourceAccount; good
    security-audit, AWSReservedSSO_AdministratorAccess_0123456789abcdef,
    AWSServiceRoleForOrganizations, AWSServiceRoleForSSO
    Finance                     member wendy; good
    AccountAdmins               member yolanda; good

No password policy; root user without MFA, with an access key, used lately.

**organization o-exampleorg**: Root (SCP stay-a-member) > Workloads (SCP stay-in-the-organization) >
Production (SCP protect-the-trail) > production; Root > Security (RCP no-strangers) > security; Root >
management.
"""

from iamscout.demo.aws import EmbeddedAccount, EmbeddedAws, embedded_organization

__all__ = ["EmbeddedAccount", "EmbeddedAws", "embedded_organization"]
