"""`orderbell simulate` on a server as people start it: a shop that lives, closes on Ctrl-C, and leaves books that agree."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from local.laptop import ROOT
from tests.journeys.serving import Served, serve
from tests.journeys.test_follow_journey import shop_of

pytestmark = [
    pytest.mark.engine,
    pytest.mark.journey,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("simulate"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose shop is empty at first."""
    with serve(tmp_path_factory.mktemp("simulate"), seeded=True) as running:
        yield running


def command(served: Served, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", *words],
        cwd=ROOT, env=served.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(process: "subprocess.Popen[str]") -> str:
    out, told = process.communicate(timeout=150)
    assert process.returncode == 0, out + told
    return out


def test_an_empty_shop_is_told_how_to_fill_it(served: Served) -> None:
    process = command(served, "simulate")
    out, told = process.communicate(timeout=60)
    assert (process.returncode, out, "make run" in told) == (1, "", True)
    with shop_of(served) as shop:
        for number in range(8):
            shop.new_sku(units=20 + number)


def test_buyers_come_and_everybody_does_his_part(served: Served) -> None:
    told = json.loads(
        said(
            command(
                served,
                "simulate",
                "--orders",
                "14",
                "--rate",
                "240",
                "--speed",
                "20",
                "--seed",
                "5",
                "--json",
            )
        )
    )
    assert (told["happened"]["placed"], told["here"], told["problems"]) == (14, 0, {})
    assert told["happened"]["completed"] >= 7
    assert told["events"] > 14


def test_ctrl_c_sends_everybody_home_and_the_books_agree(served: Served) -> None:
    process = command(served, "simulate", "--rate", "240", "--speed", "5")
    time.sleep(6)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    told = said(process)

    assert "placed" in told
    assert "Nothing went wrong." in told
    assert time.monotonic() - started < 25
    assert said(command(served, "audit")).endswith(" 0 findings.\n")
