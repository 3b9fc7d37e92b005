"""The methods as data: what each takes, and how it reads after "can".

Sources: pathfinding.cloud and the papers of Rhino Security Labs and Bishop Fox on privilege escalation in IAM
for the methods; the Service Authorization Reference for the actions.
"""

from __future__ import annotations

from msgspec import Struct

from iamscout.access.escalation.model import Method


class ServiceMethod(Struct, frozen=True):
    """A method by which a service runs as a role: new work with a passed role, or work that has one.

    `services` are the principals of which the role must trust one. `needs_profile`: the role is given by an
    instance profile. `fact` is what IAM does not tell.
    """

    method: Method
    services: tuple[str, ...]
    needs_profile: bool = False
    fact: str = ""


ASSUME = Method("assume-role", "assume", "assume a role open to it", ("sts:AssumeRole",))

CREATE_POLICY_VERSION = Method(
    "create-policy-version", "policies", "rewrite a managed policy", ("iam:CreatePolicyVersion",)
)
SET_DEFAULT_VERSION = Method(
    "set-default-policy-version",
    "policies",
    "bring back an older, wider version of a managed policy",
    ("iam:SetDefaultPolicyVersion",),
)
ATTACH_USER_POLICY = Method(
    "attach-user-policy", "policies", "attach any policy to a user", ("iam:AttachUserPolicy",)
)
ATTACH_GROUP_POLICY = Method(
    "attach-group-policy", "policies", "attach any policy to a group", ("iam:AttachGroupPolicy",)
)
ATTACH_ROLE_POLICY = Method(
    "attach-role-policy", "policies", "attach any policy to a role", ("iam:AttachRolePolicy",)
)
PUT_USER_POLICY = Method(
    "put-user-policy", "policies", "write an inline policy into a user", ("iam:PutUserPolicy",)
)
PUT_GROUP_POLICY = Method(
    "put-group-policy", "policies", "write an inline policy into a group", ("iam:PutGroupPolicy",)
)
PUT_ROLE_POLICY = Method(
    "put-role-policy", "policies", "write an inline policy into a role", ("iam:PutRolePolicy",)
)
ADD_USER_TO_GROUP = Method(
    "add-user-to-group", "policies", "put a user into a stronger group", ("iam:AddUserToGroup",)
)

CREATE_ACCESS_KEY = Method(
    "create-access-key", "credentials", "make an access key for another user", ("iam:CreateAccessKey",)
)
REPLACE_ACCESS_KEY = Method(
    "replace-access-key",
    "credentials",
    "delete one of a user's two access keys and make another",
    ("iam:CreateAccessKey", "iam:DeleteAccessKey"),
)
CREATE_LOGIN_PROFILE = Method(
    "create-login-profile", "credentials", "give another user a password", ("iam:CreateLoginProfile",)
)
UPDATE_LOGIN_PROFILE = Method(
    "update-login-profile", "credentials", "change another user's password", ("iam:UpdateLoginProfile",)
)
UPDATE_ACCESS_KEY = Method(
    "update-access-key",
    "credentials",
    "make another user's inactive access key active again",
    ("iam:UpdateAccessKey",),
)
TAKE_MFA = Method(
    "replace-mfa-device",
    "credentials",
    "take another user's credentials and give it an MFA device of one's own",
    ("iam:EnableMFADevice", "iam:CreateVirtualMFADevice"),
)
CREATE_SERVICE_CREDENTIAL = Method(
    "create-service-specific-credential",
    "credentials",
    "make a service credential for another user",
    ("iam:CreateServiceSpecificCredential",),
)

