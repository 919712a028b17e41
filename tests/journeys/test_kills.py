"""`kill -9` of the server under load: what was acknowledged is there, what was not ends in one order or in none."""

from pathlib import Path

import pytest

from tests.journeys.crowd_kills import Round, kill_once, killable

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(240)]

KILLS = 5


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> list[Round]:
    """Five kills of one shop, each at a random moment, each followed by a start over the same state."""
    with killable(tmp_path_factory.mktemp("kills"), seed=20261123) as shop:
        return [kill_once(shop) for _ in range(KILLS)]


def test_a_killed_server_loses_nothing_and_doubles_nothing(rounds: list[Round]) -> None:
    assert [round.wrong for round in rounds] == [[]] * KILLS


def test_the_kills_met_requests_under_way(rounds: list[Round]) -> None:
    assert all(round.acknowledged and round.unknown for round in rounds)
    assert any(round.large_unknown and round.unfinished for round in rounds)
