"""`kill -9` of the server under load: what was acknowledged is there, what was not ends in one order or in none."""

import pytest

from tests.journeys.crowd_kills import Round, audited, kill_once, killable

pytestmark = [
    pytest.mark.engine,
    pytest.mark.journey,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("kills"),
]

KILLS = 5


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Round], str]:
    """Five kills of one shop, each at a random moment, each followed by a start over the same state; then the audit."""
    with killable(tmp_path_factory.mktemp("kills"), seed=20261123) as shop:
        return [kill_once(shop) for _ in range(KILLS)], audited(shop)


def test_a_killed_server_loses_nothing_and_doubles_nothing(story: tuple[list[Round], str]) -> None:
    rounds, audit = story
    assert [each.wrong for each in rounds] == [[]] * KILLS
    assert audit.startswith("exit 0")
    assert audit.endswith(" 0 findings.")


def test_the_kills_met_requests_under_way(story: tuple[list[Round], str]) -> None:
    rounds, _ = story
    assert all(each.acknowledged and each.unknown for each in rounds)
    assert any(each.large_unknown and each.unfinished for each in rounds)
