"""The end of the day: nothing lies where nobody looks, and the books agree with each other."""

import threading

from cli.audit import settle
from cli.counting import Counting
from cli.journey.world import World
from cli.progress_file import Progress
from storage.auditing import look


def closes(world: World) -> None:
    """Every consumer has done all that it was told, and the audit of the whole store finds nothing."""
    teller = world.teller
    teller.check("every event was delivered", world.ground.drained(), True)
    teller.check("dead letters", world.ground.dead_letters(), 0)
    findings: list[str] = []
    progress = Progress("journey", 1)
    counting = Counting(
        world.ground.store, progress, look, settle, lambda finding: findings.append(str(finding)), lambda: None,
        keep=lambda: None, stop=threading.Event(),
    )  # fmt: skip
    teller.check("still moving", counting.complete(), [])
    teller.check(f"the audit of {progress.orders} orders finds", findings, [])
