"""What no meter of ours can know: how a shop is used, and how long functions run on AWS. Every number is a guess to replace."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LOG_LEVELS = ("error", "info", "platform")
"""Nothing of what went well; our line for each request; Lambda's own lines for each call, too. Metrics always."""

ASSUMED_MS = {
    "browse": 25.0,
    "read": 30.0,
    "write": 60.0,
    "subscribe": 25.0,
    "push_status": 80.0,
    "relay": 40.0,
    "settle_money": 400.0,
    "note_movements": 40.0,
    "watch_stock": 40.0,
    "start_workflow": 60.0,
    "take_step": 200.0,
    "end_wait": 60.0,
    "receive_webhook": 60.0,
    "record_webhook": 80.0,
    "send_mail": 150.0,
    "make_pictures": 3_000.0,
    "sweep": 60.0,
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the command's options set. `million` is orders a month; `log_level` None is what the template deploys."""

    million: float = 1.0
    conversion: float = 0.02
    lines: int = 5
    staff_screens: int = 10
    log_level: str | None = None

    @property
    def orders(self) -> float:
        """Orders in the month."""
        return self.million * 1_000_000

    @property
    def visits(self) -> float:
        """Visits in the month."""
        return self.orders / self.conversion


@dataclass(frozen=True, slots=True)
class Assumed:
    """Names and values are printed on the page; docs/cost.md is made of these defaults."""

    shelves_a_visit: float = 2
    searches_a_visit: float = 0.5
    products_a_visit: float = 3
    order_reads_an_order: float = 3
    event_reads_an_order: float = 0.1
    order_lists_an_order: float = 1
    orders_a_customer_a_month: float = 1.5
    follow_minutes_an_order: float = 10
    followed_events_an_order: float = 2
    screen_hours_a_month: float = 200
    screen_pages_an_hour: float = 6
    records_a_batch: float = 1
    cold_share: float = 0.01
    versions_kept: float = 2
    platform_bytes_a_call: float = 900
    header_bytes_an_answer: float = 700
    months_kept: float = 12
    key_cache_minutes: float = 5
    archive_days: float = 14
    idle_receives_a_minute: float = 15
    pictures_a_month: float = 1_000
    transitions_an_order: float = 8
    parked_share: float = 0.00001
    parked_bytes: float = 100_000
    messages_to_operators: float = 100
    assumed_ms: Mapping[str, float] = field(default_factory=lambda: ASSUMED_MS)
