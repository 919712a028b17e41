"""`make screenshots`: pictures of the console's pages into docs/images, taken of a shop that is made for them."""

import sys
import tempfile
from pathlib import Path

from local.laptop import ROOT
from tests.browser.browser import browsed, written
from tests.journeys.serving import serve
from tests.journeys.test_follow_journey import shop_of

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Start a server, browse it, and keep what was seen."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder), seeded=True) as served:
        with shop_of(served) as shop:
            for number in range(6):
                shop.place(
                    "ben@example.com", shop.new_sku(units=40 + number, price="12.50"), quantity=1 + number
                )
        for look in (browsed, written):
            look(f"http://localhost:{served.port}", IMAGES)
    sys.stdout.write(f"{', '.join(sorted(each.name for each in IMAGES.iterdir()))} in docs/images\n")


if __name__ == "__main__":
    main()
