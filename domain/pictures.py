"""Pictures of products: what may be uploaded, and the sizes that are made of it."""

from enum import Enum

from domain.values import value

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
"""Of an upload, before it is decoded: width times height."""
CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp")


class PictureSize(Enum):
    """How large a picture is: its longer edge in pixels, at the most."""

    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"

    @property
    def edge(self) -> int:
        """The longer edge at the most, in pixels."""
        return {PictureSize.SMALL: 240, PictureSize.MEDIUM: 800, PictureSize.LARGE: 1_600}[self]


@value
class ProductPicture:
    """One size of a product's picture as it is stored."""

    size: PictureSize
    key: str
    width: int
    height: int
