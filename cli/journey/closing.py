"""The end of the day: nothing lies where nobody looks, and the books agree with each other."""

import threading
from functools import partial

from cli.audit import settle
from cli.counting import Counting
from cli.dead_letters import Letters
from cli.journey.world import World
from cli.progress_file import Progress
from consumers import bus
from consumers.app import load_all
from consumers.bus import Bus
from local.aws.clients import make_client
from local.aws.routing import BUS, find_routing
from storage.auditing import look


def closes(world: World) -> None:
    """Every consumer has done all that it was told, and the audit of the whole store finds nothing."""
    teller = world.teller
    teller.check("every event was delivered", world.laptop.delivery.drain(), True)
    teller.check("dead letters", sum(dead_letters(world).counts().values()), 0)
    findings: list[str] = []
    progress = Progress("journey", 1)
    counting = Counting(
        world.store, progress, look, settle, lambda finding: findings.append(str(finding)), lambda: None,
        keep=lambda: None, stop=threading.Event(),
    )  # fmt: skip
    teller.check("still moving", counting.complete(), [])
    teller.check(f"the audit of {progress.orders} orders finds", findings, [])


def dead_letters(world: World) -> Letters:
    """What consumers could not handle on this laptop."""
    endpoint = world.laptop.engine.endpoint
    sqs, events = make_client("sqs", endpoint), make_client("events", endpoint)
    addresses = find_routing(sqs, load_all())
    return Letters(sqs, addresses, Bus(partial(bus.put, events, BUS)), world.folder / "parked")
