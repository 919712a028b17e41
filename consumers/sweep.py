"""End what was begun and left: placings that stand still are released, stock on its way arrives.

Work is found by the work index and judged on strong reads. The sweep never places: only a caller's retry does.
"""

import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.refusals import Refused
from domain.shop import read_shop
from domain.values import value
from storage.movements import complete, load_movement
from storage.reserving import Phase, abort, release, standing
from storage.settings import open_tables
from storage.store import Store
from storage.unfinished import Unfinished, unfinished_movements, unfinished_placings
from wiring.declarations import Schedule, on
from wiring.logs import log
from wiring.metrics import Meter
from wiring.tracing import following, new_trace

PATIENCE = timedelta(seconds=120)
"""How long a placing may stand still before it is given up: held stock looks sold for no longer than about this."""
SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"


@value
class Sweeper:
    """The tables, and the time."""

    store: Store
    now: datetime | None = None
    meter: Meter = Meter()

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Sweeper":
        """The sweeper of a function's environment."""
        warehouse = read_shop(SHOP_FILE.read_text()).warehouse
        return cls(open_tables(environment, warehouse), meter=Meter.open(environment))

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
