"""Where pictures are uploaded: forms that S3 takes for one key, of one kind, within a size and a time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from domain.pictures import MAX_BYTES
from domain.values import value
from storage import keys

UPLOADS, PICTURES = "uploads/", "pictures/"
"""The two folders of the bucket: what came in, and what is shown."""
LASTS = timedelta(minutes=15)

CONFIG = Config(
    signature_version="s3v4",
    # One address of the region: the global one redirects a new bucket's requests, and a form cannot be redirected.
    s3={"addressing_style": "virtual"},
    retries={"total_max_attempts": 3, "mode": "standard"},
    connect_timeout=0.5,
    read_timeout=10,
)


@value
class UploadForm:
    """What a browser posts before the file: where to, the fields in their order, and until when it is taken."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


@value
class Uploads:
    """A bucket and the S3 client that signs for it (by version 4, which alone can bound a form)."""

    client: Any
    bucket: str

    def form(self, key: str, content_type: str, now: datetime) -> UploadForm:
        """A form for an upload under this key. Signing is done here: nothing is asked of S3.

        https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
        """
        made = self.client.generate_presigned_post(
            self.bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, MAX_BYTES]],
            ExpiresIn=int(LASTS.total_seconds()),
        )
        return UploadForm(made["url"], made["fields"], now + LASTS)


def storage_client(region: str) -> Any:
    """An S3 client as forms and pictures need it; its endpoint comes from `AWS_ENDPOINT_URL` where that is set."""
    return boto3.client("s3", region_name=region, config=CONFIG)


def upload_key(product_id: str, now: datetime, token: str) -> str:
    """Where one upload for a product is put: forms that were asked for later have greater keys."""
    return f"{UPLOADS}{product_id}/{keys.moment(now)}-{token}"


def product_of(key: str) -> str | None:
    """The product that an upload is for; None for a key that is no upload's."""
    parts = key.removeprefix(UPLOADS).split("/")
    return parts[0] if key.startswith(UPLOADS) and len(parts) == 2 and all(parts) else None
