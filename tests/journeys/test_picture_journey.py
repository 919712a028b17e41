"""A picture's way on the laptop: a form, a file posted to it as a browser does, and the product that shows three sizes."""

import io
import json
import time
from typing import Any

import httpx
import pytest
from PIL import Image

from local.aws.buckets import BUCKET
from local.aws.clients import make_client
from local.laptop import Laptop
from tests.journeys.caller import Caller

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.xdist_group("laptop")]

CATALOG = "catalog@shop.example"
CREATE = """mutation ($title: String!, $sku: String!) { createProduct(input: {title: $title, category: "Gifts",
  published: true, variants: [{sku: $sku, price: {amount: "1.00", currency: "GBP"}}]}) {
  product { id pictures { url } } userErrors { message } } }"""
UPLOAD = """mutation ($id: ID!, $type: ImageType!) { createImageUpload(input: {productId: $id, type: $type}) {
  upload { url fields { name value } expiresAt maximumBytes } userErrors { __typename code message } } }"""
SHOWN = "query ($id: ID!) { product(id: $id) { pictures { size url width height } } }"


def photo(colour: str = "teal") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (2_000, 1_500), colour).save(written, "JPEG")
    return written.getvalue()


@pytest.fixture
def lantern(shop: Caller) -> str:
    sku = f"PICTURED-{time.monotonic_ns()}"
    made = shop.ask(CATALOG, CREATE, title=f"Lantern {sku}", sku=sku)["data"]["createProduct"]["product"]
    assert made["pictures"] == []
    return str(made["id"])


def form(shop: Caller, product: str, kind: str = "JPEG") -> dict[str, Any]:
    found = shop.ask(CATALOG, UPLOAD, id=product, type=kind)["data"]["createImageUpload"]
    assert found["userErrors"] == []
    upload: dict[str, Any] = found["upload"]
    return upload


def post(upload: dict[str, Any], file: bytes, **changed: str) -> httpx.Response:
    """As a browser's form does: the fields, then the file; from a page of another origin."""
    fields = {each["name"]: each["value"] for each in upload["fields"]} | changed
    with httpx.Client(trust_env=False) as browser:
        return browser.post(
            upload["url"],
            data=fields,
            files={"file": ("lantern.jpg", file)},
            headers={"Origin": "https://shop.example"},
        )


def pictures(shop: Caller, product: str) -> list[dict[str, Any]]:
    shop.laptop.delivery.drain()
    found: list[dict[str, Any]] = shop.ask(CATALOG, SHOWN, id=product)["data"]["product"]["pictures"]
    return found


def test_a_product_shows_what_was_posted_in_three_sizes(shop: Caller, lantern: str) -> None:
    upload = form(shop, lantern)
    posted = post(upload, photo())
    assert (posted.status_code, posted.headers["access-control-allow-origin"]) == (204, "*")

    shown = pictures(shop, lantern)
    assert [(each["size"], each["width"], each["height"]) for each in shown] == [
        ("SMALL", 240, 180), ("MEDIUM", 800, 600), ("LARGE", 1_600, 1_200),
    ]  # fmt: skip
    with httpx.Client(trust_env=False) as browser:
        for each in shown:
            loaded = browser.get(each["url"])
            assert loaded.headers["content-type"] == "image/webp"
            assert "immutable" in loaded.headers["cache-control"]
            assert Image.open(io.BytesIO(loaded.content)).size == (each["width"], each["height"])


def test_a_form_takes_nothing_but_what_it_is_for(shop: Caller, lantern: str) -> None:
    upload = form(shop, lantern)
    too_large = b"x" * (upload["maximumBytes"] + 1)
    refused = [
        post(upload, photo(), key=f"uploads/{lantern}/another"),
        post(upload, photo(), **{"Content-Type": "text/html"}),
        post(upload, too_large),
        post(upload, b""),
    ]

    assert [each.status_code for each in refused] == [403, 403, 400, 400]
    assert pictures(shop, lantern) == []


def test_a_damaged_file_leaves_the_picture_that_was_there(
    shop: Caller, running: Laptop, lantern: str
) -> None:
    post(form(shop, lantern), photo())
    before = pictures(shop, lantern)
    post(form(shop, lantern), photo()[:5_000])

    assert pictures(shop, lantern) == before != []
    left = make_client("s3", running.engine.endpoint).list_objects_v2(Bucket=BUCKET, Prefix="uploads/")
    assert left.get("KeyCount", 0) == 0


def test_a_message_that_comes_twice_changes_nothing(shop: Caller, running: Laptop, lantern: str) -> None:
    post(form(shop, lantern), photo())
    before = pictures(shop, lantern)
    again = {"detail": {"object": {"key": f"uploads/{lantern}/gone"}}}
    sqs = make_client("sqs", running.engine.endpoint)
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName="make-pictures")["QueueUrl"], MessageBody=json.dumps(again)
    )

    assert pictures(shop, lantern) == before


def test_another_group_of_staff_gets_no_form(shop: Caller, lantern: str) -> None:
    answer = shop.ask("support@shop.example", UPLOAD, id=lantern, type="JPEG")
    assert answer["errors"][0]["errorType"] == "Unauthorized"
