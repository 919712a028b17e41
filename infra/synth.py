"""`python -m infra.synth`: writes every stage's templates into cdk.out/, offline, and says where.

With `--stage dev --account 123456789012 --region eu-west-1`: that stage's alone, for there, as a deployment takes them.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from infra import packages
from infra.app import build_app
from infra.deploying.asking import Asked, RefusedError, placed
from infra.packages import ROOT
from infra.stages import STAGES, StageConfig, problems

OUT = ROOT / "cdk.out"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the templates of the stages that were asked for; 2 for a command line that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m infra.synth", description=__doc__)
    for option in ("stage", "account", "region", "operators", "mail-from"):
        parser.add_argument(f"--{option}", default="")
    args = parser.parse_args(argv)
    try:
        write([placed(Asked("synth", **vars(args)))] if args.stage else STAGES)
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def write(stages: Iterable[StageConfig]) -> None:
    """Build the package, make the templates, and say what would keep them from being deployed."""
    started, stages = time.monotonic(), list(stages)

    def say(words: str) -> None:
        sys.stdout.write(f"{time.monotonic() - started:5.1f} s  {words}\n")
        sys.stdout.flush()

    say("Building the functions' package")
    package = packages.build()
    say(
        f"{package.path.relative_to(ROOT)} "
        f"({'bytecode of ' + package.compiler.version if package.compiler else 'no bytecode'})"
    )
    say(f"Synthesizing {', '.join(stage.name for stage in stages)}")
    shutil.rmtree(OUT, ignore_errors=True)
    assembly = build_app(package, stages, outdir=OUT).synth()
    for template in sorted(Path(assembly.directory).rglob("*.template.json")):
        say(f"{template.relative_to(ROOT)} ({template.stat().st_size / 1024:,.0f} KiB)")
    today = datetime.now(UTC).date()
    refusals = [] if package.deployable else [package.refusal]
    for refusal in [*refusals, *(each for stage in stages for each in problems(stage, today))]:
        say(f"Not deployable: {refusal}")


if __name__ == "__main__":
    sys.exit(main())
