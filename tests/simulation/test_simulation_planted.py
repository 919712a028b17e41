"""Every planted bug is found: by the simulation within so many seeds, or where a second guard hides it, by a check of its own."""

from contextlib import ExitStack

import pytest

from tests.simulation.planted import PLANTED, Planted
from tests.simulation.running import simulate

SEEDS, STEPS = range(1, 13), 5_000


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Planted) -> None:
    with ExitStack() as stack:
        bug.plant(stack)
        seeds = sorted(SEEDS, key=lambda seed: seed != bug.seed)
        found = next((outcome.wrong for seed in seeds if (outcome := simulate(seed, STEPS)).wrong), None)
    assert found, f"{bug.name}: not found in seeds {[*SEEDS]} of {STEPS} steps"


def test_there_are_enough_of_them() -> None:
    assert len({bug.name for bug in PLANTED}) >= 28
