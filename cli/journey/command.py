"""`orderbell journey`: tell and check a shop's stories, on a laptop started for it, which keeps nothing.

Exit: 0 where everything was as the stories say, 1 where something was not, 130 stopped by Ctrl-C.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import httpx

from cli.journey.closing import closes
from cli.journey.customer_stories import changes_his_mind, never_pays, tries_again
from cli.journey.guest_story import damaged, guest_pays, two_parcels
from cli.journey.laptop_ground import LaptopGround
from cli.journey.picture_story import gets_its_picture
from cli.journey.telling import JourneyError, Teller
from cli.journey.world import World
from local.aws.engine import EngineError
from local.laptop import laptop

SECONDS = 30


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    form = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser("journey", description=__doc__, formatter_class=form)
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end, for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Start, tell, stop."""
    teller = Teller(machine=args.json)
    try:
        with tempfile.TemporaryDirectory(prefix="orderbell-journey-") as folder:
            told(Path(folder), teller)
    except (JourneyError, httpx.HTTPError):
        return 1  # told where it happened
    except (EngineError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        teller.close()
    return 0


def told(folder: Path, teller: Teller) -> None:
    """Tell everything on a laptop that keeps its state here. Raises JourneyError, httpx.HTTPError, EngineError, OSError."""
    with laptop(folder, 0, tell=lambda _: None) as running:
        url = f"http://localhost:{running.port}"
        with httpx.Client(base_url=url, trust_env=False, timeout=SECONDS) as client:
            stories(World(LaptopGround(running, folder, client), teller))


def stories(world: World) -> None:
    """One after another."""
    chapter = world.teller.chapter
    with chapter("The shelves are filled"):
        product, lantern = world.shelve("Brass lantern", "24.50", 10)
        _, mug = world.shelve("Bell mug", "7.25", 20)
        world.teller.check("lanterns on the shelf", world.stock(lantern), [10, 10, 0])
    with chapter("The lantern gets its picture"):
        gets_its_picture(world, product)
    with chapter("A guest fills a cart and pays, with a word at the bank, watching it live"):
        order = guest_pays(world, lantern, mug)
    with chapter("The warehouse ships two parcels, and the carrier's word comes out of order"):
        two_parcels(world, order)
        world.teller.check("lanterns that left", world.stock(lantern), [8, 8, 0])
    with chapter("One mug came broken: finance pays it back"):
        damaged(world, order)
    with chapter("Ben changes his mind"):
        changes_his_mind(world, lantern)
    with chapter("Cleo's card is declined, and another is not"):
        tries_again(world, mug)
    with chapter("Ada never pays"):
        never_pays(world, lantern)
    with chapter("The day ends"):
        closes(world)
