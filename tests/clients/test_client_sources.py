"""The TypeScript for front ends compiles under strict rules, and the console's scripts are made of what lies beside them."""

from pathlib import Path

import pytest

from tests.clients.compiling import MADE, STATIC, made

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is made, made anew."""
    path = tmp_path_factory.mktemp("made")
    made(path)
    return path


@pytest.mark.parametrize("name", MADE)
def test_what_the_console_serves_is_made_of_the_sources(folder: Path, name: str) -> None:
    assert (folder / name).read_text() == (STATIC / name).read_text(), "run `make client`"
