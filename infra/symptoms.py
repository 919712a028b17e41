"""What operators are told of: each symptom with its bound and the reason for it. Its runbook is docs/runbooks/<name>.md."""

from dataclasses import dataclass, replace

from aws_cdk import aws_cloudwatch as cloudwatch

AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
QUIET = cloudwatch.TreatMissingData.NOT_BREACHING
SILENCE_IS_BAD = cloudwatch.TreatMissingData.BREACHING


@dataclass(frozen=True, slots=True)
class Symptom:
    """One kind of trouble: it is on when `of_them` of the last `periods` values are beyond the threshold.

    `says` is the alarm's own text; `minutes` is one period.
    """

    name: str
    says: str
    threshold: float
    minutes: int = 5
    periods: int = 1
    of_them: int = 1
    comparison: cloudwatch.ComparisonOperator = AT_LEAST
    missing: cloudwatch.TreatMissingData = QUIET

    @property
    def construct(self) -> str:
        """`FunctionErrors`: the name of its construct."""
        return "".join(part.capitalize() for part in self.name.split("-"))

    def at(self, threshold: float) -> "Symptom":
        """The same with another bound, where it follows from what has it (a time limit, a quota)."""
        return replace(self, threshold=threshold)


# --- functions ---------------------------------------------------------------------------------------------------

RESOLVER_ERRORS = Symptom(
    "resolver-errors",
    "A fifth of a resolver function's calls end in an error.",
    # Refused queries count as errors, too: a client's mistakes are some, a broken release is most.
    threshold=20,
    minutes=1,
    periods=3,
    of_them=2,
)
RELEASE_ERRORS = Symptom(
    "release-errors",
    "A fifth of the calls that a new version took end in an error.",
    threshold=20,  # of the new version's own calls: over all versions, a tenth of the traffic would never reach it
    minutes=1,
    periods=3,
    of_them=2,
)
CONSUMER_ERRORS = Symptom("consumer-errors", "A consumer raised or ran out of time.", threshold=1)
THROTTLED = Symptom(
    "throttled",
    "Calls of a function are turned away: it is at its concurrency.",
    threshold=1,
    minutes=1,
    periods=5,
    of_them=3,
)
NEAR_TIMEOUT = Symptom(
    "near-timeout",
    "The slowest hundredth of a function's calls take four fifths of its time limit.",
    threshold=0.8,  # of the time limit
    periods=3,
    of_them=2,
)
ACCOUNT_BUSY = Symptom(
    "account-busy",
    "Four fifths of the account's concurrent executions are in use: every function is about to be turned away.",
    threshold=0.8,  # of the account's quota
    minutes=1,
    periods=5,
    of_them=3,
)
BUGS = Symptom("bugs", "Something unexpected was raised; the client was told a correlation id.", threshold=1)

# --- events ------------------------------------------------------------------------------------------------------

BEHIND = Symptom(
    "behind",
    "A consumer is 30 seconds behind its stream; it gives up what gets older than it declares.",
    threshold=30_000,
    minutes=1,
    periods=3,
    of_them=2,
)
PARKED = Symptom(
    "parked", "A consumer gave records up: they are in the bucket of parked batches.", threshold=1, minutes=1
)
DROPPED = Symptom("dropped", "Records were given up and could not be parked.", threshold=1, minutes=1)
SILENT = Symptom(
    "silent",
    "A scheduled consumer did not run.",
    threshold=1,
    periods=2,
    of_them=2,
    comparison=BELOW,
    missing=SILENCE_IS_BAD,
)
WORK_LEFT = Symptom(
    "work-left", "The sweep leaves the same work behind, run after run.", threshold=1, periods=3, of_them=3
)
PUSH_SLOW = Symptom(
    "push-slow",
    "The slowest hundredth of pushes take over 2 seconds from the write.",
    threshold=2_000,
    periods=3,
    of_them=2,
)
PUSH_FAILING = Symptom(
    "push-failing",
    "AppSync does not take pushes; clients catch up by query.",
    threshold=1,
    minutes=1,
    periods=5,
    of_them=3,
)

DEAD_LETTERS = Symptom(
    "dead-letters",
    "Messages failed as often as they are tried, or could not be sent: they wait among the dead letters.",
    threshold=1,
    minutes=1,
)
QUEUE_OLD = Symptom(
    "queue-old",
    "The oldest message of a queue waits for 15 minutes: its consumer fails, or is too slow.",
    threshold=900,
    minutes=1,
    periods=5,
    of_them=3,
)
MAIL_BOUNCING = Symptom(
    "mail-bouncing",
    "Mails to customers come back, or are reported as spam: SES stops who goes on sending such.",
    threshold=5,  # a typing error now and then is usual
    minutes=60,
)
ROUTE_ERRORS = Symptom(
    "route-errors",
    "Calls from outside (webhooks) are answered with errors of ours (5xx); who calls tries again.",
    threshold=5,
)
WORKFLOW_FAILED = Symptom(
    "workflow-failed", "Executions of the fulfillment workflow end in failure.", threshold=1
)
WORKFLOW_TIMED_OUT = Symptom(
    "workflow-timed-out", "Executions of the fulfillment workflow last longer than an order may.", threshold=1
)

# --- the API -----------------------------------------------------------------------------------------------------

API_ERRORS = Symptom("api-errors", "AppSync answers with errors of its own (5xx).", threshold=5)
API_SLOW = Symptom(
    "api-slow",
    "The slowest hundredth of requests take over 3 seconds.",
    threshold=3_000,
    periods=3,
    of_them=2,
)
API_REFUSING = Symptom(
    "api-refusing",
    "Very many requests are refused (4xx): a broken client, or somebody guessing.",
    threshold=1_000,
    periods=2,
    of_them=2,
)
REALTIME_ERRORS = Symptom(
    "realtime-errors", "Connections, subscriptions or messages fail on AppSync's side.", threshold=5
)
REQUEST_TOKENS = Symptom(
    "request-tokens",
    "Seven tenths of the account's AppSync request tokens are in use.",
    threshold=0.7,  # of the account's quota
    minutes=1,
    periods=3,
    of_them=2,
)
BUSY = Symptom(
    "busy",
    "Commands are refused because of contention or throttling: a hot SKU, or a table's limit.",
    threshold=10,
    periods=2,
    of_them=2,
)
UNKNOWN_OUTCOMES = Symptom(
    "unknown-outcomes", "Writes end without an answer; clients retry with the same key.", threshold=3
)
BLOCKED = Symptom(
    "blocked",
    "The web firewall blocks very many requests.",
    threshold=1_000,
    periods=2,
    of_them=2,
)
KEY_ENDS = Symptom(
    "key-ends",
    "An API key of the shop front ends within 30 days.",
    threshold=30,
    minutes=60,
    comparison=BELOW,
)

# --- data, and this very channel ---------------------------------------------------------------------------------

TABLE_THROTTLED = Symptom(
    "table-throttled",
    "DynamoDB turns requests of a table or an index away.",
    threshold=1,
    minutes=1,
    periods=5,
    of_them=3,
)
TABLE_ERRORS = Symptom("table-errors", "DynamoDB answers with errors of its own.", threshold=5)
NOT_TOLD = Symptom("not-told", "Operators could not be told of something.", threshold=1)

BUDGET = "budget"
"""The one that AWS Budgets watches, not CloudWatch; it has its runbook, too."""
