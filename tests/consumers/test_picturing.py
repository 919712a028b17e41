"""From an upload to the product that shows it."""

import io
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from consumers import picturing
from consumers.make_pictures import make_pictures
from consumers.picturing import ProductBusyError, Studio
from domain.pictures import PictureSize
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.product import product as product_query
from resolvers.products import ProductsFilter, products
from resolvers.shapes.catalog import Product
from resolvers.update_product import UpdateProductInput, update_product
from storage.catalog_reads import load_product
from storage.store import Store
from storage.uploads import upload_key
from tests.bucket import NOON, Bucket, Stopped, jpeg
from tests.shopkeeping import ADMIN, GUEST, call, context, empty_store, fake, gbp, in_between
from wiring.metrics import Meter

LANTERN = CreateProductInput(
    "Metal Lantern", "Home", variants=(VariantInput("LANTERN", gbp("3.39")),), published=True
)


@pytest.fixture
def store() -> Store:
    return empty_store()


@pytest.fixture
def product(store: Store) -> Product:
    made: Product | None = call(create_product, LANTERN, context(ADMIN, store)).product
    assert made is not None
    return made


def shown(store: Store, product: Product) -> Product:
    found: Product = product_query(context(GUEST, store), id=product.id)  # type: ignore[assignment]
    return found


def studio(store: Store, product: Product, upload: bytes) -> tuple[Studio, Bucket, str]:
    bucket = Bucket()
    key = bucket.put(upload_key(product.id, NOON, "one"), upload)
    return Studio(store, bucket, "pictures"), bucket, key


def test_an_upload_is_shown_in_three_sizes_and_taken_away(store: Store, product: Product) -> None:
    work, bucket, key = studio(store, product, jpeg())
    work.show(key)

    pictures = shown(store, product).pictures
    assert [(each.size, each.width, each.height) for each in pictures] == [
        (PictureSize.SMALL, 240, 180), (PictureSize.MEDIUM, 400, 300), (PictureSize.LARGE, 400, 300),
    ]  # fmt: skip
    assert sorted(bucket.objects) == sorted(each.url.removeprefix("/") for each in pictures)


def test_the_same_message_again_changes_nothing(store: Store, product: Product) -> None:
    work, bucket, key = studio(store, product, jpeg())
    work.show(key)
    before = dict(bucket.objects), shown(store, product)
    work.show(key)
    bucket.objects[key] = jpeg()
    work.show(key)

    assert (dict(bucket.objects), shown(store, product)) == before


def test_wherever_it_dies_the_next_delivery_makes_it_good() -> None:
    ends: list[tuple[int, int]] = []
    dies = True
    while dies:
        store = empty_store()
        made = call(create_product, LANTERN, context(ADMIN, store)).product
        assert made is not None
        work, bucket, key = studio(store, made, jpeg())
        fake(store).before(writes_are_steps(bucket))
        bucket.ends_after = len(ends)
        try:
            work.show(key)
            dies = False
        except Stopped:
            bucket.ends_after = None
            work.show(key)
        assert sorted(bucket.objects) == sorted(
            each.url.removeprefix("/") for each in shown(store, made).pictures
        )
        product = load_product(store, made.id)
        assert product is not None
        ends.append((len(bucket.objects), product.product.version))

    assert (
        ends == [(3, 2)] * 6
    )  # it died before each of three pictures, the write and the deletion; and a whole run


def writes_are_steps(bucket: Bucket) -> Callable[[str, object], None]:
    def hook(name: str, _request: object) -> None:
        if name == "transact_write_items":
            bucket.step()

    return hook


