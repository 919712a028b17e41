"""100,000 steps of the whole system with more than 20,000 faults: nothing lost, doubled, oversold, missed or half done.

A step is one call of the API, one invocation of the stream's consumer, one sweep, or one pushed frame handled.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.faults import Fault
from tests.simulation.running import Outcome, simulate

SEEDS, STEPS, FAULTS = range(1, 9), 11_000, 2_500
ROOT = Path(__file__).resolve().parents[2]
SHORT = 2_500


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_doubled_oversold_missed_or_half_done(seed: int) -> None:
    outcome = simulate(seed, STEPS)
    assert not outcome.wrong, outcome
    assert outcome.steps >= 12_500  # with those of the calm after
    assert outcome.faults >= FAULTS


@pytest.fixture(scope="module")
def run() -> Outcome:
    return simulate(1001, SHORT)


@pytest.mark.parametrize("fault", Fault)
def test_every_kind_of_fault_strikes(run: Outcome, fault: Fault) -> None:
    assert run.by_kind.get(fault.value, 0) >= 3


@pytest.mark.parametrize(
    "what",
    [
        "orders placed",
        "orders given up",
        "changes of spread",
        "orders of several shards",
        "parcels shipped",
        "parcels delivered",
        "sweeps",
        "skewed clocks",
        "times of stale indexes",
    ],
)
def test_everything_happens(run: Outcome, what: str) -> None:
    assert run.counts[what] >= 1


def test_a_seed_replays_exactly(run: Outcome) -> None:
    again = simulate(1001, SHORT)
    assert (again.digest, again.steps, again.faults) == (run.digest, run.steps, run.faults)


def test_a_seed_replays_exactly_in_another_process(run: Outcome) -> None:
    code = f"from tests.simulation.running import simulate; print(simulate(1001, {SHORT}).digest)"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == run.digest


def test_a_failure_names_the_command_that_replays_it() -> None:
    outcome = Outcome(7, 12_500, 1, {}, {}, 1.0, "", wrong="something")
    assert "python -m tests.simulation --seed 7 --steps 12500" in str(outcome)
