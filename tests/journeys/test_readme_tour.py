"""README's five-minute tour, run as written, against a server started as `make run` starts it."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from local.laptop import ROOT
from tests.journeys.serving import Served, serve

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(180)]

BLOCK = re.compile(r"```(sh[ a-z]*)\n(.*?)```", re.DOTALL)

SCRIPT = """
until_has() { for _ in $(seq 100); do grep -q "$1" "$2" && return 0; sleep 0.1; done; echo "never came: $1" >&2; return 1; }
set -eu
%(browse)s
%(place)s
( exec %(live)s ) > "$SCRATCH/live.out" 2> "$SCRATCH/live.err" &
LIVE=$!
until_has Listening "$SCRATCH/live.err"
%(confirm)s
until_has '"sequence": 2' "$SCRATCH/live.out"
kill -INT $LIVE
%(offline)s
echo CAUGHT UP
%(catch_up)s
"""


def tour() -> dict[str, str]:
    """The tour's commands, by the part they play."""
    found = BLOCK.findall((ROOT / "README.md").read_text())
    names = ("browse", "place", "live", "confirm", "offline", "catch_up")
    assert [label for label, _ in found] == ["sh", "sh", "sh live", "sh", "sh offline", "sh"]
    return dict(zip(names, (text.strip() for _, text in found), strict=True))


def test_the_tour_works_as_written(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        output = run(served, SCRIPT % tour())

    answer = json.loads(output.rpartition("CAUGHT UP")[2])["data"]["orderEvents"]
    chain = [(entry["event"]["previousSequence"], entry["event"]["sequence"]) for entry in answer["entries"]]
    assert (chain, answer["throughSequence"]) == ([(2, 4), (4, 5), (5, 6)], 6)


def run(served: Served, script: str) -> str:
    """The output of a script in the checkout. Fails with what it printed."""
    environment = served.environment | {"SCRATCH": str(served.folder)}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
