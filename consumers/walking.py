"""A step of the workflow, carried out on its order: calls of the provider are made, what lasts begins to wait.

Every command may be given again: a step that comes twice, or is cut off anywhere, ends in the same state.
"""

from collections.abc import Mapping
from datetime import timedelta

from consumers.settle_money import SHOP_FILE, Till
from consumers.waiting import Waiter, end, look
from domain.calls import Call
from domain.recording import Expire, SystemCommand
from domain.refusals import NotAllowed, Refused
from domain.shop import read_shop
from domain.steps import CALLS, Outcome, Step
from domain.values import value
from providers.asking import asking
from providers.provider import ProviderUnreachableError
from storage import calling
from storage.deciding import carry_out
from storage.waits import Wait, keep_wait
from wiring.logs import log


@value
class Walker:
    """What waits, who takes the orders' payments, and how long a prepaid order waits to be paid."""

    waiter: Waiter
    till: Till
    expiry: timedelta = timedelta(hours=2)

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Walker":
        """The walker of a function's environment."""
        minutes = read_shop(SHOP_FILE.read_text()).order_expiry_minutes
        return cls(Waiter.open(environment), Till.open(environment), timedelta(minutes=minutes))


def take(walker: Walker, wait: Wait) -> None:
    """Carry a step out. Raises Refused and what boto3 raises: it is to come again then."""
    if wait.step in CALLS:
        _call(walker, wait)
    else:
        keep_wait(walker.waiter.store, wait)  # before the order is read: an event in between finds it
        look(walker.waiter, wait)


def _call(walker: Walker, wait: Wait) -> None:
    """Call the provider, and tell what came of it."""
    workflow = walker.waiter.workflow
    try:
        if wait.step is Step.COMPENSATE:
            _expire(walker, wait.order_id)
        _settle(walker, wait.order_id)
    except ProviderUnreachableError as error:
        workflow.fail(wait.token, type(error).__name__)
        log("step to be tried again", order_id=wait.order_id, outcome=wait.step.value)
    else:
        end(workflow, wait, Outcome.DONE)


def _settle(walker: Walker, order_id: str) -> None:
    """Ask for what is owed back, and make the calls of the provider that are due; it is opened for those alone."""
    till = walker.till

    def ask(call: Call) -> SystemCommand:
        return asking(till.provider())(call)

    calling.settle_money(till.store, order_id, ask, till.clock())


def _expire(walker: Walker, order_id: str) -> None:
    """End the order where nobody paid it in time; what is paid, over, or not yet due stays as it is."""
    now = walker.till.clock()
    try:
        carry_out(walker.till.store, order_id, Expire(now - walker.expiry), now)
    except Refused as refused:
        if not isinstance(refused.refusals[0], NotAllowed):
            raise
