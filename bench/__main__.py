"""`make bench`: every measurement in turn, or those that are named; exits 1 where one is beyond its gate or wrong."""

import argparse
import importlib

MEASUREMENTS = {
    "init_cost": "start of each function under Lambda's runtime client, beside a bare one",
    "dispatch": "dispatch and JSON of one answer, beside a handler written by hand",
    "simulation": "1,000,000 steps of the whole system with 250,000 faults, over a virtual clock: nothing wrong",
    "package": "sizes of the code and the layer that Lambda unpacks",
    "synth": "seconds of synthesizing all stages with the rule packs",
    "local_servers": "queries a second of the laptop's AppSync, beside Amplify's simulator, graphql-core and Strawberry",
    "subscribers": "one event to 1,000 subscribers, alone and beside readers that do not read",
    "fuzz": "200,000 hostile requests and frames to the laptop's AppSync: nothing shown, nobody else's connection lost",
    "push_latency": "from a placement to the frames of 20 subscribers",
    "capacity": "units, log lines and publications of each request; whether infra/cost/capacity.toml says so",
    "replay": "a real day of invoices through the API, and whether the store equals the file",
    "crowds": "1,000 buyers of 100 units; 1,000 keys sent 4 times with lost answers; 50 commands on one order",
    "large": "each command on orders of 675 and 1,000 lines",
    "forgeries": "1,000,000 forged webhooks of every kind: none accepted",
    "kills": "20 times kill -9 of the server under load: nothing lost, nothing doubled",
}
"""Every measurement by its name: what it measures, in one line. Nothing here runs on AWS."""


def main() -> int:
    """Run all, or those named on the command line (`python -m bench dispatch`); `--list` names them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (default: all)")
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no measurement is called {', '.join(unknown)}: --list names them")
    if asked.list:
        for name, words in MEASUREMENTS.items():
            print(f"{name:14}{words}")
        return 0
    failed = 0
    for name in asked.names or MEASUREMENTS:
        print(f"\n{name}", flush=True)
        failed |= importlib.import_module(f"bench.{name}").main()
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
