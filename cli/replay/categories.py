"""A shop category for each product, from the words of its title: simple, and the same for the same title."""

import re

OTHER = "Gifts"

_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Christmas", frozenset("CHRISTMAS XMAS ADVENT BAUBLE SANTA REINDEER".split())),
    ("Bags", frozenset("BAG BAGS PURSE BACKPACK SHOPPER RUCKSACK".split())),
    ("Lights & candles", frozenset("LIGHT LIGHTS LANTERN CANDLE CANDLES LAMP TEALIGHT CANDLEHOLDER".split())),
    (
        "Kitchen",
        frozenset("MUG CUP CUPS TEA CAKE BOWL PLATE JAR TEAPOT BAKING KITCHEN COFFEE TRAY APRON".split()),
    ),
    ("Cards & paper", frozenset("CARD CARDS PAPER WRAP NOTEBOOK STICKERS TISSUES PENCIL PENCILS".split())),
    ("Jewellery", frozenset("NECKLACE BRACELET EARRINGS RING BROOCH".split())),
    ("Toys & games", frozenset("GAME TOY DOLL PUZZLE SKITTLES PLAYHOUSE JIGSAW BLOCK".split())),
    ("Home", frozenset("CLOCK FRAME MIRROR CUSHION DOORMAT SIGN HOOK DRAWER CABINET HEART BOX".split())),
)


def category_of(title: str) -> str:
    """The first category that a word of the title belongs to."""
    words = set(re.findall(r"[A-Z]+", title.upper()))
    return next((category for category, known in _WORDS if words & known), OTHER)
