"""End what was begun and left: placings and movements of stock; unpaid orders expire, paid ones go to the warehouse.

Work is found by the work index and judged on strong reads. The sweep never places: only a caller's retry does.
"""

import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.recording import Expire
from domain.refusals import NotAllowed, Refused
from domain.shop import read_shop
from domain.values import value
from storage.deciding import carry_out
from storage.handing_over import hand_over
from storage.movements import complete, load_movement
from storage.reserving import Phase, abort, release, standing
from storage.settings import open_tables
from storage.store import Store
from storage.unfinished import (
    Unfinished,
    paid_orders,
    unfinished_movements,
    unfinished_placings,
    unpaid_orders,
)
from wiring.declarations import Schedule, on
from wiring.logs import log
from wiring.metrics import Meter
from wiring.tracing import following, new_trace

PATIENCE = timedelta(seconds=120)
"""How long a placing may stand still before it is given up: held stock looks sold for no longer than about this."""
SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"


@value
class Sweeper:
    """The tables, the time, how long a prepaid order waits to be paid, and whether a paid one is confirmed by itself."""

    store: Store
    now: datetime | None = None
    meter: Meter = Meter()
    expiry: timedelta = timedelta(hours=2)
    hands_over: bool = False

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Sweeper":
        """The sweeper of a function's environment."""
        shop = read_shop(SHOP_FILE.read_text())
        store, expiry = open_tables(environment, shop.warehouse), timedelta(minutes=shop.order_expiry_minutes)
        return cls(store, None, Meter.open(environment), expiry, shop.confirm_paid_orders)

    def clock(self) -> datetime:
        """The time of this sweep."""
        return self.now or datetime.now(UTC)


@on(Schedule(every_minutes=1), timeout_seconds=55, concurrency=1, writes=("orders", "catalog"))
def sweep(_event: Mapping[str, Any], sweeper: Sweeper) -> dict[str, Any]:
    """End all unfinished work that is old enough. What cannot be ended now is tried at the next sweep."""
    with following(new_trace()):
        ended, left = _sweep(sweeper)
    sweeper.meter.put("SweepEnded", ended)
    sweeper.meter.put("SweepLeft", left)
    return {"ended": ended, "left": left}


def _sweep(sweeper: Sweeper) -> tuple[int, int]:
    ended, left = 0, 0
    work = [(end_placing, each) for each in unfinished_placings(sweeper.store)]
    work += [(end_movement, each) for each in unfinished_movements(sweeper.store)]
    due = sweeper.clock() - sweeper.expiry
    work += [(end_unpaid, each) for each in unpaid_orders(sweeper.store, due)]
    if sweeper.hands_over:
        work += [(end_waiting, each) for each in paid_orders(sweeper.store, sweeper.clock() - PATIENCE)]
    for end, each in work:
        try:
            ended += end(sweeper, each)
        except Refused as refused:
            left += 1
            log("left to the next sweep", order_id=each.order_id, error=str(refused))
        except Exception as error:  # one damaged order must not keep the others from being ended
            left += 1
            stack = "".join(traceback.format_tb(error.__traceback__))
            log("bug", logging.ERROR, order_id=each.order_id, error=type(error).__name__, stack=stack)
            sweeper.meter.put("Bugs", 1)
    return ended, left


def end_placing(sweeper: Sweeper, work: Unfinished) -> bool:
    """Release a placing that stands still, or whose release was not finished. True if it did."""
    found, now = standing(sweeper.store, work.order_id), sweeper.clock()
    if found is None or found.phase not in {Phase.RESERVING, Phase.ABORTING}:
        return False
    if found.phase is Phase.RESERVING:
        if datetime.fromisoformat(found.started_at) > now - PATIENCE:
            return False
        if not abort(sweeper.store, work.order_id, found.attempt, "STOOD_STILL"):
            return False  # it did not stand still: its caller has placed it, or given it up, meanwhile
    release(sweeper.store, work.order_id, found.attempt, now)
    log("placing ended", order_id=work.order_id, attempt=found.attempt)
    return True


def end_movement(sweeper: Sweeper, work: Unfinished) -> bool:
    """Do what is left of a movement. True if something was."""
    moving = load_movement(sweeper.store, work.order_id, work.sequence)
    if moving is None:
        return False
    complete(sweeper.store, moving)
    log("movement ended", order_id=work.order_id, sequence=work.sequence)
    return True


def end_waiting(sweeper: Sweeper, work: Unfinished) -> bool:
    """Hand a paid order to the warehouse where no workflow did. True if it did."""
    outcome = hand_over(sweeper.store, work.order_id, sweeper.clock())
    if outcome.events:
        log("paid order handed over", order_id=work.order_id)
    return bool(outcome.events)


def end_unpaid(sweeper: Sweeper, work: Unfinished) -> bool:
    """Let an order expire that nobody paid in time. True if it did: what the index said may be over by now."""
    try:
        outcome = carry_out(
            sweeper.store, work.order_id, Expire(sweeper.clock() - sweeper.expiry), sweeper.clock()
        )
    except Refused as refused:
        if isinstance(refused.refusals[0], NotAllowed):
            return False  # paid, or tried again, meanwhile
        raise
    if outcome.left:
        log("movement left to the next sweep", order_id=work.order_id, error=str(outcome.left))
    if outcome.events:
        log("unpaid order expired", order_id=work.order_id)
    return bool(outcome.events)
