"""The whole system in simulation: 1,000,000 steps with 250,000 faults, over seeds that `make test` does not run."""

import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.simulation.running import Outcome, simulate

FIRST_SEED, SEEDS, STEPS = 10_001, 80, 12_500
STEPS_GATE, FAULTS_GATE = 1_000_000, 250_000


def one(seed: int) -> Outcome:
    """One run."""
    return simulate(seed, STEPS)


def main() -> int:
    """Print the figures; 1 where anything was wrong in any seed, or there was too little of it."""
    started = time.perf_counter()
    seeds = range(FIRST_SEED, FIRST_SEED + SEEDS)
    kinds: Counter[str] = Counter()
    wrong, steps = 0, 0
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for outcome in pool.map(one, seeds):
            steps += outcome.steps
            kinds.update(outcome.by_kind)
            if outcome.wrong:
                wrong += 1
                print(outcome)
    faults = sum(kinds.values())
    for kind, count in kinds.most_common():
        print(f"  {count:9,} {kind}")
    print(
        f"Simulated: {steps:,} steps, {faults:,} faults in {SEEDS} seeds, {wrong} wrong, "
        f"{time.perf_counter() - started:.0f} s (gates {STEPS_GATE:,}, {FAULTS_GATE:,}, 0)"
    )
    return int(bool(wrong) or steps < STEPS_GATE or faults < FAULTS_GATE)


if __name__ == "__main__":
    raise SystemExit(main())
