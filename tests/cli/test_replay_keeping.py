"""The folders of replays: where they are, and that none is deleted that is in use or no replay's."""

import subprocess
import sys

import pytest

from cli.main import main
from cli.replay.keeping import InUseError, forget, kept_at, kept_replays
from local.aws.record import PROGRAM, started

DIGEST = "45ca8842daf556b96947109ad92d666391410a2a3e894bab7644773d1ff539b3"


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def kept():
    folder = kept_at(DIGEST)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def used(kept):
    """The folder, with the record of an engine that this process owns."""
    command = [sys.executable, "-c", "import sys; sys.stdin.read()", PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as engine:
        started(engine.pid, 1, kept)
        yield kept
        engine.stdin.close()


def test_folder_is_beside_the_state_and_named_by_the_content(state):
    assert kept_at(DIGEST) == state.with_name("state-replays") / "45ca8842daf556b9"


def test_reset_deletes_state_and_replays(state, kept, capsys):
    state.mkdir()
    assert main(["reset"]) == 0
    assert not state.exists()
    assert not kept.exists()
    assert f"Forgotten: {kept}." in capsys.readouterr().out


def test_reset_leaves_what_is_no_replay(kept):
    (kept.parent / "notes").mkdir()
    main(["reset"])
    assert [each.name for each in kept.parent.iterdir()] == ["notes"]


def test_reset_of_nothing(capsys):
    assert main(["reset"]) == 0
    assert "nothing to forget" in capsys.readouterr().out


def test_reset_deletes_nothing_while_a_replay_runs(state, used, capsys):
    state.mkdir()
    assert main(["reset"]) == 1
    assert "A replay runs here: stop it first" in capsys.readouterr().err
    assert state.exists()
    assert kept_replays() == [used]


def test_folder_in_use_is_not_forgotten(used):
    with pytest.raises(InUseError, match="Stop it first"):
        forget(used)
