"""The whole journey by the deployed functions, under their own roles: every story that `orderbell journey` tells on a laptop."""

import httpx
import pytest

from cli.journey.command import stories
from cli.journey.telling import Teller
from cli.journey.world import World
from tests.emulator.conftest import Stage
from tests.emulator.ground import StageGround, dead_letters


@pytest.mark.timeout(400)
def test_every_story_of_the_journey_happens_on_the_deployed_stage(stage: Stage) -> None:
    teller, base = Teller(machine=True, patience=90), f"http://localhost:{stage.port}"
    with httpx.Client(base_url=base, trust_env=False, timeout=40) as client:
        stories(World(StageGround(stage, client, before=dead_letters(stage)), teller))

    assert [each.problem for each in teller.chapters] == [""] * 9
    assert teller.checks >= 40
