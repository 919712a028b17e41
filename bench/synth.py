"""Seconds that synthesis of all stages takes, with the rule packs, in a process of its own as `make synth` starts it."""

import re
import subprocess
import sys

GATE_SECONDS = 25.0


def main() -> int:
    """Print the seconds and what was made; 1 where it takes longer than the gate."""
    command = [sys.executable, "-m", "infra.synth"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    written = [line for line in said if line.endswith("KiB)")]
    took = max(float(re.match(r" *([\d.]+) s", line).group(1)) for line in said)  # type: ignore[union-attr]
    print(f"Synthesis of all stages, rule packs included: {took:.1f} s, laptop (gate {GATE_SECONDS:.0f})")
    for line in written:
        print(f"  {line.partition('  ')[2]}")
    return int(took > GATE_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
