"""A consumer on a table's stream: its function, its event source mapping, and the queue where failures end."""

import json

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import permissions
from infra.consuming import Surroundings, consumer_function
from infra.data import Data
from wiring.declarations import Consumer, TableStream

KEEP_FAILURES = Duration.days(14)  # the longest that SQS keeps


class Following(Construct):
    """One consumer. A failed batch leaves its place in the stream in the queue (24 hours to read it again there).

    A bucket as destination would keep the records themselves; SQS keeps positions only.
    """

    def __init__(
        self, scope: Construct, name: str, *, consumer: Consumer, source: TableStream, around: Surroundings
    ) -> None:
        super().__init__(scope, name)
        data = around.data
        failures = sqs.Queue(
            self,
            "Failures",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=data.key,
            enforce_ssl=True,
            retention_period=KEEP_FAILURES,
        )
        waking = [*permissions.stream(data, source.table), *permissions.send(data.key, failures.queue_arn)]
        self.function = consumer_function(self, consumer, around, *waking)
        self._mapping(source, data, failures)

    def _mapping(self, source: TableStream, data: Data, failures: sqs.Queue) -> None:
        mapping = lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=self.function.alias.function_arn,
            event_source_arn=data.tables[source.table].table_stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=source.batch_size,
            maximum_batching_window_in_seconds=0,
            parallelization_factor=source.parallelization,
            maximum_retry_attempts=source.retries,
            maximum_record_age_in_seconds=source.record_age_seconds,
            bisect_batch_on_function_error=True,
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(pattern(source)))]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=failures.queue_arn)
            ),
        )
        mapping.node.add_dependency(
            self.function.role
        )  # creating it fails before the role may read the stream


def pattern(source: TableStream) -> dict[str, object]:
    """The event filter: these events, on items whose sort key begins so. What it drops costs no invocation."""
    key = {"SK": {"S": [{"prefix": source.sort_key_prefix}]}}
    return {"eventName": list(source.event_names), "dynamodb": {"Keys": key}}
