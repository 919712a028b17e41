"""What is saved is used: by the next request, in place of what was there; what cannot be loaded fails until it is mended."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import reloading
from local.reloading import NotLoadedError, Reloading, apart

CODE = "from toyhouse.words import WORD\n\ndef answer(event, context):\n    return WORD + event\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of ours with two modules."""
    monkeypatch.setattr(reloading, "FOLDERS", ("toyhouse",))
    monkeypatch.setattr(reloading, "LOOK_SECONDS", 0.0)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "toyhouse").mkdir()
    (tmp_path / "toyhouse" / "__init__.py").touch()
    (tmp_path / "toyhouse" / "app.py").write_text(CODE)
    say(tmp_path, "one ")
    yield tmp_path
    for name in [each for each in sys.modules if each.startswith("toyhouse")]:
        del sys.modules[name]


def say(house: Path, word: str) -> None:
    (house / "toyhouse" / "words.py").write_text(f"WORD = {word!r}\n")


def build() -> Any:
    from toyhouse.app import answer  # noqa: PLC0415 - made by the fixture

    return answer


def made(house: Path) -> tuple[Reloading, list[str]]:
    told: list[str] = []
    return Reloading(build, house, told.append), told


def test_a_saved_file_is_used_by_the_next_request_again_and_again(house: Path) -> None:
    handler, told = made(house)
    answers = [handler("a")]
    for word in ("two ", "three ", "3rd "):  # of one size, and within one second
        say(house, word)
        answers.append(handler("a"))

    assert answers == ["one a", "two a", "three a", "3rd a"]
    assert [each.partition(" in ")[0] for each in told] == ["Loaded anew"] * 3
    assert "toyhouse/words.py" in told[0]


def test_nothing_is_loaded_where_nothing_changed(house: Path) -> None:
    handler, told = made(house)
    handler("a")
    handler("a")
    assert told == []


def test_what_cannot_be_loaded_fails_every_request_until_it_is_mended(house: Path) -> None:
    handler, told = made(house)
    (house / "toyhouse" / "words.py").write_text("WORD = (\n")
    for _ in range(2):
        with pytest.raises(NotLoadedError, match="SyntaxError"):
            handler("a")
    assert len(told) == 1
    assert "words.py" in told[0]

    say(house, "mended ")
    assert handler("a") == "mended a"


def test_a_new_file_and_one_that_is_gone_are_noticed(house: Path) -> None:
    handler, _ = made(house)
    (house / "toyhouse" / "more.py").write_text("MORE = 'more '\n")
    (house / "toyhouse" / "app.py").write_text(CODE.replace("words import WORD", "more import MORE as WORD"))
    assert handler("a") == "more a"
    (house / "toyhouse" / "more.py").unlink()
    with pytest.raises(NotLoadedError, match="ModuleNotFoundError"):
        handler("a")


def test_what_the_laptop_itself_runs_on_stays_as_it_was(house: Path) -> None:
    made(house)
    before = sys.modules["toyhouse.words"]
    with apart():
        build()
        assert sys.modules["toyhouse.words"] is not before
    assert sys.modules["toyhouse.words"] is before
