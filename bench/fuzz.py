"""200,000 hostile requests and frames to the laptop's AppSync: nothing shown, nobody else's connection lost, memory flat (laptop)."""

import asyncio
import logging
import time

from tests.local.appsync.fuzzing import fuzz

COUNT, SEED = 200_000, 7
GATE_GROWTH = 1.25


def main() -> int:
    """Print what came back; 1 where something is wrong."""
    logging.disable(logging.CRITICAL)
    started = time.perf_counter()
    found = asyncio.run(fuzz(SEED, COUNT))
    logging.disable(logging.NOTSET)
    took = time.perf_counter() - started
    came = ", ".join(f"{count:,} {name}" for name, count in found.came.most_common())
    print(f"{COUNT:,} requests and frames in {took:.0f} s: {came}")
    print(
        f"memory: {found.memory[0] >> 20} MB at first, {found.memory[-1] >> 20} MB at the end; {found.growth():.2f} times "
        f"that after a fifth (< {GATE_GROWTH})"
    )
    for wrong in found.wrong[:20]:
        print(f"WRONG: {wrong}")
    return int(bool(found.wrong) or found.growth() >= GATE_GROWTH)


if __name__ == "__main__":
    raise SystemExit(main())
