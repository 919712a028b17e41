"""A stage as small as one can be that deployment commands work on: the same names and kinds, none of our functions.

The embedded AWS takes it whole, so that the real CDK command line can deploy it and take it down.
"""

from pathlib import Path

from aws_cdk import App, CfnOutput, Environment, RemovalPolicy, Stack, Stage
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.stages import StageConfig


def write(stage: StageConfig, answer: str, out: Path) -> Path:
    """Its templates, with a function that answers so: another answer is another version."""
    app = App(outdir=str(out), analytics_reporting=False)
    made = Stage(app, f"orderbell-{stage.name}", env=Environment(account=stage.account, region=stage.region))
    _data(Stack(made, "Data"))
    _service(Stack(made, "Service"), answer)
    app.synth()
    return out


def _data(stack: Stack) -> None:
    kms.Key(stack, "Key", removal_policy=RemovalPolicy.DESTROY)
    s3.Bucket(stack, "Parked", versioned=True, removal_policy=RemovalPolicy.DESTROY)
    pool = cognito.UserPool(stack, "Staff", removal_policy=RemovalPolicy.DESTROY)
    for group in ("admin", "support"):
        cognito.CfnUserPoolGroup(stack, group, user_pool_id=pool.user_pool_id, group_name=group)
    secretsmanager.Secret(stack, "ServerSecret", removal_policy=RemovalPolicy.DESTROY)
    text = dynamodb.Attribute(name="PK", type=dynamodb.AttributeType.STRING)
    dynamodb.Table(stack, "Orders", partition_key=text, removal_policy=RemovalPolicy.DESTROY)
    CfnOutput(stack, "StaffPoolId", value=pool.user_pool_id)


def _service(stack: Stack, answer: str) -> None:
    function = lambda_.Function(
        stack,
        "Write",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline(f"def handler(event, context):\n    return {answer!r}\n"),
        role=iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")),
        current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
    )
    lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)
    CfnOutput(stack, "GraphqlUrl", value="https://small.example/graphql")
