"""`make bench`: every measurement in turn; exits 1 where one is beyond its gate."""

import importlib
import sys

MEASUREMENTS = ("bench.init_cost", "bench.dispatch", "bench.push_latency")


def main() -> int:
    """Run all, or those named on the command line (`python -m bench dispatch`)."""
    wanted = [f"bench.{name}" for name in sys.argv[1:]] or MEASUREMENTS
    failed = 0
    for name in wanted:
        print(f"\n{name}")
        failed |= importlib.import_module(name).main()
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
