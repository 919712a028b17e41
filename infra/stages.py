"""The stages: everything in which one deployment may differ from another, as values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from wiring.limits import DEVELOPING, SERVING, RequestLimits

FAKE_ACCOUNT = "111111111111"
"""Stands where no account is given, so that templates are made and tested without one."""

FAKE_SENDER = "orders@shop.example"
"""Stands where no address is given that mails come from; deployment refuses it."""

LONGEST_KEY, SOON = timedelta(days=365), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key of the public shop front. Two overlap, so that clients can move from one to the other."""

    name: str
    expires: date

    @property
    def epoch_seconds(self) -> int:
        """When it ends, as AppSync takes it."""
        return int(datetime(self.expires.year, self.expires.month, self.expires.day, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Hours:
    """From a moment on (`cron` of six fields, UTC) at least so many copies stay warm."""

    name: str
    cron: str
    least: int


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Copies of a function that are always started, in place of SnapStart: never both, which AWS refuses.

    `utilization` is how full they may be before more are started; `least` is 1 or more (a scheduled 0 breaks later
    deployments: aws-cdk issue 29992).
    """

    least: int
    most: int
    utilization: float = 0.7
    schedule: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class StageConfig:
    """One stage: everything in which it may differ.

    keep_data: tables, pools, key, secret and bucket refuse deletion and outlive their stack.
    requests: what one may ask for. log_days: a CloudWatch retention.
    trace_share: of requests that X-Ray follows, 0 to 1. platform_logs: Lambda's own line for each call.
    canary: versions take over by degrees. reserve_concurrency: each function has its share of the account's.
    requests_per_ip: in five minutes, before the firewall blocks. monthly_budget_usd: 80 % of it is told.
    work_shards: partitions of the deadline index, 1,000 writes a second each.
    account_concurrency, request_tokens: the account's quotas (Lambda executions; AppSync tokens a second).
    payment_secret: the ARN of a real provider's secret (docs/payments.md), made by hand; "" where there is none.
    operators: mailboxes, from the command line. mail_from: the address that customers are written to from, likewise
    (SES has each address once in an account and region: two stages there need two).
    cost_center: a tag that bills are grouped by. provisioned: functions that stay warm; all others restore snapshots.
    """

    name: str
    keep_data: bool
    requests: RequestLimits
    log_days: int
    trace_share: float
    platform_logs: bool
    canary: bool
    reserve_concurrency: bool
    requests_per_ip: int
    monthly_budget_usd: int
    api_keys: tuple[ApiKey, ...]
    account: str = FAKE_ACCOUNT
    region: str = "eu-west-1"
    operators: tuple[str, ...] = ()
    mail_from: str = FAKE_SENDER
    provisioned: Mapping[str, Provisioned] = field(default_factory=dict)
    cost_center: str = "shop"
    work_shards: int = 4
    payment_secret: str = ""
    account_concurrency: int = 1_000
    request_tokens: int = 2_000

    def check(self, shares: Mapping[str, int]) -> None:
        """Refuse what synthesis would take and AWS would not; `shares` are functions' concurrency. Raises ValueError."""
        unknown = sorted(set(self.provisioned) - set(shares))
        if unknown:
            raise ValueError(
                f"{self.name}: no function {unknown[0]!r} to provision; there are {sorted(shares)}"
            )
        for function, copies in self.provisioned.items():
            if min([copies.least, *(hours.least for hours in copies.schedule)]) < 1:
                raise ValueError(f"{self.name}: {function} keeps at least 1 copy, or leave it out")
            if self.reserve_concurrency and copies.most > shares[function]:
                raise ValueError(
                    f"{self.name}: {function} has a share of {shares[function]} executions, not {copies.most}"
                )


KEYS = (ApiKey("Spring", date(2027, 5, 31)), ApiKey("Autumn", date(2027, 10, 31)))

DEV = StageConfig(
    name="dev",
    keep_data=False,
    requests=DEVELOPING,
    log_days=7,
    trace_share=1.0,
    platform_logs=True,
    canary=False,  # a developer waits for a deployment
    reserve_concurrency=False,  # a new account has 10 executions in all
    requests_per_ip=2_000,
    monthly_budget_usd=200,  # a month without a visit is over half of it (docs/cost.md)
    api_keys=KEYS,
)
PROD = StageConfig(
    name="prod",
    keep_data=True,
    requests=SERVING,
    log_days=30,
    trace_share=0.05,
    platform_logs=False,
    canary=True,
    reserve_concurrency=True,
    requests_per_ip=2_000,
    monthly_budget_usd=500,
    api_keys=KEYS,
)
STAGES = (DEV, PROD)


def problems(stage: StageConfig, today: date) -> Iterator[str]:
    """What keeps a stage from being deployed today; synthesis says it, and deployment must refuse on it."""
    if stage.account == FAKE_ACCOUNT:
        yield f"{stage.name}: no account; type STAGE={stage.name} ACCOUNT=123456789012 REGION=eu-west-1"
    for key in stage.api_keys:
        left = key.expires - today
        if left < SOON:
            yield f"{stage.name}: API key {key.name} ends on {key.expires}; move its date in infra/stages.py"
        elif left > LONGEST_KEY:
            yield f"{stage.name}: API key {key.name} lasts over 365 days, which AppSync refuses"