UPDATE_TRUST = Method(
    "update-assume-role-policy",
    "trust",
    "make a role trust it",
    ("iam:UpdateAssumeRolePolicy",),
)
UPDATE_SAML_PROVIDER = Method(
    "update-saml-provider",
    "trust",
    "replace the signing keys of an identity provider that a role trusts",
    ("iam:UpdateSAMLProvider",),
)
ADD_CLIENT_ID = Method(
    "add-client-id-to-oidc-provider",
    "trust",
    "add an audience to an identity provider that a role trusts",
    ("iam:AddClientIDToOpenIDConnectProvider",),
)
CREATE_SAML_PROVIDER = Method(
    "create-saml-provider",
    "trust",
    "create the missing identity provider that a role trusts",
    ("iam:CreateSAMLProvider",),
)
CREATE_OIDC_PROVIDER = Method(
    "create-oidc-provider",
    "trust",
    "create the missing identity provider that a role trusts",
    ("iam:CreateOpenIDConnectProvider",),
)
ASSUME_ROOT = Method("assume-root", "trust", "take root sessions in member accounts", ("sts:AssumeRoot",))
CREATE_ACCOUNT_ASSIGNMENT = Method(
    "sso-create-account-assignment",
    "trust",
    "assign itself a permission set in IAM Identity Center",
    ("sso:CreateAccountAssignment",),
)
PUT_PERMISSION_SET_POLICY = Method(
    "sso-put-inline-policy",
    "trust",
    "write the policy of a permission set that it is assigned",
    ("sso:PutInlinePolicyToPermissionSet",),
)
ATTACH_PERMISSION_SET_POLICY = Method(
    "sso-attach-managed-policy",
    "trust",
    "attach a policy to a permission set that it is assigned",
    ("sso:AttachManagedPolicyToPermissionSet",),
)

DELETE_BOUNDARY = Method(
    "delete-permissions-boundary",
    "guards",
    "remove its own permissions boundary",
    ("iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary"),
)
PUT_BOUNDARY = Method(
    "put-permissions-boundary",
    "guards",
    "replace its own permissions boundary",
    ("iam:PutUserPermissionsBoundary", "iam:PutRolePermissionsBoundary"),
)
REWRITE_BOUNDARY = Method(
    "rewrite-permissions-boundary",
    "guards",
    "rewrite the policy that is its permissions boundary",
    ("iam:CreatePolicyVersion",),
)
RESTORE_BOUNDARY = Method(
    "restore-permissions-boundary",
    "guards",
    "make another version of its permissions boundary the default",
    ("iam:SetDefaultPolicyVersion",),
)
REMOVE_DENY = Method(
    "remove-deny",
    "guards",
    "remove the policy that denies it something",
    (
        "iam:DetachUserPolicy",
        "iam:DeleteUserPolicy",
        "iam:RemoveUserFromGroup",
        "iam:DetachGroupPolicy",
        "iam:DeleteGroupPolicy",
        "iam:DetachRolePolicy",
        "iam:DeleteRolePolicy",
    ),
)
TAG_ITSELF = Method(
    "tag-itself", "guards", "give itself the tags that its policies ask for", ("iam:TagUser", "iam:TagRole")
)

CREATE_USER = Method(
    "create-user",
    "creation",
    "create a user with a policy of its choice and its credentials",
    ("iam:CreateUser",),
)
CREATE_ROLE = Method(
    "create-role", "creation", "create a role with a policy of its choice that trusts it", ("iam:CreateRole",)
)


def _passing(  # a row of the table
    name: str, what: str, services: str, *actions: str, profile: bool = False, fact: str = ""
) -> ServiceMethod:
    method = Method(f"pass-role-{name}", "passing", f"pass a role to {what}", ("iam:PassRole", *actions))
    return ServiceMethod(method, tuple(services.split()), profile, fact)


def _running(name: str, title: str, fact: str, services: str, *actions: str) -> ServiceMethod:
    return ServiceMethod(Method(name, "compute", title, actions), tuple(services.split()), fact=fact)


_EC2 = "ec2.amazonaws.com"
_LAMBDA = "lambda.amazonaws.com"
_GLUE = "glue.amazonaws.com"
_CFN = "cloudformation.amazonaws.com"
_TASKS = "ecs-tasks.amazonaws.com"
_CODEBUILD = "codebuild.amazonaws.com"
_SAGEMAKER = "sagemaker.amazonaws.com"
_AGENTCORE = "bedrock-agentcore.amazonaws.com"
_IMAGE = "an image builder chain that it may complete"

