"""A product gets its picture: a form, a file posted to it as a browser does, three sizes in the shop."""

import io
from typing import Any

import httpx
from PIL import Image

from cli.journey import documents
from cli.journey.telling import JourneyError
from cli.journey.world import World

THREE = ["SMALL 240x180", "MEDIUM 800x600", "LARGE 1600x1200"]
POSTED = 204


def gets_its_picture(world: World, product: str) -> None:
    """The picture of a lantern, taken with a camera that notes where it was."""
    teller, catalog = world.teller, world.people.staff("catalog")
    form = catalog.do(documents.CREATE_UPLOAD, id=product)["upload"]
    fields = {each["name"]: each["value"] for each in form["fields"]}
    answer = httpx.post(form["url"], data=fields, files={"file": ("lantern.jpg", photo())}, trust_env=False)
    if answer.status_code != POSTED:
        raise JourneyError(f"the file was not taken: {answer.status_code}")
    teller.say("a photograph of 2000 by 1500 is posted")
    teller.soon("guests see it", lambda: _shown(world, product), THREE)
    small = world.people.guest.ask(documents.PICTURES, id=product)["pictures"][0]["url"]
    loaded = Image.open(io.BytesIO(world.ground.picture(small)))
    teller.check("what the camera noted is gone", dict(loaded.getexif()), {})


def photo() -> bytes:
    """A photograph of a lantern at dusk, more or less, with the camera's notes."""
    written, notes = io.BytesIO(), Image.Exif()
    notes[0x010F] = "Box Camera Works"
    Image.new("RGB", (2_000, 1_500), "darkorange").save(written, "JPEG", exif=notes)
    return written.getvalue()


def _shown(world: World, product: str) -> list[str]:
    found: list[dict[str, Any]] = world.people.guest.ask(documents.PICTURES, id=product)["pictures"]
    return [f"{each['size']} {each['width']}x{each['height']}" for each in found]
