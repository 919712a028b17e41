"""A consumer on a table's stream: its function, its event source mapping, and the bucket where failures are parked."""

import json

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import permissions, symptoms
from infra.consuming import consumer_function
from infra.metrics import metric, of_function
from infra.surroundings import Surroundings
from wiring.declarations import Consumer, TableStream


class Following(Construct):
    """One consumer. A batch that failed to the end is parked whole, records included, and told to operators."""

    def __init__(
        self, scope: Construct, name: str, *, consumer: Consumer, source: TableStream, around: Surroundings
    ) -> None:
        super().__init__(scope, name)
        self.consumer, self.around = consumer, around
        waking = [*permissions.stream(around.data, source.table), *permissions.park(around.data)]
        self.function = consumer_function(self, consumer, around, *waking)
        self.mapping = self._mapping(source)
        self._watch()

    def _mapping(self, source: TableStream) -> lambda_.CfnEventSourceMapping:
        data = self.around.data
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
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=data.parked.bucket_arn)
            ),
            metrics_config=lambda_.CfnEventSourceMapping.MetricsConfigProperty(metrics=["EventCount"]),
        )
        # Creating it fails before the role may read the stream.
        mapping.node.add_dependency(self.function.role)
        return mapping

    def _watch(self) -> None:
        tell, name = self.around.operators.alarm, self.function.work.name
        age = of_function(
            self.function.function, "IteratorAge", statistic="Maximum", minutes=symptoms.BEHIND.minutes
        )
        tell(self, symptoms.BEHIND, age, of=name)
        for symptom, counted in (
            (symptoms.PARKED, "OnFailureDestinationDeliveredEventCount"),
            (symptoms.DROPPED, "DroppedEventCount"),
        ):
            events = metric(
                "AWS/Lambda",
                counted,
                {"EventSourceMappingUUID": self.mapping.attr_id},
                minutes=symptom.minutes,
            )
            tell(self, symptom, events, of=name)


def pattern(source: TableStream) -> dict[str, object]:
    """The event filter: these events, on items whose sort key begins so. What it drops costs no invocation."""
    key = {"SK": {"S": [{"prefix": source.sort_key_prefix}]}}
    return {"eventName": list(source.event_names), "dynamodb": {"Keys": key}}
