"""CDK's command line as a child process: a small script stands in its place."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from infra.deploying import command_line
from infra.deploying.asking import RefusedError
from infra.deploying.command_line import run
from infra.packages import ROOT

PYTHON = Path(sys.executable)


@pytest.fixture
def cdk(tmp_path: Path) -> Path:
    """Writes down how it was called, and exits with the code that its last word names."""
    script = tmp_path / "cdk"
    script.write_text(
        textwrap.dedent(
            """
            import json, os, pathlib, sys
            quiet = {name: value for name, value in os.environ.items() if name.startswith("CDK_")}
            called = {"words": sys.argv[1:], "quiet": quiet, "folder": os.getcwd()}
            pathlib.Path(__file__).with_name("called.json").write_text(json.dumps(called))
            sys.exit(int(sys.argv[-1]))
            """
        )
    )
    return script


def test_words_reach_it_whole_and_its_exit_code_comes_back(cdk: Path) -> None:
    assert run(["deploy", "orderbell-dev/**", "7"], cdk, PYTHON) == 7

    called = json.loads((cdk.parent / "called.json").read_text())
    assert called["words"] == ["deploy", "orderbell-dev/**", "7"]


def test_it_tells_nobody_and_reads_no_app_of_ours(cdk: Path) -> None:
    run(["0"], cdk, PYTHON)

    called = json.loads((cdk.parent / "called.json").read_text())
    assert called["quiet"]["CDK_DISABLE_CLI_TELEMETRY"] == "true"
    assert not (Path(called["folder"]) / "cdk.json").exists()


def test_it_that_ended_by_ctrl_c_counts_as_stopped(cdk: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(["130"], cdk, PYTHON)


def test_where_it_is_missing_what_to_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"python -m infra\.javascript_tools"):
        run(["diff"], tmp_path / "cdk", PYTHON)


def test_the_lock_names_the_version_that_reads_our_assemblies() -> None:
    """`latest` on npm is a stray release that refuses them (infra/javascript/package.json pins)."""
    lock = json.loads((command_line.FOLDER / "package-lock.json").read_text())

    version = lock["packages"]["node_modules/aws-cdk"]["version"]
    assert version.startswith("2.1")
    assert tuple(int(part) for part in version.split(".")) >= (2, 1148, 0)


SLOW_CDK = """
import pathlib, signal, sys, time
here = pathlib.Path(__file__)
def end(*_):
    time.sleep(0.3)  # it has something to end
    here.with_name("ended").touch()
    sys.exit(130)
signal.signal(signal.SIGINT, end)
here.with_name("started").touch()
time.sleep(30)
"""
MAIN = """
import sys
from pathlib import Path
from infra import deploy
from infra.deploying import command_line, commands
def run(acting, stage, *, yes):
    return command_line.run(["diff"], Path(sys.argv[1]), Path(sys.executable))
commands.COMMANDS["diff"] = run
sys.exit(deploy.main(["diff", "--stage=dev", "--account=123456789012", "--region=eu-west-1"]))
"""


def wait_for(path: Path) -> None:
    end = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.02)


@pytest.mark.parametrize("everybody", [True, False], ids=["terminal", "kill"])
def test_ctrl_c_reaches_it_is_waited_for_and_exits_with_130(tmp_path: Path, *, everybody: bool) -> None:
    """A terminal interrupts both processes, `kill -INT` ours alone: either way CDK ends by itself."""
    script = tmp_path / "cdk"
    script.write_text(SLOW_CDK)
    command = [sys.executable, "-c", MAIN, str(script)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_for(tmp_path / "started")

    if everybody:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=30)

    assert process.returncode == 130
    assert (tmp_path / "ended").exists()
    assert words.strip().startswith("Stopped.")
    assert "Traceback" not in words
