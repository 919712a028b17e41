"""`python -m infra.synth`: writes every stage's templates into cdk.out/, offline, and says where."""

import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from infra import packages
from infra.app import build_app
from infra.packages import ROOT, Package
from infra.stages import STAGES, StageConfig, problems

OUT = ROOT / "cdk.out"


def write_stage(package: Package, stage: StageConfig) -> Path:
    """Write one stage's templates, of its account and region, into cdk.out/ in place of all that was there."""
    shutil.rmtree(OUT, ignore_errors=True)
    return Path(build_app(package, [stage], outdir=OUT).synth().directory)


def main() -> None:
    """Build the package, make the templates, and say what would keep them from being deployed."""
    started = time.monotonic()

    def say(words: str) -> None:
        sys.stdout.write(f"{time.monotonic() - started:5.1f} s  {words}\n")
        sys.stdout.flush()

    say("Building the functions' package")
    package = packages.build()
    say(
        f"{package.path.relative_to(ROOT)} "
        f"({'bytecode of ' + package.compiler.version if package.compiler else 'no bytecode'})"
    )
    say(f"Synthesizing {', '.join(stage.name for stage in STAGES)}")
    shutil.rmtree(OUT, ignore_errors=True)
    assembly = build_app(package, outdir=OUT).synth()
    for template in sorted(Path(assembly.directory).rglob("*.template.json")):
        say(f"{template.relative_to(ROOT)} ({template.stat().st_size / 1024:,.0f} KiB)")
    today = datetime.now(UTC).date()
    refusals = [] if package.deployable else [package.refusal]
    for refusal in [*refusals, *(each for stage in STAGES for each in problems(stage, today))]:
        say(f"Not deployable: {refusal}")


if __name__ == "__main__":
    main()
