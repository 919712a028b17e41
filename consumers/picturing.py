"""From an upload to the product that shows it. Run twice on one upload, it has one effect.

Pictures' keys are made from the upload's bytes, so the same picture is put to the same place. The product keeps the mark
of the upload that it shows, and takes no older one. The upload is deleted last: whoever dies before is followed by a
redelivery.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from consumers.pictures import NotAPictureError, Picture, sized
from domain.pictures import MAX_BYTES, ProductPicture
from domain.values import value
from storage import keys
from storage.catalog_reads import load_product
from storage.catalog_writes import write_product
from storage.settings import open_tables
from storage.store import Store
from storage.uploads import PICTURES, product_of, storage_client
from wiring.logs import log
from wiring.metrics import Meter

MAX_TRIES = 5
FOREVER = "public, max-age=31536000, immutable"
"""A picture's key names its content, so whoever has it need not ask again."""
GONE, CHANGED = frozenset({"NoSuchKey", "404"}), frozenset({"PreconditionFailed", "412"})


class ProductBusyError(Exception):
    """The product kept changing: the message is to come again."""


@value
class Upload:
    """What somebody put: its bytes, and what tells it from whatever may be put in its place."""

    key: str
    product_id: str
    data: bytes
    etag: str
    arrived: datetime

    @property
    def mark(self) -> str:
        """Greater for what arrived later; within a second, for what was asked for later."""
        return f"{keys.moment(self.arrived)} {self.key.rpartition('/')[2]}"


@value
class Studio:
    """The bucket with uploads and pictures, and the catalogue that shows them."""

    store: Store
    client: Any
    bucket: str
    meter: Meter = Meter()

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Studio":
        """The studio of a function's environment."""
        client = storage_client(environment.get("AWS_REGION", "eu-west-1"))
        store = open_tables(environment, "")  # the catalogue alone: of no warehouse
        return cls(store, client, environment["PICTURES_BUCKET"], Meter.open(environment))

    def show(self, key: str) -> None:
        """Make the sizes of an upload and show them with its product. What is no picture is deleted, told and counted.

        Raises ProductBusyError, Refused as storage does, and what boto3 raises: then the message is to come again.
        """
        product_id = product_of(key)
        upload = self._read(key, product_id) if product_id else None
        if upload is None:
            return  # nobody's, or a message that came again after its work was done
        try:
            pictures = sized(upload.data)
        except NotAPictureError as error:
            log("picture refused", logging.WARNING, product_id=upload.product_id, error=str(error))
            self.meter.put("PicturesRefused", 1)
        else:
            self._tell(upload, self._put_up(upload, pictures))
        self._take_away(upload)

    def _read(self, key: str, product_id: str) -> Upload | None:
        """The upload; None where there is none. Hardly more than it may have, whoever put it there."""
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=key, Range=f"bytes=0-{MAX_BYTES}")
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise
        return Upload(key, product_id, answer["Body"].read(), answer["ETag"], answer["LastModified"])

    def _put_up(self, upload: Upload, pictures: tuple[Picture, ...]) -> tuple[ProductPicture, ...]:
        digest = hashlib.sha256(upload.data).hexdigest()[:20]
        shown = []
        for each in pictures:
            key = f"{PICTURES}{upload.product_id}/{digest}/{each.size.value.lower()}.webp"
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=each.data, ContentType="image/webp", CacheControl=FOREVER
            )
            shown.append(ProductPicture(each.size, key, each.width, each.height))
        return tuple(shown)

    def _tell(self, upload: Upload, shown: tuple[ProductPicture, ...]) -> None:
        """Show them, unless the product is gone or shows a later upload by now."""
        for _ in range(MAX_TRIES):
            stored = load_product(self.store, upload.product_id, strong=True)
            if stored is None or stored.product.picture_mark >= upload.mark:
                return
            before = stored.product
            after = replace(before, pictures=shown, picture_mark=upload.mark, version=before.version + 1)
            if not write_product(self.store, before, after, stored.payload_hash):
                log("picture shown", product_id=upload.product_id)
                self.meter.put("PicturesShown", 1)
                return
        raise ProductBusyError

    def _take_away(self, upload: Upload) -> None:
        """Delete the upload, unless another was put in its place: that one has a message of its own."""
        try:
            self.client.delete_object(Bucket=self.bucket, Key=upload.key, IfMatch=upload.etag)
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE | CHANGED:
                raise
