"""`python -m tests.simulation --seed 7 --steps 12500`: one run, its figures, and 1 where something was wrong."""

import argparse
import sys

from .running import simulate


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=12_500)
    given = parser.parse_args()
    outcome = simulate(given.seed, given.steps)
    figures = {**outcome.counts, **outcome.by_kind}.items()
    lines = [str(outcome), *(f"  {count:8,} {name}" for name, count in figures)]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(outcome.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
