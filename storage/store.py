"""What storage works with: the client, the tables' names, and the clock and pause of its retries."""

import random
import time
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from domain.values import value
from storage.sold_out import SoldOut

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
else:
    DynamoDBClient = Any

_DICE = random.SystemRandom()
"""Not the shared generator: functions restored from one snapshot would all throw the same dice."""


@value
class Store:
    """The two tables behind one client. `shards` is the number of partitions of the open-work index.

    `monotonic` and `sleep` (seconds), `dice` (0 to 1) and `token` are values so that tests can decide them.
    `budget_seconds` bounds all tries of one write. `sold_out` is what this process remembers for a second.
    `trace` is kept with each log entry: the request that it comes from.
    """

    client: DynamoDBClient
    orders: str
    catalog: str
    warehouse: str
    shards: int = 1
    budget_seconds: float = 8.0
    trace: str = ""
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    dice: Callable[[], float] = _DICE.random
    token: Callable[[], str] = field(default=lambda: uuid4().hex)
    sold_out: SoldOut = field(default_factory=SoldOut)
