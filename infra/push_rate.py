"""The most that the publisher can ask of AppSync in a second, and the share of the account's request tokens it may take.

The tokens are one account's for everybody: what events take, shoppers do not have. The publisher may take 30 % of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wiring.declarations import TableStream

SHARE = 0.3
TOKENS_A_REQUEST = 1
"""AppSync counts tokens by the time and memory that a request takes; 1 is the least, and what a field without a data
source is taken for. Not probed: https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html."""

LEAST_SECONDS = 0.05
"""Assumed, not probed: no publication is answered faster, connection and signature included. Half of it doubles the rate."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What bounds a publisher: its place on the stream, how many of it may run (reserved), its threads, its tries.

    `pauses` are the longest waits between tries, in seconds; each is shortened at random, to half of it on average.
    """

    source: TableStream
    concurrency: int
    threads: int
    pauses: Sequence[float]

    @property
    def tries(self) -> int:
        """How often one publication is sent at most, by one call."""
        return len(self.pauses) + 1

    def calls(self, shards: int | None = None) -> int:
        """How many of it run at once: a lane of each shard, and never more than are reserved.

        Without `shards`, however many the stream has: a table's partitions split as it grows.
        """
        return (
            self.concurrency
            if shards is None
            else min(shards * self.source.parallelization, self.concurrency)
        )

    def in_flight(self, shards: int | None = None) -> int:
        """Publications under way at once: a thread has one, and a batch has no more orders than records."""
        return self.calls(shards) * min(self.threads, self.source.batch_size)

    def requests_a_second(self, shards: int | None = None, least_seconds: float = LEAST_SECONDS) -> float:
        """The peak: every thread busy, each request as short as it may be, or refused at once and tried again."""
        steady = 1 / least_seconds
        waits = sum(self.pauses) / 2
        refused = self.tries / waits if waits else steady
        return self.in_flight(shards) * max(steady, refused)

    @property
    def requests_an_event(self) -> int:
        """How often one event is sent at the very most: each try of each delivery of its batch."""
        return self.tries * (1 + self.source.retries)


def most_requests(request_tokens: int) -> float:
    """Requests a second that the publisher may send, of so many tokens a second."""
    return SHARE * request_tokens / TOKENS_A_REQUEST
