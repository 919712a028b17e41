"""The TypeScript for front ends compiles under strict rules, and the console's script is made of it."""

from pathlib import Path

import pytest

from tests.clients.compiling import MADE, compiled

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


def test_the_consoles_follower_is_what_front_ends_take_along(tmp_path: Path) -> None:
    assert compiled(tmp_path).read_text() == MADE.read_text(), "run `make client`"
