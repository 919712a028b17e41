"""`orderbell replay` of the sample day, as a person runs it: its rate, and whether the store equals the file (laptop)."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 900


def main() -> int:
    """Print the rate; 1 where the store is not equal."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "cli.main", "replay", "--json", str(report)]
        own = os.environ | {"ORDERBELL_STATE": str(Path(folder) / "state")}
        done = subprocess.run(
            command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        if not report.exists():
            print(done.stdout + done.stderr)
            return 1
        found = json.loads(report.read_text())
    orders, store, events, seconds = (found[name] for name in ("orders", "store", "events", "seconds"))
    print(
        f"The sample day, laptop: {orders['placed']:,} orders of {store['lines']:,} lines in {seconds:.1f} s: "
        f"{orders['placed'] / seconds:.1f} orders and {store['lines'] / seconds:.0f} lines a second"
    )
    print(f"  {done.stdout.strip().splitlines()[-1]}")
    print(
        f"  {'equal' if found['equal'] else 'NOT equal'} to the file; "
        f"{events['received']:,} of {events['expected']:,} events reached the subscriber"
    )
    return int(done.returncode != 0)


if __name__ == "__main__":
    raise SystemExit(main())
