"""What each consumer is handed, one row a case: a world before the event, the event, and what may be repeated.

Every declared consumer has a row, and every step of the workflow. Rows that no crash can meet are of no use: a test
counts each one's side effects.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.steps import Step
from tests.crashing.left_scenes import (
    a_movement_on_its_way,
    a_placing_that_stands_still,
    nobody_paid,
    paid_and_left,
)
from tests.crashing.money_scenes import (
    a_letter,
    in_the_log,
    one_order_in_the_log,
    to_authorise,
    to_capture,
    to_pay_back,
    to_void,
)
from tests.crashing.outside_scenes import (
    a_carriers_webhook,
    a_payments_webhook,
    a_refused_report,
    an_upload,
    in_the_queue,
    low_stock,
    moved_stock,
)
from tests.crashing.tools import Event
from tests.crashing.workflow_scenes import a_step, a_wait, an_order_to_start, staff_cancel, staff_confirm
from tests.crashing.world import World
from tests.shopkeeping import (
    NOW,
)

EXPIRED = NOW + timedelta(minutes=121)


@dataclass(frozen=True, slots=True)
class Row:
    """`begin` makes the world and the event. `repeats` names the side effect after which a dead process is heard twice."""

    consumer: str
    case: str
    begin: Callable[[], tuple[World, Event]]
    at: datetime = NOW
    repeats: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.consumer}: {self.case}"


ON_THE_BUS = {"bus": "put_events"}
"""The relay may put an event twice (data.md 4): whoever hangs on the bus does it once."""
PUBLISHED = {"publications": "publish"}
"""Subscribers drop what they have (docs/clients.md)."""
WRITTEN = {"mails": "send_mail"}
TOLD = {"told": "tell"}


def rows() -> Iterable[Row]:
    """The table."""
    yield Row("relay", "events of two orders", lambda: in_the_log("relay"), repeats=ON_THE_BUS)
    yield Row("push_status", "an order's events", one_order_in_the_log, repeats=PUBLISHED)
    yield Row("send_mail", "a letter", a_letter, repeats=WRITTEN)
    yield Row("settle_money", "authorise", lambda: to_authorise("test_approved"))
    yield Row("settle_money", "a declined card", lambda: to_authorise("test_insufficient_funds"))
    yield Row("settle_money", "void", to_void)
    yield Row("settle_money", "capture", to_capture)
    yield Row("settle_money", "pay back", to_pay_back)
    yield Row("start_workflow", "an order", an_order_to_start)
    yield Row("end_wait", "staff confirm", lambda: a_wait(staff_confirm))
    yield Row("end_wait", "staff cancel", lambda: a_wait(staff_cancel))
    for step in Step:
        at = EXPIRED if step is Step.COMPENSATE else NOW
        yield Row("take_step", step.value, lambda step=step: a_step(step), at)  # type: ignore[misc]
    yield Row("make_pictures", "an upload", an_upload)
    yield Row("note_movements", "two SKUs", moved_stock)
    yield Row("watch_stock", "a SKU runs low", low_stock, repeats=TOLD)
    yield Row("receive_webhook", "a payment", a_payments_webhook)
    yield Row("receive_webhook", "a parcel", a_carriers_webhook)
    yield Row("record_webhook", "a late payment", lambda: in_the_queue(a_payments_webhook, "test"))
    yield Row("record_webhook", "a parcel", lambda: in_the_queue(a_carriers_webhook, "carrier"))
    yield Row("record_webhook", "set aside", a_refused_report)
    yield Row("sweep", "a placing that stands still", a_placing_that_stands_still, EXPIRED)
    yield Row("sweep", "a movement on its way", a_movement_on_its_way, EXPIRED)
    yield Row("sweep", "nobody paid", nobody_paid, EXPIRED)
    yield Row("sweep", "paid, and no workflow", paid_and_left, NOW + timedelta(minutes=3))
