"""How a new version takes over: a tenth of the calls for five minutes, back at once where an alarm goes off.

From level-one constructs: CodeDeploy's own attaches a managed policy that reaches every function of the account.
"""

from collections.abc import Iterable, Sequence

from aws_cdk import CfnCodeDeployLambdaAliasUpdate, CfnUpdatePolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import permissions
from infra.stages import StageConfig

PACE = "CodeDeployDefault.LambdaCanary10Percent5Minutes"


class Release(Construct):
    """CodeDeploy for the functions of a stage that releases by degrees; else versions take over at once.

    `alarms` call off the release of any function; each function brings its own beside them.
    """

    def __init__(
        self, scope: Construct, name: str, *, stage: StageConfig, alarms: Sequence[cloudwatch.Alarm]
    ) -> None:
        super().__init__(scope, name)
        self.by_degrees, self.alarms = stage.canary, alarms
        if self.by_degrees:
            self._application = codedeploy.CfnApplication(self, "Application", compute_platform="Lambda")
            stack = Stack.of(self)
            groups = f"arn:{stack.partition}:codedeploy:{stack.region}:{stack.account}:deploymentgroup:{self._application.ref}/*"
            self._role = iam.Role(
                self, "Role", assumed_by=permissions.serves("codedeploy", stack.account, groups)
            )
            # The alarm that may call it off is looked up; the API knows no resource for it.
            self._role.add_to_policy(
                iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=["*"])
            )

    def shift(self, scope: Construct, alias: lambda_.Alias, alarms: Iterable[cloudwatch.Alarm]) -> None:
        """Let the alias move by degrees, and back when one of the alarms goes off (of a stage that does so)."""
        live = f"{alias.lambda_.function_arn}:{alias.alias_name}"
        self._role.add_to_policy(
            iam.PolicyStatement(
                actions=[
                    "lambda:GetAlias",
                    "lambda:GetProvisionedConcurrencyConfig",
                    "lambda:UpdateAlias",
                ],
                resources=[live],
            )
        )
        group = codedeploy.CfnDeploymentGroup(
            scope,
            "Release",
            application_name=self._application.ref,
            service_role_arn=self._role.role_arn,
            deployment_config_name=PACE,
            deployment_style=codedeploy.CfnDeploymentGroup.DeploymentStyleProperty(
                deployment_type="BLUE_GREEN", deployment_option="WITH_TRAFFIC_CONTROL"
            ),
            alarm_configuration=codedeploy.CfnDeploymentGroup.AlarmConfigurationProperty(
                enabled=True,
                alarms=[
                    codedeploy.CfnDeploymentGroup.AlarmProperty(name=alarm.alarm_name) for alarm in alarms
                ],
            ),
            auto_rollback_configuration=codedeploy.CfnDeploymentGroup.AutoRollbackConfigurationProperty(
                enabled=True,
                events=["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
            ),
        )
        made = alias.node.default_child
        assert isinstance(made, lambda_.CfnAlias)  # noqa: S101 - a level-two alias is made of one
        made.cfn_options.update_policy = CfnUpdatePolicy(
            code_deploy_lambda_alias_update=CfnCodeDeployLambdaAliasUpdate(
                application_name=self._application.ref, deployment_group_name=group.ref
            )
        )
