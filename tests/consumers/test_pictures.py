"""Pictures from uploads."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from consumers import pictures
from consumers.pictures import NotAPictureError, sized
from domain.pictures import PictureSize

ORIENTATION, CAMERA = 0x0112, 0x010F


def upload(
    width: int = 2_000, height: int = 1_000, *, kind: str = "JPEG", mode: str = "RGB", **saved: object
) -> bytes:
    written = io.BytesIO()
    colour = (0, 128, 128, 90)[: len(mode)]
    Image.new(mode, (width, height), colour).save(written, kind, **saved)
    return written.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_upload_becomes_three_sizes(kind: str) -> None:
    made = sized(upload(kind=kind))

    assert [(each.size, each.width, each.height) for each in made] == [
        (PictureSize.SMALL, 240, 120),
        (PictureSize.MEDIUM, 800, 400),
        (PictureSize.LARGE, 1_600, 800),
    ]
    assert {
        (opened(each.data).format, opened(each.data).size == (each.width, each.height)) for each in made
    } == {("WEBP", True)}


def test_a_small_upload_is_not_enlarged() -> None:
    assert {(each.width, each.height) for each in sized(upload(100, 50))} == {(100, 50)}


def test_nothing_of_the_camera_is_kept_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = 6, "Camera of Ada"
    made = sized(upload(300, 200, exif=exif))

    assert [(each.width, each.height) for each in made[1:]] == [(200, 300), (200, 300)]
    assert [dict(opened(each.data).getexif()) for each in made] == [{}, {}, {}]
    assert not any(b"Camera of Ada" in each.data for each in made)


def test_transparency_stays() -> None:
    assert {opened(each.data).mode for each in sized(upload(kind="PNG", mode="RGBA"))} == {"RGBA"}


def test_the_pixels_are_bounded_by_the_header_before_anything_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Image.Image, "convert", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(NotAPictureError, match="7000 x 6000 pixels"):
        sized(upload(7_000, 6_000, kind="PNG"))


def test_the_bytes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 10)
    with pytest.raises(NotAPictureError, match="may have 10"):
        sized(upload())


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_kinds_are_refused(kind: str) -> None:
    with pytest.raises(NotAPictureError, match="none of JPEG"):
        sized(upload(kind=kind))


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 10**12)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000_000)
    with pytest.raises(NotAPictureError):
        sized(upload(1_500, 1_000, kind="PNG"))


@given(st.binary(max_size=400))
def test_noise_is_no_picture(noise: bytes) -> None:
    with pytest.raises(NotAPictureError):
        sized(noise)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_picture_is_a_picture_or_refused(data: st.DataObject) -> None:
    whole = bytearray(upload(40, 30, kind=data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = len(sized(bytes(whole)))
    except NotAPictureError as error:
        made = 3 if str(error) else 0

    assert made == 3