def test_what_is_no_picture_changes_nothing_is_told_and_is_taken_away(
    store: Store, product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    work, bucket, key = studio(store, product, jpeg())
    work.show(key)
    before, counted = shown(store, product), []
    bucket.put(key, b"a virus perhaps", second=1)
    with caplog.at_level(logging.WARNING, "orderbell"):
        replace(work, meter=Meter(write=counted.append)).show(key)

    assert shown(store, product) == before
    assert key not in bucket.objects
    assert json.loads(caplog.messages[-1])["error"] == "it is none of JPEG, PNG, WEBP"
    assert json.loads(counted[-1])["PicturesRefused"] == 1


def test_another_picture_takes_the_place_of_the_first(store: Store, product: Product) -> None:
    work, bucket, key = studio(store, product, jpeg())
    work.show(key)
    first = shown(store, product).pictures
    work.show(bucket.put(key, jpeg("red"), second=1))

    assert {each.url for each in shown(store, product).pictures}.isdisjoint({each.url for each in first})


@pytest.mark.parametrize("first", ["teal", "red"])
def test_whichever_message_comes_first_the_later_upload_is_shown(
    store: Store, product: Product, first: str
) -> None:
    bucket = Bucket()
    work = Studio(store, bucket, "pictures")
    messages = {
        "teal": bucket.put(upload_key(product.id, NOON, "zz"), jpeg("teal"), second=1),
        "red": bucket.put(upload_key(product.id, NOON, "aa"), jpeg("red"), second=2),
    }
    second = "red" if first == "teal" else "teal"
    work.show(messages[first])
    work.show(messages[second])

    large = shown(store, product).pictures[-1].url.removeprefix("/")
    assert Image.open(io.BytesIO(bucket.objects[large])).convert("RGB").getpixel((5, 5))[0] > 200  # type: ignore[index]


def test_an_upload_put_in_the_place_of_another_meanwhile_is_not_taken_away(
    store: Store, product: Product
) -> None:
    work, bucket, key = studio(store, product, jpeg())
    in_between(store, lambda: bucket.put(key, jpeg("red"), second=1))
    work.show(key)

    assert bucket.objects[key] == jpeg("red")


def test_a_product_that_changes_meanwhile_is_read_again(store: Store, product: Product) -> None:
    work, _, key = studio(store, product, jpeg())
    renaming = UpdateProductInput(product.id, title="Brass Lantern")
    in_between(store, lambda: call(update_product, renaming, context(ADMIN, store)))
    work.show(key)

    found = shown(store, product)
    assert (found.title, len(found.pictures)) == ("Brass Lantern", 3)


def test_a_product_that_keeps_changing_is_left_for_later(
    store: Store, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, bucket, key = studio(store, product, jpeg())
    monkeypatch.setattr(picturing, "write_product", lambda *_: ("changed",))
    with pytest.raises(ProductBusyError):
        work.show(key)

    assert key in bucket.objects


def test_a_product_keeps_its_picture_through_other_changes_and_search_shows_it(
    store: Store, product: Product
) -> None:
    work, _, key = studio(store, product, jpeg())
    work.show(key)
    call(update_product, UpdateProductInput(product.id, title="Brass Lantern"), context(ADMIN, store))

    (found,) = products(context(GUEST, store), filter=ProductsFilter(search="brass")).nodes
    assert len(shown(store, product).pictures) == len(found.pictures) == 3


def test_a_message_that_fails_comes_again_and_the_others_are_done(store: Store, product: Product) -> None:
    work, bucket, key = studio(store, product, jpeg())
    answer = make_pictures({"Records": [message("1", {}), message("2", {"object": {"key": key}})]}, work)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert (len(shown(store, product).pictures), key in bucket.objects) == (3, False)


def message(identifier: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"messageId": identifier, "body": json.dumps({"source": "aws.s3", "detail": detail})}


@pytest.mark.parametrize(
    "key", ["pictures/prd_x/one/small.webp", "uploads/", "uploads/prd_x", "uploads/a/b/c", "uploads/prd_x/"]
)
def test_keys_that_are_no_uploads_are_left_alone(store: Store, key: str) -> None:
    bucket = Bucket()
    bucket.put(key, jpeg())
    Studio(store, bucket, "pictures").show(key)

    assert bucket.objects == {key: jpeg()}
