"""One stage's templates, written in a process of its own.

CDK's library runs in Node. In this process it would be hit by a Ctrl-C that is meant for CDK's command line, and fail
at our end; and a refusal would wait for it to start.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.packages import ROOT
from infra.stages import StageConfig

OUT = ROOT / "cdk.out"


class NotWrittenError(Exception):
    """Templates could not be made; the child's own words above say why."""


def write(stage: StageConfig) -> Path:
    """Write them into cdk.out/, in place of all that was there. Raises NotWrittenError."""
    if subprocess.run(command(stage), cwd=ROOT, check=False).returncode:  # noqa: S603
        raise NotWrittenError(f"The templates of {stage.name} could not be made. Nothing was deployed.")
    return OUT


def command(stage: StageConfig) -> Sequence[str]:
    """What writes them."""
    return [
        sys.executable, "-m", "infra.synth", "--stage", stage.name, "--account", stage.account,
        "--region", stage.region, "--operators", ",".join(stage.operators), "--mail-from", stage.mail_from,
    ]  # fmt: skip
