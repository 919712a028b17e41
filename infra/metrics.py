"""The metrics that alarms and the dashboard read, by the names that AWS and our functions give them."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

OURS = "Orderbell"
"""The namespace of `wiring.metrics`."""


def metric(
    namespace: str, name: str, dimensions: Mapping[str, str], *, statistic: str = "Sum", minutes: int = 5
) -> cloudwatch.Metric:
    """Any metric; `statistic` is Sum, Maximum, p99 and so on, over so many minutes."""
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dict(dimensions),
        statistic=statistic,
        period=Duration.minutes(minutes),
    )


def ours(
    stage: str, name: str, *, statistic: str = "Sum", minutes: int = 5, **more: str
) -> cloudwatch.Metric:
    """One that our functions write into their logs (EMF); `more` are dimensions beside the stage."""
    return metric(OURS, name, {"Stage": stage, **more}, statistic=statistic, minutes=minutes)


def of_function(
    function: lambda_.IFunction, name: str, *, statistic: str = "Sum", minutes: int = 5
) -> cloudwatch.Metric:
    """One of Lambda's, over every version of a function."""
    dimensions = {"FunctionName": function.function_name}
    return metric("AWS/Lambda", name, dimensions, statistic=statistic, minutes=minutes)


def of_api(api_id: str, name: str, *, statistic: str = "Sum", minutes: int = 5) -> cloudwatch.Metric:
    """One of AppSync's: https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html."""
    return metric("AWS/AppSync", name, {"GraphQLAPIId": api_id}, statistic=statistic, minutes=minutes)


def of_queue(queue_name: str, name: str, *, minutes: int = 5) -> cloudwatch.Metric:
    """One of SQS's, at its highest."""
    return metric("AWS/SQS", name, {"QueueName": queue_name}, statistic="Maximum", minutes=minutes)


def expression(
    formula: str, metrics: Mapping[str, cloudwatch.IMetric], *, minutes: int, label: str | None = None
) -> cloudwatch.MathExpression:
    """Arithmetic over metrics, which the formula names by their keys."""
    return cloudwatch.MathExpression(
        expression=formula, using_metrics=dict(metrics), period=Duration.minutes(minutes), label=label
    )


def total(*metrics: cloudwatch.IMetric, minutes: int) -> cloudwatch.MathExpression:
    """The sum of metrics; one without data counts as none."""
    named = {f"m{index}": each for index, each in enumerate(metrics)}
    return expression(" + ".join(f"FILL({name}, 0)" for name in named), named, minutes=minutes)
