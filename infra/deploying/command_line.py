"""Runs CDK's command line: the version of infra/javascript/package-lock.json, by the locked Node, never the machine's."""

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from infra.deploying.asking import RefusedError
from infra.node import node_binary
from infra.packages import ROOT

FOLDER = ROOT / "infra" / "javascript"
"""Where it runs, too: cdk.json of the checkout is for who calls it by hand, and names an app to run."""
CDK = FOLDER / "node_modules" / ".bin" / "cdk"
INTERRUPTED = 130

QUIET = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "true"}
"""Says nothing to anybody but the account. https://docs.aws.amazon.com/cdk/v2/guide/cli-telemetry.html"""


def installed(cdk: Path = CDK) -> Path:
    """Where the command line is. Raises RefusedError."""
    if not cdk.is_file():
        raise RefusedError(
            "CDK's command line is not installed: make installs it, or .venv/bin/python -m infra.javascript_tools"
        )
    return cdk


def run(words: Sequence[str], cdk: Path = CDK, starter: Path | None = None) -> int:
    """Run it on this terminal and return its exit code. Raises RefusedError, and KeyboardInterrupt after it has ended.

    Ctrl-C is passed on, and then waited for: what it was doing is its own to end. `starter` runs it in Node's place.
    """
    command = [str(starter or node_binary()), str(installed(cdk)), *words]
    child = subprocess.Popen(command, cwd=FOLDER, env=os.environ | QUIET)  # noqa: S603
    try:
        code = child.wait()
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        child.wait()
        raise
    if code in {-signal.SIGINT, INTERRUPTED}:
        raise KeyboardInterrupt
    return code


def bootstrap(account: str, region: str) -> list[str]:
    """The words that prepare an account and region, once."""
    return ["bootstrap", f"aws://{account}/{region}", "--no-notices"]


def diff(stage: str, assembly: Path) -> list[str]:
    """The words that compare templates with what is deployed."""
    return ["--app", str(assembly), "diff", every_stack(stage), "--no-notices"]


def deploy(stage: str, assembly: Path, outputs: Path, *, yes: bool) -> list[str]:
    """The words that deploy both stacks; it asks before rights grow, unless `yes`."""
    approval = "never" if yes else "broadening"
    return [
        "--app", str(assembly), "deploy", every_stack(stage), "--no-notices",
        "--require-approval", approval, "--outputs-file", str(outputs),
    ]  # fmt: skip


def destroy(stack: str, assembly: Path) -> list[str]:
    """The words that destroy one stack, and what depends on it, without asking again."""
    return ["--app", str(assembly), "destroy", stack, "--no-notices", "--force"]


def every_stack(stage: str) -> str:
    """Both stacks of a stage, as CDK's command line selects them."""
    return f"orderbell-{stage}/**"
