"""The fulfillment workflow's state machine: its role may send to the queue of its steps, and nothing else of ours."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from infra import permissions, symptoms
from infra.log_groups import log_group_of
from infra.metrics import metric
from infra.operators import Operators
from infra.queues import KEY_REUSE, PairOfQueues
from infra.stages import StageConfig
from infra.symptoms import Symptom
from wiring.workflow import definition


class Workflow(Construct):
    """One Standard state machine a stage, from the definition that the laptop runs, under the queues' customer key.

    Executions hold an order's id and task tokens. Standard: an order takes days, and a name runs once in 90 of them.
    """

    def __init__(
        self, scope: Construct, name: str, *, stage: StageConfig, steps: PairOfQueues, operators: Operators
    ) -> None:
        super().__init__(scope, name)
        stack, machine = Stack.of(self), f"orderbell-{stage.name}-fulfillment"
        itself = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:{machine}"
        role = iam.Role(self, "Role", assumed_by=permissions.serves("states", stack.account, itself))
        for statement in permissions.workflow(itself, steps.queue.queue_arn, steps.key):
            role.add_to_policy(statement)
        self._admit_log_delivery(steps.key)
        logs = log_group_of(self, stage, f"/aws/vendedlogs/states/{machine}")
        made = stepfunctions.CfnStateMachine(
            self,
            "Machine",
            state_machine_name=machine,
            state_machine_type="STANDARD",
            definition_string=definition(steps.queue.queue_url),
            role_arn=role.role_arn,
            encryption_configuration=stepfunctions.CfnStateMachine.EncryptionConfigurationProperty(
                type="CUSTOMER_MANAGED_KMS_KEY",
                kms_key_id=steps.key.key_arn,
                kms_data_key_reuse_period_seconds=KEY_REUSE.to_seconds(),
            ),
            logging_configuration=_errors_to(logs.log_group_arn),
            tracing_configuration=stepfunctions.CfnStateMachine.TracingConfigurationProperty(enabled=True),
        )
        self.arn = made.ref
        made.node.add_dependency(role)  # with its policy: creating it tries the role
        self._watch(operators, symptoms.WORKFLOW_FAILED, "ExecutionsFailed")
        self._watch(operators, symptoms.WORKFLOW_TIMED_OUT, "ExecutionsTimedOut")

    def _watch(self, operators: Operators, symptom: Symptom, name: str) -> None:
        """Tell of executions that ended so: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html."""
        ended = metric("AWS/States", name, {"StateMachineArn": self.arn}, minutes=symptom.minutes)
        operators.alarm(self, symptom, ended, of="fulfillment")

    def _admit_log_delivery(self, key: kms.IKey) -> None:
        """What is logged of an encrypted machine is decrypted by who delivers it.

        https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
        """
        stack = Stack.of(self)
        groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:*"
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogsOfTheWorkflowAreDelivered",
                actions=["kms:Decrypt"],
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                resources=["*"],  # a key policy's own key
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {"aws:SourceArn": groups},
                },
            )
        )


def _errors_to(group_arn: str) -> stepfunctions.CfnStateMachine.LoggingConfigurationProperty:
    """Errors alone, without what states were given: a task token would let its reader end a step."""
    shape = stepfunctions.CfnStateMachine
    group = shape.CloudWatchLogsLogGroupProperty(log_group_arn=group_arn)
    to = shape.LogDestinationProperty(cloud_watch_logs_log_group=group)
    return shape.LoggingConfigurationProperty(destinations=[to], include_execution_data=False, level="ERROR")
