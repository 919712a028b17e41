"""A shop category for each product, from the words of its title: simple, and the same for the same title."""

import re

OTHER = "Gifts"

_WORDS = {
    "Christmas": "CHRISTMAS|XMAS|ADVENT|BAUBLE|SANTA|REINDEER",
    "Bags": "BAGS?|PURSE|BACKPACK|SHOPPER|RUCKSACK",
    "Lights & candles": "LIGHTS?|LANTERN|CANDLES?|CANDLEHOLDER|LAMP",
    "Kitchen": "MUG|CUPS?|TEA|TEAPOT|CAKE|BOWL|PLATE|JAR|BAKING|KITCHEN|COFFEE|TRAY|APRON|BOTTLE",
    "Cards & paper": "CARDS?|PAPER|WRAP|NOTEBOOK|STICKERS|TISSUES|PENCILS?|PEN|TAPE",
    "Jewellery": "NECKLACE|BRACELET|EARRINGS|RING|BROOCH",
    "Toys & games": "GAME|TOY|DOLL|PUZZLE|SKITTLES|PLAYHOUSE|JIGSAW|BLOCK",
    "Garden": "GARDEN|UMBRELLA|PLANT|FLOWER|BIRD",
    "Home": "CLOCK|FRAME|MIRROR|CUSHION|DOORMAT|SIGN|HOOK|DRAWER|CABINET|HEART|BOX|WALL|RACK",
}
_PATTERNS = {category: re.compile(rf"\b({words})\b") for category, words in _WORDS.items()}


def category_of(title: str) -> str:
    """The first category that a word of the title belongs to."""
    return next((category for category, words in _PATTERNS.items() if words.search(title.upper())), OTHER)
