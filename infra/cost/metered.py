"""What is paid by use: requests, units, bytes, users."""

from collections.abc import Iterator, Sequence

from infra.cost.assumed import Assumed, Inputs
from infra.cost.deployed import Deployed
from infra.cost.lines import DAYS_A_MONTH, GB, SECONDS_A_MONTH, Line
from infra.cost.traffic import connection_minutes
from infra.cost.work import Work


def metered(
    deployed: Deployed, work: Sequence[Work], inputs: Inputs, assumed: Assumed, stored: float
) -> Iterator[Line]:
    """The lines of a month that grow with use; `stored` is bytes in the tables."""
    yield from _api(work, inputs, assumed)
    yield from _functions(deployed, work, assumed)
    yield from _tables(deployed, work, stored)
    yield from _events(work, inputs, assumed)
    yield Line("SES", "mails", sum(each.total("mails") for each in work), "mail")
    yield from _logs(deployed, work, inputs.log_level or deployed.log_level, assumed)
    yield from _around(deployed, work, inputs, assumed)


def requests(work: Sequence[Work]) -> float:
    """What reaches the API: clients' requests and our own publications."""
    return sum(each.calls for each in work if each.asked) + sum(each.total("publishes") for each in work)


def updates(work: Sequence[Work], inputs: Inputs, assumed: Assumed) -> float:
    """Frames to subscribers: every screen of staff gets every event, a customer those that come while connected."""
    events = sum(each.total("publishes") for each in work)
    return events * inputs.staff_screens + inputs.orders * assumed.followed_events_an_order


def _api(work: Sequence[Work], inputs: Inputs, assumed: Assumed) -> Iterator[Line]:
    asked = sum(each.calls for each in work if each.asked)
    yield Line("AppSync", "requests of clients", asked, "appsync_request")
    yield Line("AppSync", "publications", requests(work) - asked, "appsync_request")
    yield Line("AppSync", "updates to subscribers", updates(work, inputs, assumed), "appsync_update")
    yield Line("AppSync", "connection minutes", connection_minutes(inputs, assumed), "appsync_connection")
    yield Line("WAF", "requests", requests(work), "waf_request")


def _functions(deployed: Deployed, work: Sequence[Work], assumed: Assumed) -> Iterator[Line]:
    yield Line("Lambda", "requests", sum(each.calls for each in work), "lambda_request")
    for function in deployed.functions:
        calls = sum(each.calls for each in work if each.function == function.name)
        gb_seconds = calls * assumed.assumed_ms.get(function.name, 0) / 1000 * function.memory_gb
        price = "lambda_provisioned_compute" if function.warm else "lambda_compute"
        yield Line("Lambda", f"compute of {function.name}", gb_seconds, price)
        if function.snapshots:
            restored = calls * assumed.cold_share * function.memory_gb
            yield Line("Lambda", f"restores of {function.name}", restored, "lambda_restore")


def _tables(deployed: Deployed, work: Sequence[Work], stored: float) -> Iterator[Line]:
    written = sum(each.total("table", "index") for each in work)
    yield Line("DynamoDB", "units written", written, "dynamodb_write")
    yield Line("DynamoDB", "units read", sum(each.total("read") for each in work), "dynamodb_read")
    yield Line("DynamoDB", "orders kept", stored / GB, "dynamodb_storage")
    if deployed.recovery:
        yield Line("DynamoDB", "point-in-time recovery", stored / GB, "dynamodb_pitr")


def _events(work: Sequence[Work], inputs: Inputs, assumed: Assumed) -> Iterator[Line]:
    """The bus, its archive, the workflow, webhooks and queues: a message is sent, received and deleted by itself."""
    told = sum(each.total("bus_bytes") for each in work) / GB
    yield Line("EventBridge", "events put", sum(each.total("bus_entries") for each in work), "bus_event")
    yield Line("EventBridge", "archived", told, "archive_put")
    yield Line("EventBridge", "archive kept", told * assumed.archive_days / DAYS_A_MONTH, "archive_storage")
    yield Line("Step Functions", "transitions", inputs.orders * assumed.transitions_an_order, "transition")
    hooks = sum(each.calls for each in work if each.function == "receive_webhook")
    yield Line("API Gateway", "calls of webhooks", hooks, "http_call")
    yield Line(
        "SQS", "requests for messages", sum(each.total("messages") for each in work) * 3, "sqs_request"
    )


def _logs(deployed: Deployed, work: Sequence[Work], level: str, assumed: Assumed) -> Iterator[Line]:
    kinds = ("metric_bytes",) if level == "error" else ("metric_bytes", "log_bytes")
    written = sum(each.total(*kinds) for each in work)
    if level == "platform":
        written += sum(each.calls for each in work) * assumed.platform_bytes_a_call
    yield Line("CloudWatch", "logs taken in", written / GB, "logs_ingest")
    yield Line("CloudWatch", "logs kept", written / GB * deployed.log_days / DAYS_A_MONTH, "logs_storage")


def _around(deployed: Deployed, work: Sequence[Work], inputs: Inputs, assumed: Assumed) -> Iterator[Line]:
    calls = sum(each.calls for each in work)
    yield Line("X-Ray", "traces", traces(deployed, requests(work)), "trace")
    secrets = deployed.counts.get("SecretsManager::Secret", 0)
    yield Line("Keys and secrets", "reads of the secret", calls * assumed.cold_share * secrets, "secret_read")
    if deployed.counts.get("Cognito::UserPool", 0):
        users = inputs.orders / assumed.orders_a_customer_a_month + inputs.staff_screens
        yield Line("Cognito", "users active in the month", users, "cognito_user")
    parked = calls * assumed.parked_share * deployed.counts.get("S3::Bucket", 0)
    yield Line("S3", "batches parked", parked, "s3_put")
    yield Line("S3", "kept for replay", parked * assumed.parked_bytes / GB, "s3_storage")
    answers = sum(
        each.total("answer_bytes") + each.calls * assumed.header_bytes_an_answer
        for each in work
        if each.asked
    )
    pushed = max((each.usage.get("pushed_bytes", 0) for each in work), default=0)
    sent = answers + updates(work, inputs, assumed) * pushed
    yield Line("Data out", "answers and updates", sent / GB, "data_out")


def traces(deployed: Deployed, seen: float) -> float:
    """Traces recorded of so many requests: so many a second first, and the share of the rest."""
    first = min(seen, deployed.traces_a_second * SECONDS_A_MONTH)
    return first + (seen - first) * deployed.trace_share
