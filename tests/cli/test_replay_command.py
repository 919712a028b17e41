"""`orderbell replay`: exit codes, what it writes, and how it is interrupted. No server runs here."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest

from cli.main import main
from cli.replay import command
from cli.replay.api import UnreachableError
from cli.replay.expect import Refusals, expect
from cli.replay.report import EventCounts, Report
from cli.replay.rule import tally
from cli.replay.running import Replayed

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ROWS = (
    "1,A,LANTERN,6,x,2.55,17850,EIRE",
    "2,CARD1,CARD,1,x,1.00,,France",
    "2,POST,POSTAGE,1,x,18.00,,France",
)


@pytest.fixture
def day(tmp_path):
    path = tmp_path / "day.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def replayed(monkeypatch):
    """Stands in for the laptop and the replay: `replayed(differences=...)` is what the replay then finds."""

    @contextmanager
    def no_laptop(_state, _port):
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
        monkeypatch.setattr(command, "replay", fake)

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
    assert "Interrupted. Done: place 1 of 2. Nothing is kept." in capsys.readouterr().err


def test_api_that_fails_exits_with_1_and_its_reason(day, replayed, capsys):
    replayed(error=UnreachableError("status 503"))
    assert main(["replay", str(day)]) == 1
    assert "The replay could not go on. status 503" in capsys.readouterr().err
