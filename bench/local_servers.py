"""Queries a second of the laptop's AppSync beside Amplify's simulator, graphql-core alone and Strawberry (laptop).

Each server has one core, who asks has another; rounds alternate, and the medians are compared.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.load import KEY
from infra.javascript_tools import ToolsMissingError, install, is_installed
from infra.node import NodeMissingError, node_binary

SIMULATOR = Path(__file__).parent / "simulator"
PORT, ROUNDS, SECONDS = 4571, 5, 2.0
FEW = "{ order { id number status } }"
MANY = "{ orders { id number status total } }"
SERVERS = ("ours", "simulator", "bare", "threaded", "strawberry")
NAMES = {
    "ours": "the laptop's AppSync", "simulator": "amplify-appsync-simulator 2.16.20", "bare": "graphql-core, values ready",
    "threaded": "graphql-core, functions in threads", "strawberry": "Strawberry's ASGI, both caches",
}  # fmt: skip
Rates = dict[tuple[str, str], list[float]]


def command(server: str) -> list[str]:
    """What starts a server."""
    if server == "simulator":
        return [str(node_binary()), str(SIMULATOR / "server.mjs"), str(PORT), KEY]
    return [sys.executable, "-m", "bench.served", server, str(PORT)]


@contextmanager
def serving(server: str) -> Iterator[None]:
    """A server on the first core, until the block ends. Raises RuntimeError where it does not come up."""
    pinned = ["taskset", "-c", "0"] if (os.cpu_count() or 1) > 1 else []
    with subprocess.Popen(
        [*pinned, *command(server)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            _wait(process)
            yield
        finally:
            process.kill()


def _wait(process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read().decode() if process.stderr else "the server ended")
        try:
            httpx.post(
                f"http://127.0.0.1:{PORT}/graphql", json={"query": FEW}, headers={"x-api-key": KEY}, timeout=2
            )
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not answer")


def rate(query: str, seconds: float = SECONDS) -> tuple[float, Any]:
    """Answers a second that the server gives, asked from the second core, and the last answer."""
    pinned = ["taskset", "-c", "1"] if (os.cpu_count() or 1) > 1 else []
    words = [
        *pinned,
        sys.executable,
        "-m",
        "bench.load",
        str(PORT),
        json.dumps({"query": query}),
        str(seconds),
    ]
    told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return told["rate"], told["answer"]


def measure() -> Rates:
    """All rounds. Raises RuntimeError where a server answers anything else than ours."""
    rates: Rates = {}
    wanted: dict[str, Any] = {}
    for _ in range(ROUNDS):
        for server in SERVERS:
            with serving(server):
                for query in (FEW, MANY):
                    rate(query, 0.5)
                    found, answer = rate(query)
                    if wanted.setdefault(query, answer) != answer:
                        raise RuntimeError(f"{server} does not answer as the others do: {str(answer)[:200]}")
                    rates.setdefault((server, query), []).append(found)
    return rates


def main() -> int:
    """Print the medians and the ratios; 1 where a ratio is beyond its gate."""
    try:
        if not is_installed(SIMULATOR):
            print("Installing amplify-appsync-simulator (310 MB) ...", flush=True)
            install(SIMULATOR)
    except (ToolsMissingError, NodeMissingError) as error:
        print(error)
        return 1
    medians = {key: statistics.median(each) for key, each in measure().items()}
    print(f"{'answers a second (laptop)':38}{'3 fields':>10}{'100 orders':>12}")
    for server in SERVERS:
        print(f"{NAMES[server]:38}{medians[server, FEW]:10.0f}{medians[server, MANY]:12.0f}")
    gates = (
        ("3 fields, times the simulator", medians["ours", FEW] / medians["simulator", FEW], ">=", 2.0),
        ("3 fields, graphql-core with functions in threads is so many times ours", medians["threaded", FEW] / medians["ours", FEW], "<=", 1.5),
        ("100 orders, times Strawberry", medians["ours", MANY] / medians["strawberry", MANY], ">=", 1.0),
    )  # fmt: skip
    print(
        f"3 fields, graphql-core with values ready is {medians['bare', FEW] / medians['ours', FEW]:.2f} times ours"
    )
    failed = 0
    for what, value, sign, gate in gates:
        good = value >= gate if sign == ">=" else value <= gate
        failed |= not good
        print(f"{what}: {value:.2f} ({sign} {gate}: {'good' if good else 'MISSED'})")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
