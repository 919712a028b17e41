"""`python -m tests.simulation --seed 7 --steps 12500`: one run, its figures, and 1 where something was wrong."""

import argparse

from .running import simulate


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=12_500)
    given = parser.parse_args()
    outcome = simulate(given.seed, given.steps)
    print(outcome)
    for name, count in {**outcome.counts, **outcome.by_kind}.items():
        print(f"  {count:8,} {name}")
    return int(bool(outcome.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
