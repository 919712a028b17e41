"""A replay that goes on: run again, killed in the middle, interrupted, and into a server that runs already."""

import json
import signal
import subprocess
import sys

import pytest
from replay_cut import CREDIT, CREDITED, GUEST, LARGE, cut

from cli.main import main
from cli.replay.keeping import kept_at, kept_replays
from cli.replay.work import prepare
from local.aws.record import SAVED_STATE, Previous, inspect_previous
from local.laptop import ROOT
from tests.journeys.serving import serve

pytestmark = [pytest.mark.engine, pytest.mark.journey]

DOCUMENTS = ("536365", "536366", "536367", CREDITED, CREDIT, GUEST, LARGE)
# A replay that sends itself a signal when so many things of a phase are done.
STOPPED = """
import os, sys
from cli.main import main
from cli.replay.phases import Bars

number, phase, left = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
begin, done = Bars.begin, Bars.done

def noting(bars, name, total):
    bars.now = name
    begin(bars, name, total)

def counting(bars, count=1):
    global left
    done(bars, count)
    left -= count * (bars.now == phase)
    if left <= 0:
        left = 1_000_000
        os.kill(os.getpid(), number)

Bars.begin, Bars.done = noting, counting
sys.exit(main(["replay", sys.argv[4]]))
"""


@pytest.fixture(autouse=True)
def _own_state(tmp_path, monkeypatch):
    """State folders of the test's own; an engine that a kill left behind is ended with them."""
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path / "state"))
    yield
    main(["reset"])


def replayed(path, *options):
    """The exit code and the report of one run, without the time it took."""
    report = path.with_suffix(".json")
    code = main(["replay", str(path), "--json", str(report), *options])
    found = json.loads(report.read_text())
    del found["seconds"]
    return code, found


def stopped(path, number, phase, count):
    """Run it in a process of its own that is stopped in the middle; the finished process."""
    command = [sys.executable, "-c", STOPPED, str(int(number)), phase, str(count), str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def items(path):
    """Every item of every table, as the engine has saved them."""
    folder = kept_at(prepare(path).file.digest)
    saved = json.loads((folder / SAVED_STATE / "dynamodb.json").read_text())
    return {name: table["items"] for name, table in saved["payload"]["tables"]["data"].items()}


def whole(events=None):
    """What must be found at the end of the cut's replay, however often it was begun."""
    return 0, {"placed": 6, "cancelled": 0, "delivered": 6, "refused": 0}, {**events, "missing": 0}


EVENTS = {"expected": 37, "received": 37}  # six an order, and one for the cancelled line


def test_second_run_is_equal_and_changes_nothing(tmp_path):
    path = cut(tmp_path / "day.csv", *DOCUMENTS)
    first, before = replayed(path), items(path)
    second, after = replayed(path), items(path)
    assert (first[0], first[1]["orders"], first[1]["events"]) == whole(EVENTS)
    assert second == first
    assert after == before


@pytest.mark.parametrize(("phase", "count"), [("import", 20), ("place", 4), ("ship", 5)])
def test_killed_in_the_middle_and_run_again_is_the_same_end(tmp_path, phase, count):
    path = cut(tmp_path / "day.csv", *DOCUMENTS)
    killed = stopped(path, signal.SIGKILL, phase, count)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert inspect_previous(kept_replays()[0]).state is Previous.ALIVE
    code, report = replayed(path)
    assert (code, report["orders"], report["events"]) == whole(EVENTS)


def test_interrupted_and_run_again_is_the_same_end(tmp_path):
    path = cut(tmp_path / "day.csv", *DOCUMENTS)
    interrupted = stopped(path, signal.SIGINT, "place", 4)
    assert (interrupted.returncode, interrupted.stdout) == (130, "")
    assert "It is kept: the same command goes on." in interrupted.stderr
    assert inspect_previous(kept_replays()[0]).state is Previous.CLEAN
    code, report = replayed(path)
    assert (code, report["orders"], report["events"]) == whole(EVENTS)


def test_into_a_running_server_beside_another_file_and_again(tmp_path):
    """Both files sell some of the same products, at list prices that differ for some: the second's stay as they are."""
    first = cut(tmp_path / "first.csv", *DOCUMENTS)
    second = cut(tmp_path / "second.csv", "536373", "536375", "536381", "536390")
    with serve(tmp_path, seeded=True) as served:
        into = ("--endpoint", f"http://localhost:{served.port}/graphql")
        one, two, again = replayed(first, *into), replayed(second, *into), replayed(first, *into)
    assert (one[0], one[1]["orders"], one[1]["events"]) == whole(EVENTS)
    assert (two[0], two[1]["orders"]["delivered"], two[1]["events"]["missing"]) == (0, 4, 0)
    assert (again[0], again[1]["orders"], again[1]["events"]) == whole(EVENTS)
    assert again[1]["store"]["receivedUnits"] > one[1]["store"]["receivedUnits"]