PASSING = (
    _passing("ec2", "a new EC2 instance", _EC2, "ec2:RunInstances", profile=True),
    _passing("ec2-spot", "a new EC2 spot instance", _EC2, "ec2:RequestSpotInstances", profile=True),
    _passing(
        "ec2-associate", "a running EC2 instance", _EC2, "ec2:AssociateIamInstanceProfile",
        profile=True, fact="an EC2 instance without an instance profile that it can use",
    ),
    _passing(
        "ec2-replace", "a running EC2 instance", _EC2, "ec2:ReplaceIamInstanceProfileAssociation",
        profile=True, fact="an EC2 instance with an instance profile that it can use",
    ),
    _passing(
        "instance-profile", "the instances of an instance profile", _EC2, "iam:AddRoleToInstanceProfile",
        fact="an EC2 instance with an instance profile that it can use",
    ),
    _passing(
        "autoscaling-create", "a new Auto Scaling group", _EC2,
        "autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup", profile=True,
    ),
    _passing(
        "autoscaling-update", "an Auto Scaling group", _EC2,
        "autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup",
        profile=True, fact="an Auto Scaling group",
    ),
    _passing("lambda-invoke", "a new Lambda function and call it", _LAMBDA,
             "lambda:CreateFunction", "lambda:InvokeFunction"),
    _passing("lambda-event", "a new Lambda function that an event calls", _LAMBDA,
             "lambda:CreateFunction", "lambda:CreateEventSourceMapping",
             fact="an event source that has events"),
    _passing("lambda-permission", "a new Lambda function and let others call it", _LAMBDA,
             "lambda:CreateFunction", "lambda:AddPermission"),
    _passing("glue-endpoint", "a new Glue development endpoint", _GLUE, "glue:CreateDevEndpoint"),
    _passing("glue-job", "a new Glue job", _GLUE, "glue:CreateJob", "glue:StartJobRun"),
    _passing("glue-job-trigger", "a new Glue job with a trigger", _GLUE, "glue:CreateJob",
             "glue:CreateTrigger"),
    _passing("glue-job-update", "a Glue job", _GLUE, "glue:UpdateJob", "glue:StartJobRun", fact="a Glue job"),
    _passing("glue-job-update-trigger", "a Glue job with a trigger", _GLUE,
             "glue:UpdateJob", "glue:CreateTrigger", fact="a Glue job"),
    _passing("glue-session", "a new Glue session", _GLUE, "glue:CreateSession", "glue:RunStatement"),
    _passing("cloudformation", "a new CloudFormation stack", _CFN, "cloudformation:CreateStack"),
    _passing("cloudformation-update", "a CloudFormation stack", _CFN, "cloudformation:UpdateStack",
             fact="a CloudFormation stack"),
    _passing("cloudformation-set", "a new CloudFormation stack set", _CFN,
             "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"),
    _passing("cloudformation-set-update", "a CloudFormation stack set", _CFN, "cloudformation:UpdateStackSet",
             fact="a CloudFormation stack set"),
    _passing("datapipeline", "a new data pipeline", f"datapipeline.amazonaws.com {_EC2}",
             "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition",
             "datapipeline:ActivatePipeline"),
    _passing("codebuild", "a new CodeBuild project", _CODEBUILD, "codebuild:CreateProject",
             "codebuild:StartBuild"),
    _passing("codebuild-batch", "a new CodeBuild project", _CODEBUILD,
             "codebuild:CreateProject", "codebuild:StartBuildBatch"),
    _passing("codebuild-update", "a CodeBuild project", _CODEBUILD, "codebuild:UpdateProject",
             "codebuild:StartBuild", fact="a CodeBuild project"),
    _passing("ecs-run", "a new ECS task", _TASKS, "ecs:RegisterTaskDefinition", "ecs:RunTask",
             fact="an ECS cluster"),
    _passing("ecs-start", "a new ECS task", _TASKS, "ecs:RegisterTaskDefinition", "ecs:StartTask",
             fact="an ECS cluster with container instances"),
    _passing("ecs-service", "a new ECS service", _TASKS, "ecs:RegisterTaskDefinition", "ecs:CreateService",
             fact="an ECS cluster"),
    _passing("ecs-service-update", "an ECS service", _TASKS, "ecs:RegisterTaskDefinition",
             "ecs:UpdateService",
             fact="an ECS service"),
    _passing("ecs-override", "an ECS task by override", _TASKS, "ecs:RunTask",
             fact="an ECS task definition whose container runs commands it is given"),
    _passing("ecs-start-override", "an ECS task by override", _TASKS, "ecs:StartTask",
             fact="an ECS task definition whose container runs commands it is given"),
    _passing("sagemaker-notebook", "a new SageMaker notebook", _SAGEMAKER, "sagemaker:CreateNotebookInstance",
             "sagemaker:CreatePresignedNotebookInstanceUrl"),
    _passing("sagemaker-training", "a new SageMaker training job", _SAGEMAKER, "sagemaker:CreateTrainingJob"),
    _passing("sagemaker-processing", "a new SageMaker processing job", _SAGEMAKER,
             "sagemaker:CreateProcessingJob"),
    _passing("apprunner", "a new App Runner service", "tasks.apprunner.amazonaws.com",
             "apprunner:CreateService"),
    _passing("agentcore-interpreter", "a new AgentCore code interpreter", _AGENTCORE,
             "bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession",
             "bedrock-agentcore:InvokeCodeInterpreter"),
    _passing("agentcore-runtime", "a new AgentCore runtime", _AGENTCORE,
             "bedrock-agentcore:CreateAgentRuntime", "bedrock-agentcore:InvokeAgentRuntime"),
    _passing("agentcore-browser", "a new AgentCore browser", _AGENTCORE,
             "bedrock-agentcore:CreateBrowser", "bedrock-agentcore:StartBrowserSession"),
    _passing("bedrock-agent", "a new Bedrock agent", "bedrock.amazonaws.com", "bedrock:CreateAgent"),
    _passing("states", "a new state machine", "states.amazonaws.com", "states:CreateStateMachine",
             "states:StartExecution"),
    _passing("batch", "a new Batch job", _TASKS, "batch:RegisterJobDefinition", "batch:SubmitJob",
             fact="a Batch job queue"),
    _passing("braket", "a new Braket job", "braket.amazonaws.com", "braket:CreateJob"),
    _passing("emr", "a new EMR cluster", _EC2, "elasticmapreduce:RunJobFlow", profile=True),
    _passing("emr-serverless", "a new EMR Serverless job", "emr-serverless.amazonaws.com",
             "emr-serverless:CreateApplication", "emr-serverless:StartJobRun"),
    _passing("gamelift", "a new GameLift fleet", "gamelift.amazonaws.com", "gamelift:CreateBuild",
             "gamelift:CreateFleet"),
    _passing("imagebuilder", "a new image pipeline", _EC2, "imagebuilder:CreateInfrastructureConfiguration",
             "imagebuilder:CreateImage", profile=True, fact=_IMAGE),
    _passing("kinesisanalytics", "a new Kinesis analytics application", "kinesisanalytics.amazonaws.com",
             "kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"),
    _passing("omics", "a new HealthOmics workflow", "omics.amazonaws.com", "omics:CreateWorkflow",
             "omics:StartRun"),
    _passing("scheduler", "a new schedule", "scheduler.amazonaws.com", "scheduler:CreateSchedule"),
    _passing("cognito", "a Cognito identity pool", "cognito-identity.amazonaws.com",
             "cognito-identity:SetIdentityPoolRoles", fact="a Cognito identity pool that the role trusts"),
)  # fmt: skip
"""Passing a role to work that it starts or changes."""

