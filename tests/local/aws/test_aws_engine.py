"""The engine as a process: it starts, saves, is found again, and is never confused with another program."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from local.aws import record as records
from local.aws.buckets import BUCKET, ensure_bucket
from local.aws.clients import make_client
from local.aws.engine import (
    SCRATCH,
    Engine,
    EngineError,
    environment,
    ephemeral_engine,
    start_engine,
)
from local.aws.health import answers
from local.aws.processes import look_up, wait_until_ended
from local.aws.record import SAVED_STATE, Previous, end_previous, inspect_previous, write_record
from local.aws.tables import ensure_tables

PYTHON = Path(__file__).resolve().parents[3] / ".venv-engine" / "bin" / "python"


def put_order(engine: Engine) -> None:
    client = make_client("dynamodb", engine.endpoint)
    ensure_tables(client)
    client.put_item(TableName="orders", Item={"PK": {"S": "O#1"}, "SK": {"S": "A"}})


def count_orders(engine: Engine) -> int:
    return make_client("dynamodb", engine.endpoint).scan(TableName="orders")["Count"]


def test_a_missing_environment_says_what_to_run(tmp_path):
    with pytest.raises(EngineError, match="run `make engine` or `make run`"):
        start_engine(tmp_path / "nowhere" / "python", tmp_path)


def test_an_engine_that_dies_at_once_shows_its_log(tmp_path):
    wrong = tmp_path / "python"
    wrong.write_text("#!/bin/sh\necho no such module; exit 1\n")
    wrong.chmod(0o755)
    with pytest.raises(EngineError, match="no such module"):
        start_engine(wrong, tmp_path)


def test_a_start_that_failed_leaves_the_folder_as_it_was(tmp_path):
    clean = replace(record_of(1, "gone"), clean=True)
    write_record(tmp_path, clean)
    wrong = tmp_path / "python"
    wrong.write_text("#!/bin/sh\nexit 1\n")
    wrong.chmod(0o755)
    with pytest.raises(EngineError):
        start_engine(wrong, tmp_path)
    assert records.read_record(tmp_path) == clean


def test_the_environment_binds_loopback_and_opens_no_other_listener(tmp_path):
    settings = environment(tmp_path, 4567, persist=False)
    assert (settings["BIND_HOST"], settings["IOT_MTLS_ENABLED"]) == ("127.0.0.1", "0")
    assert "PERSIST_STATE" not in settings


def test_nothing_of_the_callers_environment_reaches_the_engine(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    assert "AWS_SECRET_ACCESS_KEY" not in environment(tmp_path, 4567, persist=True)


@pytest.mark.engine
def test_a_clean_stop_keeps_what_was_written(tmp_path):
    first = start_engine(PYTHON, tmp_path)
    put_order(first)
    assert first.stop()
    second = start_engine(PYTHON, tmp_path)
    try:
        assert count_orders(second) == 1
    finally:
        second.stop()


@pytest.mark.engine
def test_a_clean_stop_keeps_what_lies_in_buckets(tmp_path):
    first = start_engine(PYTHON, tmp_path)
    ensure_bucket(make_client("s3", first.endpoint))
    make_client("s3", first.endpoint).put_object(
        Bucket=BUCKET, Key="pictures/a", Body=b"file", ContentType="image/webp"
    )
    assert first.stop()
    second = start_engine(PYTHON, tmp_path)
    try:
        s3 = make_client("s3", second.endpoint)
        ensure_bucket(s3)  # there already
        found = s3.get_object(Bucket=BUCKET, Key="pictures/a")
        assert (found["Body"].read(), found["ContentType"]) == (b"file", "image/webp")
    finally:
        second.stop()


@pytest.mark.engine
def test_a_clean_stop_is_found_and_leaves_no_scratch(tmp_path):
    start_engine(PYTHON, tmp_path).stop()
    assert inspect_previous(tmp_path).state is Previous.CLEAN
    assert not (tmp_path / SCRATCH).exists()


@pytest.mark.engine
def test_an_engine_leaves_the_terminals_session(engine):
    assert os.getsid(engine.process.pid) != os.getsid(0)


@pytest.mark.engine
def test_a_second_start_in_a_used_folder_is_refused(tmp_path):
    first = start_engine(PYTHON, tmp_path)
    try:
        with pytest.raises(EngineError, match=f"pid {os.getpid()}"):
            start_engine(PYTHON, tmp_path)
    finally:
        first.stop()


@pytest.mark.engine
def test_a_killed_engine_is_found_lost_and_says_since_when(tmp_path):
    start_engine(PYTHON, tmp_path).stop()
    stopped_at = inspect_previous(tmp_path).record.last_clean_stop
    second = start_engine(PYTHON, tmp_path)
    second.process.kill()
    second.stop()
    found = inspect_previous(tmp_path)
    assert found.state is Previous.LOST
    assert stopped_at in found.text


@pytest.mark.engine
def test_an_engine_outlives_a_kill_of_its_server(orphaned):
    found = inspect_previous(orphaned)
    assert found.state is Previous.ALIVE
    assert answers(found.record.port)


@pytest.mark.engine
def test_the_engine_of_a_killed_server_saves_when_the_next_start_ends_it(orphaned):
    assert end_previous(orphaned).state is Previous.CLEAN
    engine = start_engine(PYTHON, orphaned)
    try:
        assert count_orders(engine) == 1
    finally:
        engine.stop()


def record_of(pid: int, mark: str) -> records.EngineRecord:
    return records.EngineRecord(pid, mark, 9, 1, "gone", "2026-01-01T00:00:00+00:00")


def test_a_pid_reused_by_another_program_is_never_signalled(tmp_path):
    with subprocess.Popen(["sleep", "60"]) as other:
        write_record(tmp_path, record_of(other.pid, look_up(other.pid).started))
        assert end_previous(tmp_path).state is Previous.LOST
        assert other.poll() is None
        other.kill()


def test_a_later_ministack_with_the_same_pid_is_never_signalled(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input() # ministack"], stdin=subprocess.PIPE) as other:
        write_record(tmp_path, record_of(other.pid, "an earlier start"))
        assert end_previous(tmp_path).state is Previous.LOST
        assert other.poll() is None
        other.kill()


def test_an_unreadable_record_is_no_record(tmp_path):
    (tmp_path / records.RECORD_FILE).write_text("{")
    assert inspect_previous(tmp_path).state is Previous.NOTHING


@pytest.mark.engine
def test_an_ephemeral_engine_keeps_nothing():
    with ephemeral_engine(PYTHON) as engine:
        put_order(engine)
    assert not engine.folder.exists()
    assert not (engine.folder / SAVED_STATE).exists()


@pytest.mark.engine
def test_an_ephemeral_engine_ends_when_its_parent_is_killed(tmp_path):
    program = (
        "import sys\nfrom pathlib import Path\nfrom local.aws.engine import ephemeral_engine\n"
        "with ephemeral_engine(Path(sys.argv[1])) as e:\n    print(e.process.pid, flush=True)\n    input()\n"
    )
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program, str(PYTHON)],
        cwd=root,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        pid = int(parent.stdout.readline())
        engine = look_up(pid)
        parent.send_signal(signal.SIGKILL)
    assert wait_until_ended(pid, engine.started, timeout=10)
