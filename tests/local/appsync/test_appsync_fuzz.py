"""Twenty thousand hostile requests and frames: nothing of our insides is shown, nobody else's connection is lost."""

import pytest

from tests.local.appsync.fuzzing import fuzz

COUNT = 10_000
MOST_GROWTH = 1.25


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_shown_lost_or_kept(seed: int) -> None:
    found = await fuzz(seed, COUNT)

    assert found.wrong == []
    assert found.growth() < MOST_GROWTH
    assert {"HTTP 200", "HTTP 400", "HTTP 401", "error", "start_ack", "close 1000"} <= found.came.keys()
