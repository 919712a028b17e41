"""A product's picture in three sizes, made from what somebody uploaded. Pure: bytes in, bytes out.

What comes in is bounded before it is decoded (bytes, then the pixels that its header claims), and nothing of the file itself
is kept: each size is encoded anew, without EXIF, whose place and camera are nobody's business.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.pictures import MAX_BYTES, MAX_PIXELS, PictureSize
from domain.values import value

FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 82


class NotAPictureError(Exception):
    """What was uploaded is no picture that a shop takes; the message says why."""


@value
class Picture:
    """One size: its bytes (WebP), width and height in pixels."""

    size: PictureSize
    data: bytes
    width: int
    height: int


def sized(upload: bytes) -> tuple[Picture, ...]:
    """The three sizes of an upload, never larger than it is. Raises NotAPictureError."""
    if len(upload) > MAX_BYTES:
        raise NotAPictureError(f"it has {len(upload)} bytes, and may have {MAX_BYTES}")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(upload), formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MAX_PIXELS:
                    raise NotAPictureError(f"it has {width} x {height} pixels, and may have {MAX_PIXELS}")
                turned = ImageOps.exif_transpose(opened)
                whole = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
        except NotAPictureError:
            raise
        except UnidentifiedImageError:
            raise NotAPictureError(f"it is none of {', '.join(FORMATS)}") from None
        except Exception as error:  # a broken file breaks Pillow in ways of its own; none of them is our bug
            raise NotAPictureError(f"it cannot be read: {type(error).__name__}") from None
    return tuple(_fitted(whole, size) for size in PictureSize)


def _fitted(whole: Image.Image, size: PictureSize) -> Picture:
    made = whole.copy()
    made.thumbnail((size.edge, size.edge), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    made.save(written, "WEBP", quality=QUALITY)
    return Picture(size, written.getvalue(), made.width, made.height)
