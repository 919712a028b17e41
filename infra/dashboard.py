"""One page that shows whether the shop sells, and what keeps it from selling."""

from collections.abc import Iterable, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.function import ServiceFunction
from infra.metrics import metric, of_api, of_function, of_queue, ours
from infra.queues import PairOfQueues
from infra.surroundings import Surroundings

HALF = 12  # of the 24 columns
REFUSALS = ("INSUFFICIENT_STOCK", "PRICE_CHANGED", "IDEMPOTENCY_CONFLICT", "BUSY", "UNKNOWN_OUTCOME")
"""The codes that a shop watches by name; the rest is in the logs."""


class Dashboard(Construct):
    """From top to bottom: the business, the live push, the queues, the API, the functions, the tables."""

    def __init__(
        self, scope: Construct, name: str, *, around: Surroundings, functions: Sequence[ServiceFunction]
    ) -> None:
        super().__init__(scope, name)
        stage = around.stage.name
        page = cloudwatch.Dashboard(self, "Page", dashboard_name=f"orderbell-{stage}")
        page.add_widgets(
            _graph("Orders placed", [ours(stage, "OrdersPlaced")]),
            _graph("Refusals", [ours(stage, "Refusals", Code=code) for code in REFUSALS]),
        )
        page.add_widgets(
            _graph(
                "From write to push, ms",
                [ours(stage, "PushLatency", statistic=each) for each in ("p50", "p99")],
            ),
            _graph("Consumers behind, ms", _behind(functions)),
        )
        pairs = around.queues.pairs.values()
        if pairs:
            page.add_widgets(*_queues(pairs))
        page.add_widgets(*_api(around.api.api.attr_api_id))
        page.add_widgets(
            _graph("Function errors", [of_function(each.function, "Errors") for each in functions]),
            _graph(
                "Function duration p99, ms",
                [of_function(each.function, "Duration", statistic="p99") for each in functions],
            ),
        )
        page.add_widgets(*(_consumed(name, table.table_name) for name, table in around.data.tables.items()))


def _graph(title: str, metrics: Iterable[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=HALF, height=6)


def _behind(functions: Iterable[ServiceFunction]) -> list[cloudwatch.Metric]:
    return [of_function(each.function, "IteratorAge", statistic="Maximum") for each in functions]


def _queues(pairs: Iterable[PairOfQueues]) -> tuple[cloudwatch.GraphWidget, cloudwatch.GraphWidget]:
    old = [of_queue(each.queue.queue_name, "ApproximateAgeOfOldestMessage") for each in pairs]
    dead = [of_queue(each.dead.queue_name, "ApproximateNumberOfMessagesVisible") for each in pairs]
    return _graph("Oldest message, seconds", old), _graph("Dead letters", dead)


def _api(api_id: str) -> tuple[cloudwatch.GraphWidget, cloudwatch.GraphWidget]:
    outcomes = [of_api(api_id, name) for name in ("4XXError", "5XXError", "TokensConsumed")]
    live = [
        of_api(api_id, name, statistic="Maximum") for name in ("ActiveConnections", "ActiveSubscriptions")
    ]
    return _graph("API: refusals, errors, tokens", outcomes), _graph("API: live", live)


def _consumed(name: str, table: str) -> cloudwatch.GraphWidget:
    units = [
        metric("AWS/DynamoDB", event, {"TableName": table})
        for event in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "WriteThrottleEvents")
    ]
    return _graph(f"Table {name}: units and throttles", units)
