"""`orderbell mail`: what a person and a script read of the laptop's mails."""

import json
from pathlib import Path

import pytest

from cli.main import main
from consumers.letters import Letter
from consumers.mailing import Mail
from local.outbox import Outbox


@pytest.fixture(autouse=True)
def _mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path))
    outbox = Outbox(tmp_path)
    outbox.send(Mail("ord_a", "ada@example.com", Letter("First", "Dear \x1b[31mAda,\nhello", "<p>hello</p>")))
    outbox.send(Mail("ord_b", "ben@example.com", Letter("Second", "Dear Ben", "<p>hello</p>")))


def test_the_newest_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["2", "1"]
    assert "ben@example.com  Second  ord_b" in lines[0]


def test_the_mails_of_an_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "--order", "ord_a", "--json"]) == 0
    assert [each["subject"] for each in json.loads(capsys.readouterr().out)] == ["First"]


def test_one_is_shown_whole_and_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "1"]) == 0
    out = capsys.readouterr().out
    assert "To: ada@example.com\nSubject: First\n" in out
    assert "Ada,\nhello" in out
    assert "\x1b" not in out


def test_one_as_json_has_its_html(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["html"] == "<p>hello</p>"


@pytest.mark.parametrize("asked", [["mail", "3"], ["mail", "1", "--order", "ord_b"]], ids=" ".join)
def test_one_that_is_not_there_is_said_to_be_missing(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked) == 1
    assert "`orderbell mail` lists them" in capsys.readouterr().err


def test_where_there_are_none_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path / "elsewhere"))
    assert main(["mail"]) == 0
    assert capsys.readouterr().out == "No mails yet.\n"
