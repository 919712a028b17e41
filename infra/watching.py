"""Alarms on what is no function: the API, the tables, the account, and what our functions say of themselves."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra import symptoms
from infra.data import Data
from infra.metrics import expression, metric, of_api, ours, total
from infra.operators import Operators
from infra.stages import StageConfig

OPERATIONS = ("GetItem", "BatchGetItem", "Query", "UpdateItem", "TransactWriteItems")
"""What our functions call; DynamoDB counts its own errors by operation."""

REALTIME_FAILURES = ("ConnectServerError", "SubscribeServerError", "PublishDataMessageServerError")


class Watching(Construct):
    """The alarms of a stage that belong to no single function; `bugs` is one of them, for releases to heed."""

    def __init__(
        self, scope: Construct, name: str, *, stage: StageConfig, operators: Operators, data: Data
    ) -> None:
        super().__init__(scope, name)
        self.stage, self.operators = stage, operators
        self.bugs = self._ours(symptoms.BUGS, "Bugs")
        self._of_our_own()
        self._of_the_account()
        for table_name, table in data.tables.items():
            self._of_a_table(table_name, table, data.index_names[table_name])

    def of_the_api(self, api_id: str, beat: cloudwatch.Metric) -> None:
        """The API's alarms. `beat` is any metric that always has values: it gives key alarms the time."""
        tell = self.operators.alarm
        for symptom, name, statistic in (
            (symptoms.API_ERRORS, "5XXError", "Sum"),
            (symptoms.API_REFUSING, "4XXError", "Sum"),
            (symptoms.API_SLOW, "Latency", "p99"),
        ):
            tell(self, symptom, of_api(api_id, name, statistic=statistic, minutes=symptom.minutes), of="api")
        failing = symptoms.REALTIME_ERRORS
        failures = (of_api(api_id, name, minutes=failing.minutes) for name in REALTIME_FAILURES)
        tell(self, failing, total(*failures, minutes=failing.minutes), of="api")
        tokens = symptoms.REQUEST_TOKENS
        a_minute = tokens.at(tokens.threshold * self.stage.request_tokens * 60)
        tell(self, a_minute, of_api(api_id, "TokensConsumed", minutes=tokens.minutes), of="api")
        for key in self.stage.api_keys:
            days = expression(
                f"({key.epoch_seconds} - EPOCH(beat)) / 86400",
                {"beat": beat},
                minutes=symptoms.KEY_ENDS.minutes,
                label=f"Days until the API key {key.name} ends",
            )
            tell(Construct(self, f"{key.name}Key"), symptoms.KEY_ENDS, days, of=key.name.lower())

    def _of_our_own(self) -> None:
        """What functions say of themselves (wiring.metrics)."""
        self._ours(symptoms.WORK_LEFT, "SweepLeft", statistic="Minimum")
        self._ours(symptoms.PUSH_SLOW, "PushLatency", statistic="p99")
        self._ours(symptoms.PUSH_FAILING, "PushFailures")
        self._ours(symptoms.BUSY, "Refusals", Code="BUSY")
        self._ours(symptoms.UNKNOWN_OUTCOMES, "Refusals", Code="UNKNOWN_OUTCOME")

    def _ours(
        self, symptom: symptoms.Symptom, name: str, *, statistic: str = "Sum", **more: str
    ) -> cloudwatch.Alarm:
        measured = ours(self.stage.name, name, statistic=statistic, minutes=symptom.minutes, **more)
        return self.operators.alarm(self, symptom, measured, of="stage")

    def _of_the_account(self) -> None:
        busy, not_told = symptoms.ACCOUNT_BUSY, symptoms.NOT_TOLD
        running = metric("AWS/Lambda", "ConcurrentExecutions", {}, statistic="Maximum", minutes=busy.minutes)
        bound = busy.at(busy.threshold * self.stage.account_concurrency)
        self.operators.alarm(self, bound, running, of="account")
        topic = {"TopicName": self.operators.topic.topic_name}
        failed = metric("AWS/SNS", "NumberOfNotificationsFailed", topic, minutes=not_told.minutes)
        self.operators.alarm(self, not_told, failed, of="operators")

    def _of_a_table(self, name: str, table: dynamodb.Table, indexes: Sequence[str]) -> None:
        scope = Construct(self, name.capitalize())
        throttled, failing = symptoms.TABLE_THROTTLED, symptoms.TABLE_ERRORS
        places = [{}, *({"GlobalSecondaryIndexName": index} for index in indexes)]
        throttles = [
            metric("AWS/DynamoDB", event, {"TableName": table.table_name, **place}, minutes=throttled.minutes)
            for place in places
            for event in ("ReadThrottleEvents", "WriteThrottleEvents")
        ]
        self.operators.alarm(scope, throttled, total(*throttles, minutes=throttled.minutes), of=name)
        errors = [
            metric(
                "AWS/DynamoDB",
                "SystemErrors",
                {"TableName": table.table_name, "Operation": operation},
                minutes=failing.minutes,
            )
            for operation in OPERATIONS
        ]
        self.operators.alarm(scope, failing, total(*errors, minutes=failing.minutes), of=name)