COMPUTE = (
    _running("lambda-update-code", "change the code of a Lambda function that runs as a role",
             "a Lambda function that runs as the role", _LAMBDA, "lambda:UpdateFunctionCode"),
    _running("lambda-update-configuration", "add a layer to a Lambda function that runs as a role",
             "a Lambda function that runs as the role", _LAMBDA, "lambda:UpdateFunctionConfiguration"),
    _running("glue-update-endpoint", "add its SSH key to a Glue development endpoint",
             "a Glue development endpoint that runs as the role", _GLUE, "glue:UpdateDevEndpoint"),
    _running("cloudformation-update-stack", "change a CloudFormation stack that has a role",
             "a CloudFormation stack that has the role", _CFN, "cloudformation:UpdateStack"),
    _running("cloudformation-change-set", "change a CloudFormation stack that has a role by a change set",
             "a CloudFormation stack that has the role", _CFN,
             "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    _running("codebuild-start", "start a build with commands of its own",
             "a CodeBuild project that has the role",
             _CODEBUILD, "codebuild:StartBuild"),
    _running("codebuild-start-batch", "start a batch of builds with commands of its own",
             "a CodeBuild project that has the role", _CODEBUILD, "codebuild:StartBuildBatch"),
    _running("ec2-user-data", "change the start script of an EC2 instance",
             "an EC2 instance that runs as the role", _EC2,
             "ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
    _running("ec2-launch-template", "change the launch template of EC2 instances",
             "a launch template with the role's instance profile, in use by an Auto Scaling group", _EC2,
             "ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"),
    _running("ec2-instance-connect", "log in to an EC2 instance by an SSH key",
             "an EC2 instance that runs as the role and that it can reach by SSH", _EC2,
             "ec2-instance-connect:SendSSHPublicKey"),
    _running("ssm-send-command", "run commands on an EC2 instance", "an EC2 instance that runs as the role",
             _EC2, "ssm:SendCommand"),
    _running("ssm-start-session", "open a session on an EC2 instance",
             "an EC2 instance that runs as the role",
             _EC2, "ssm:StartSession"),
    _running("ecs-execute-command", "run commands in an ECS task", "an ECS task that runs as the role",
             _TASKS,
             "ecs:ExecuteCommand"),
    _running("sagemaker-presigned-url", "open a SageMaker notebook",
             "a SageMaker notebook that runs as the role",
             _SAGEMAKER, "sagemaker:CreatePresignedNotebookInstanceUrl"),
    _running("sagemaker-lifecycle", "change the start script of a SageMaker notebook",
             "a SageMaker notebook that runs as the role", _SAGEMAKER,
             "sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:UpdateNotebookInstance",
             "sagemaker:StopNotebookInstance", "sagemaker:StartNotebookInstance"),
    _running("apprunner-update", "change an App Runner service",
             "an App Runner service that runs as the role",
             "tasks.apprunner.amazonaws.com", "apprunner:UpdateService"),
    _running("agentcore-interpreter", "run code in an AgentCore code interpreter",
             "an AgentCore code interpreter that runs as the role", _AGENTCORE,
             "bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"),
    _running("agentcore-command", "run commands in an AgentCore runtime",
             "an AgentCore runtime that runs as the role", _AGENTCORE,
             "bedrock-agentcore:InvokeAgentRuntimeCommand"),
    _running("agentcore-browser", "use a session of an AgentCore browser",
             "an AgentCore browser that runs as the role", _AGENTCORE,
             "bedrock-agentcore:StartBrowserSession", "bedrock-agentcore:ConnectBrowserAutomationStream"),
    _running("batch-submit", "submit a Batch job with commands of its own",
             "a Batch job definition that has the role", _TASKS, "batch:SubmitJob"),
    _running("codedeploy-deploy", "deploy code to instances or functions",
             "a CodeDeploy application whose targets run as the role", f"{_EC2} {_LAMBDA} {_TASKS}",
             "codedeploy:CreateDeployment"),
)  # fmt: skip
"""Using work that runs as a role already: whether there is any is not told by IAM."""


def all_methods() -> tuple[Method, ...]:
    """Every method, in the order of this module."""
    found = [value for value in globals().values() if isinstance(value, Method)]
    found += [each.method for each in (*PASSING, *COMPUTE)]
    return tuple(found)
