"""`orderbell replay`: exit codes, what it writes, and how it is interrupted. No server runs here."""

import gzip
import json
from contextlib import contextmanager
from dataclasses import replace

import pytest

from cli.main import main
from cli.replay import command
from cli.replay.api import UnreachableError
from cli.replay.expect import Refusals, expect
from cli.replay.keeping import kept_at
from cli.replay.report import EventCounts, Report
from cli.replay.rule import tally
from cli.replay.running import Replayed
from cli.replay.work import prepare

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ROWS = (
    "1,A,LANTERN,6,x,2.55,17850,EIRE",
    "2,CARD1,CARD,1,x,1.00,,France",
    "2,POST,POSTAGE,1,x,18.00,,France",
)


@pytest.fixture(autouse=True)
def _own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path / "state"))


@pytest.fixture
def day(tmp_path):
    path = tmp_path / "day.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def replayed(monkeypatch):
    """Stands in for the laptop and the replay: `replayed(differences=...)` is what the replay then finds."""

    folders = []

    @contextmanager
    def no_laptop(folder, _port, _tell):
        folders.append(folder)
        yield None

    def arrange(error=None, **changes):
        async def fake(_laptop, work, phases):
            phases.begin("place", 2)
            phases.done()
            if error:
                raise error
            totals = expect(work.plan, Refusals()).totals()
            report = Report(tally(work.judged), totals, totals, 0, EventCounts(12, 12), 2.0, ())
            return Replayed(replace(report, **changes), Refusals(orders={"2": "too large"}), 20)

        monkeypatch.setattr(command, "laptop", no_laptop)
        monkeypatch.setattr(command, "own_site", lambda running: running)
        monkeypatch.setattr(command, "replay", fake)
        return folders

    return arrange


def test_equal_exits_with_0(day, replayed, capsys):
    replayed()
    assert main(["replay", str(day)]) == 0
    assert "20 requests, 10 a second." in capsys.readouterr().out


def test_difference_exits_with_1_and_is_said(day, replayed, capsys):
    replayed(differences=("Order 1: units 6 expected, 5 found.",))
    assert main(["replay", str(day)]) == 1
    assert "Order 1: units 6 expected, 5 found." in capsys.readouterr().out


def test_missing_event_exits_with_1(day, replayed):
    replayed(events=EventCounts(12, 11))
    assert main(["replay", str(day)]) == 1


def test_report_is_written_even_if_unequal(day, replayed, tmp_path):
    replayed(differences=("no",))
    main(["replay", str(day), "--json", str(tmp_path / "report.json")])
    assert json.loads((tmp_path / "report.json").read_text())["equal"] is False


def test_refusals_are_written(day, replayed, tmp_path):
    replayed()
    main(["replay", str(day), "--refusals", str(tmp_path / "refused.csv")])
    lines = (tmp_path / "refused.csv").read_text().splitlines()
    assert lines[1:] == [
        "2,3,CARD1,1,1.00,LINE,too large",
        "2,4,POST,1,18.00,NOT_A_PRODUCT,The code names no product.",
    ]


@pytest.mark.parametrize("name", ["gone/report.json", "."], ids=["no such folder", "a folder"])
@pytest.mark.parametrize("option", ["--json", "--refusals"])
def test_path_that_cannot_be_written_is_refused_before_the_replay(day, capsys, option, name):
    assert main(["replay", str(day), option, str(day.parent / name)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_interrupt_exits_with_130_and_says_what_was_done(day, replayed, capsys):
    replayed(error=KeyboardInterrupt())
    assert main(["replay", str(day)]) == 130
    assert "Interrupted. Done: place 1 of 2. It is kept: the same command goes on." in capsys.readouterr().err


def test_api_that_fails_exits_with_1_and_its_reason(day, replayed, capsys):
    replayed(error=UnreachableError("status 503"))
    assert main(["replay", str(day)]) == 1
    assert "The replay could not go on. status 503" in capsys.readouterr().err


def test_same_lines_under_another_name_go_on_in_the_same_folder(day, replayed, tmp_path):
    folders = replayed()
    copy = tmp_path / "copy.csv.gz"
    copy.write_bytes(gzip.compress(day.read_bytes()))
    main(["replay", str(day)])
    main(["replay", str(copy)])
    assert folders[0] == folders[1]


def test_other_lines_have_a_folder_of_their_own(day, replayed):
    folders = replayed()
    main(["replay", str(day)])
    day.write_text(day.read_text() + ROWS[0] + "\n")
    main(["replay", str(day)])
    assert folders[0] != folders[1]
    assert folders[0].parent == day.parent / "state-replays"


def test_fresh_forgets_what_was_kept(day, replayed):
    (folder,) = [*replayed(), kept_at(prepare(day).file.digest)]
    folder.mkdir(parents=True)
    (folder / "something").touch()
    main(["replay", str(day), "--fresh"])
    assert not (folder / "something").exists()


def test_going_on_is_said(day, replayed, capsys):
    replayed()
    kept_at(prepare(day).file.digest).mkdir(parents=True)
    main(["replay", str(day)])
    assert "Going on with what earlier runs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://localhost:4000/graphql", "start one with `make run`"), ("localhost:4000", "is no endpoint")],
)
def test_endpoint_where_no_server_runs_is_said(day, capsys, url, said):
    assert main(["replay", str(day), "--endpoint", url]) == 1
    assert said in capsys.readouterr().err
