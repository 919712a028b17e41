"""The engine of a server that was killed is taken over as it runs, by one server alone, and no other process is touched."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from local.aws import record as records
from local.aws.adopted import Adopted
from local.aws.clients import make_client
from local.aws.engine import Engine, EngineError, resume_engine
from local.aws.processes import look_up, wait_until_ended
from local.aws.record import Previous, inspect_previous, write_record

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-engine" / "bin" / "python"


def count_orders(engine: Engine) -> int:
    return make_client("dynamodb", engine.endpoint).scan(TableName="orders")["Count"]


def silent(_text: str) -> None:
    """Say nothing."""


@pytest.mark.engine
def test_the_engine_of_a_killed_server_is_taken_over_as_it_runs(orphaned):
    before, told = records.read_record(orphaned), []
    engine = resume_engine(PYTHON, orphaned, told.append)
    try:
        assert (engine.endpoint, engine.alive, count_orders(engine)) == (before.endpoint, True, 1)
        assert records.read_record(orphaned).owner_pid == os.getpid()
        assert "it is taken over" in told[0]
    finally:
        assert engine.stop()


@pytest.mark.engine
def test_an_engine_that_was_taken_over_saves_at_its_end(orphaned):
    engine = resume_engine(PYTHON, orphaned, silent)
    assert (engine.stop(), engine.alive, engine.stop()) == (True, False, False)
    again = resume_engine(PYTHON, orphaned, silent)
    try:
        assert count_orders(again) == 1
    finally:
        again.stop()


@pytest.mark.engine
def test_an_engine_that_was_taken_over_is_in_use(orphaned):
    engine = resume_engine(PYTHON, orphaned, silent)
    try:
        with pytest.raises(EngineError, match=f"pid {os.getpid()}"):
            resume_engine(PYTHON, orphaned, silent)
    finally:
        engine.stop()


@pytest.mark.engine
def test_an_engine_that_was_taken_over_and_dies_has_not_saved(orphaned):
    engine = resume_engine(PYTHON, orphaned, silent)
    os.kill(engine.process.pid, signal.SIGKILL)
    assert wait_until_ended(engine.process.pid, engine.process.started, timeout=10)
    assert not engine.stop()
    assert inspect_previous(orphaned).state is Previous.LOST


@pytest.mark.engine
def test_an_engine_that_does_not_answer_is_ended_and_another_started(orphaned, monkeypatch):
    monkeypatch.setattr("local.aws.engine.ADOPT_SECONDS", 0.1)
    before, told = records.read_record(orphaned), []
    write_record(orphaned, replace(before, port=1))
    engine = resume_engine(PYTHON, orphaned, told.append)
    try:
        assert engine.process.pid != before.pid
        assert (look_up(before.pid), count_orders(engine)) == (None, 1)
        assert "does not answer" in told[0]
    finally:
        engine.stop()


# A server that starts on the folder it is given, and says whether it got the engine.
STARTING_SERVER = """
import sys
from pathlib import Path
from local.aws.engine import EngineError, resume_engine
try:
    resume_engine(Path(sys.argv[1]), Path(sys.argv[2]), lambda _: None)
except EngineError:
    print("refused", flush=True)
else:
    print("took it", flush=True)
input()
"""


@pytest.mark.engine
def test_of_two_servers_that_start_at_once_one_takes_it_over(orphaned):
    command = [sys.executable, "-c", STARTING_SERVER, str(PYTHON), str(orphaned)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen(command, cwd=ROOT, **pipes) as one,
        subprocess.Popen(command, cwd=ROOT, **pipes) as two,
    ):
        said = sorted(server.stdout.readline() for server in (one, two))
        for server in (one, two):
            server.communicate("\n", timeout=10)
    assert said == ["refused\n", "took it\n"]


def record_of(pid: int, mark: str) -> records.EngineRecord:
    return records.EngineRecord(pid, mark, 9, 1, "gone", "2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize("mark", ["an earlier start", "its own"])
def test_taking_over_never_signals_a_pid_that_another_has_now(tmp_path, mark):
    with subprocess.Popen(["sleep", "60"]) as other:
        started = look_up(other.pid).started if mark == "its own" else mark
        write_record(tmp_path, record_of(other.pid, started))
        with pytest.raises(EngineError, match="not installed"):
            resume_engine(tmp_path / "nowhere", tmp_path, silent)
        assert other.poll() is None
        other.kill()


def test_an_adopted_pid_that_another_has_now_is_not_signalled(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as other:
        adopted = Adopted(other.pid, "an earlier start", tmp_path)
        assert (adopted.alive, adopted.end(timeout=1)) == (False, False)
        assert other.poll() is None
        other.kill()


def test_an_engine_that_ends_without_saving_is_told_so(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as other:
        (tmp_path / "dynamodb.json").write_text("{}")
        adopted = Adopted(other.pid, look_up(other.pid).started, tmp_path)
        assert adopted.end(timeout=5) is False


def test_a_claim_waits_until_another_is_let_go(tmp_path):
    entered = threading.Event()

    def second():
        with records.claiming(tmp_path):
            entered.set()

    waiting = threading.Thread(target=second)
    with records.claiming(tmp_path):
        waiting.start()
        assert not entered.wait(0.1)
    assert entered.wait(5)
    waiting.join()
