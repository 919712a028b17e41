"""The stages: everything in which one deployment may differ from another, as values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FAKE_ACCOUNT = "111111111111"
"""Stands where no account is given, so that templates are made and tested without one."""

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
class StageConfig:
    """One stage. `keep_data` protects tables, pools, key and secret from deletion; `log_days` is a CloudWatch retention."""

    name: str
    keep_data: bool
    query_depth: int
    introspection: bool
    log_days: int
    api_keys: tuple[ApiKey, ...]
    account: str = FAKE_ACCOUNT
    region: str = "eu-west-1"
    snap_start: bool = True
    resolver_count: int = 60  # resolvers that one request may run
    work_shards: int = 4  # partitions of the deadline index: four times its 1,000 writes a second


KEYS = (ApiKey("Spring", date(2027, 5, 31)), ApiKey("Autumn", date(2027, 10, 31)))

DEV = StageConfig(
    name="dev",
    keep_data=False,
    query_depth=16,  # a developer's introspection query is 13 deep
    introspection=True,
    log_days=7,
    api_keys=KEYS,
)
PROD = StageConfig(
    name="prod",
    keep_data=True,
    query_depth=8,
    introspection=False,
    log_days=30,
    api_keys=KEYS,
)
STAGES = (DEV, PROD)


def problems(stage: StageConfig, today: date) -> Iterator[str]:
    """What keeps a stage from being deployed today; synthesis says it, and deployment must refuse on it."""
    if stage.account == FAKE_ACCOUNT:
        yield f"{stage.name}: no account; give one with -c account=123456789012 -c region=eu-west-1"
    for key in stage.api_keys:
        left = key.expires - today
        if left < SOON:
            yield f"{stage.name}: API key {key.name} ends on {key.expires}; move its date in infra/stages.py"
        elif left > LONGEST_KEY:
            yield f"{stage.name}: API key {key.name} lasts over 365 days, which AppSync refuses"
