"""Runs one seed and says what came of it: figures, or the first thing that was wrong and the command that replays it."""

import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from random import Random

from domain.lifecycle import EventType

from .faults import Violated
from .surroundings import surroundings
from .world import World


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to. `digest` stands for everything that was stored: equal for two runs of one seed."""

    seed: int
    steps: int
    faults: int
    by_kind: dict[str, int]
    counts: dict[str, int]
    seconds: float
    digest: str
    wrong: str = ""

    def __str__(self) -> str:
        """One line."""
        text = f"seed {self.seed}: {self.steps:,} steps, {self.faults:,} faults, {self.seconds:.1f} s of CPU"
        return f"{text}\n  WRONG: {self.wrong}\n  replay: {replay(self)}" if self.wrong else text


def replay(outcome: Outcome) -> str:
    """The command that runs the same again."""
    return f"python -m tests.simulation --seed {outcome.seed} --steps {outcome.steps}"


def simulate(seed: int, steps: int) -> Outcome:
    """Run one seed for so many steps, then let everything settle."""
    started, wrong = time.process_time(), ""
    with surroundings(Random(seed)):
        world = World(seed)
        try:
            world.run(steps)
            world.settle()
        except Violated as violated:
            wrong = f"{violated} (after {world.steps} steps)"
    return Outcome(
        seed=seed,
        steps=steps if wrong else world.steps,
        faults=world.faults.total,
        by_kind={kind.value: count for kind, count in world.faults.counts.items()},
        counts=_counts(world),
        seconds=time.process_time() - started,
        digest=digest(world),
        wrong=wrong,
    )


def digest(world: World) -> str:
    """A digest of both tables and of what every follower was shown."""
    told = [
        world.fake.items("orders"),
        world.fake.items("catalog"),
        [each.shown for each in world.followers.all],
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _counts(world: World) -> dict[str, int]:
    phases = [each.phase for each in world.ledger.orders.values()]
    events = Counter(event.type for each in world.ledger.orders.values() for event in each.events)
    return {
        "orders placed": phases.count("PLACED"),
        "orders given up": phases.count("ABORTED"),
        "events": events.total(),
        "parcels shipped": events[EventType.FULFILLMENT_SHIPPED],
        "parcels delivered": events[EventType.FULFILLMENT_DELIVERED],
        "API calls": world.api.calls,
        "invocations": world.delivery.invocations,
        "records given up": world.delivery.given_up,
        "frames handled": world.followers.frames,
        "sweeps": world.sweeps,
        "followers": len(world.followers.all),
        "orders audited": world.auditor.checked,
        "changes of spread": sum(world.ledger.generations.values()),
        "orders of several shards": len(world.ledger.split),
        "skewed clocks": world.faults.skewed,
        "times of stale indexes": world.faults.stale,
    }
