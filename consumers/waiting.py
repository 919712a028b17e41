"""Steps of the workflow that last until their order is so far: looked at again, and ended when they are over.

Looking may be repeated: a step that is looked at twice, or cut off anywhere, ends in the same state.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from consumers.settle_money import SHOP_FILE
from consumers.workflow import Workflow
from domain.order import Order
from domain.refusals import Refused, not_found
from domain.shop import read_shop
from domain.steps import Outcome, Step, outcome_of
from domain.values import value
from storage.handing_over import hand_over
from storage.order_reads import load_order
from storage.settings import open_tables
from storage.store import Store
from storage.waits import Wait, forget_wait
from wiring.logs import log


@value
class Waiter:
    """The orders, the workflow, and whether a paid order is confirmed by itself."""

    store: Store
    workflow: Workflow
    hands_over: bool = False
    now: datetime | None = None

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Waiter":
        """The waiter of a function's environment."""
        shop = read_shop(SHOP_FILE.read_text())
        store = open_tables(environment, shop.warehouse)
        return cls(store, Workflow.open(environment), shop.confirm_paid_orders)

    def clock(self) -> datetime:
        """The time of this call."""
        return self.now or datetime.now(UTC)


def look(waiter: Waiter, wait: Wait) -> None:
    """End a step that lasts, if it is over. Raises Refused and what boto3 raises: it is to be looked at again then."""
    outcome = outcome_of(_order(waiter, wait), wait.step)
    if outcome is not None:
        end(waiter.workflow, wait, outcome)
        forget_wait(waiter.store, wait)  # last: until it is ended, somebody must find it


def end(workflow: Workflow, wait: Wait, outcome: Outcome) -> None:
    """Tell the workflow that a step is over. Raises what boto3 raises."""
    waited = workflow.succeed(wait.token, outcome)
    log("step over" if waited else "step over, nobody waits", order_id=wait.order_id, outcome=outcome.value)


def _order(waiter: Waiter, wait: Wait) -> Order:
    """The order as it is; what is paid is confirmed before, where the shop lets that be enough."""
    if wait.step is Step.HAND_TO_WAREHOUSE and waiter.hands_over:
        return hand_over(waiter.store, wait.order_id, waiter.clock()).order
    loaded = load_order(waiter.store, wait.order_id)
    if loaded is None:
        raise Refused(not_found("order", "orderId"))
    return loaded.order
