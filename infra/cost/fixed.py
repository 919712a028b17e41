"""What is paid for being there, whether or not anything is sold: all of it counted in the templates."""

from collections.abc import Iterator

from infra.cost.assumed import Assumed
from infra.cost.deployed import Deployed, DeployedFunction
from infra.cost.lines import MINUTES_A_MONTH, SECONDS_A_MONTH, Line


def fixed(deployed: Deployed, assumed: Assumed) -> Iterator[Line]:
    """The standing lines of a month."""
    counts = deployed.counts
    for part, what, quantity, price in (
        ("CloudWatch", "alarms: metrics they read", deployed.alarm_metrics, "alarm_metric"),
        ("CloudWatch", "metrics of our own", deployed.custom_metrics, "metric"),
        ("CloudWatch", "dashboards", counts.get("CloudWatch::Dashboard", 0), "dashboard"),
        ("WAF", "web ACLs", counts.get("WAFv2::WebACL", 0), "waf_acl"),
        ("WAF", "rules and rule groups", deployed.rules, "waf_rule"),
        ("Keys and secrets", "keys", counts.get("KMS::Key", 0), "kms_key"),
        ("Keys and secrets", "requests to the tables' key", key_requests(deployed, assumed), "kms_request"),
        ("Keys and secrets", "secrets", counts.get("SecretsManager::Secret", 0), "secret"),
        (
            "Keys and secrets",
            "requests to the queues' key",
            queue_key_requests(deployed, assumed),
            "kms_request",
        ),
        ("SQS", "receipts that find nothing", idle_receipts(deployed, assumed), "sqs_request"),
        ("SNS", "messages to operators", messages(deployed, assumed), "sns_publish"),
    ):
        yield Line(part, what, quantity, price, fixed=True)
    for function in deployed.functions:
        yield from _kept(function, assumed)


def _kept(function: DeployedFunction, assumed: Assumed) -> Iterator[Line]:
    """Snapshots of the versions that are kept, or copies that are warm all month; a function has one of both."""
    gb_seconds = function.memory_gb * SECONDS_A_MONTH
    if function.snapshots:
        snapshots = gb_seconds * assumed.versions_kept
        yield Line("Lambda", f"snapshots of {function.name}", snapshots, "lambda_snapshot", fixed=True)
    yield Line(
        "Lambda",
        f"warm copies of {function.name}",
        gb_seconds * function.warm,
        "lambda_provisioned",
        fixed=True,
    )


def key_requests(deployed: Deployed, assumed: Assumed) -> float:
    """Requests to KMS for tables: DynamoDB keeps a table's key for five minutes for each caller.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html; every function is taken to
    call every table all month.
    """
    callers = len(deployed.functions) * deployed.counts.get("DynamoDB::Table", 0)
    return callers * MINUTES_A_MONTH / assumed.key_cache_minutes


def queue_key_requests(deployed: Deployed, assumed: Assumed) -> float:
    """Requests to KMS for queues, which keep a data key for five minutes as tables do: sender and receiver of each."""
    queues = deployed.counts.get("SQS::Queue", 0)
    return queues * 2 * MINUTES_A_MONTH / assumed.key_cache_minutes


def idle_receipts(deployed: Deployed, assumed: Assumed) -> float:
    """Receipts of Lambda's pollers on empty queues: five pollers of 20 seconds each; dead letters are not polled.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    """
    polled = deployed.counts.get("SQS::Queue", 0) / 2
    return polled * assumed.idle_receives_a_minute * MINUTES_A_MONTH


def messages(deployed: Deployed, assumed: Assumed) -> float:
    """Messages to topics."""
    return deployed.counts.get("SNS::Topic", 0) * assumed.messages_to_operators
