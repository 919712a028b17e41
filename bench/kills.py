"""`kill -9` of the server under load, again and again over one state: what was lost or doubled (nothing, or 1) (laptop)."""

import statistics
import tempfile
from pathlib import Path

from tests.journeys.crowd_kills import Round, audited, kill_once, killable

KILLS, SEED = 20, 1


def main() -> int:
    """Print a line for each kill and their sums; 1 where anything was wrong."""
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory() as folder, killable(Path(folder), SEED) as shop:
        for number in range(1, KILLS + 1):
            rounds.append(kill_once(shop))
            _say(number, rounds[-1])
        audit = audited(shop)
    acknowledged, unknown = sum(each.acknowledged for each in rounds), sum(each.unknown for each in rounds)
    wrong = sum(len(each.wrong) for each in rounds)
    restart = statistics.median(each.restart_seconds for each in rounds)
    print(
        f"{KILLS} kills, laptop: {acknowledged:,} requests acknowledged before, {unknown:,} under way, "
        f"{sum(each.unfinished for each in rounds)} placings and movements cut in the middle: {wrong} wrong"
    )
    print(f"  ready again after {restart:.1f} s (median); audit: {audit}")
    return int(wrong > 0 or not audit.startswith("exit 0"))


def _say(number: int, one: Round) -> None:
    print(
        f"  {number:3}: {one.acknowledged:4} acknowledged, {one.unknown:3} under way, {one.unfinished:2} cut; "
        f"ready after {one.restart_seconds:.1f} s; {len(one.wrong)} wrong",
        flush=True,
    )
    for words in one.wrong:
        print(f"       {words}")


if __name__ == "__main__":
    raise SystemExit(main())
