"""S3 in memory, as far as pictures go, and something to upload."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from PIL import Image

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Stopped(BaseException):
    """The function's process ended here."""


class Bucket:
    """S3 as far as the studio uses it; each object has the moment that it arrived. `steps` counts what was written."""

    def __init__(self, ends_after: int | None = None) -> None:
        self.objects: dict[str, bytes] = {}
        self.arrived: dict[str, datetime] = {}
        self.steps, self.ends_after = 0, ends_after

    def put(self, key: str, data: bytes, second: int = 0) -> str:
        self.objects[key], self.arrived[key] = data, NOON + timedelta(seconds=second)
        return key

    def get_object(self, *, Bucket: str, Key: str, Range: str) -> dict[str, Any]:  # noqa: N803
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        data = self.objects[Key][: int(Range.rpartition("-")[2]) + 1]
        return {"Body": io.BytesIO(data), "ETag": etag(data), "LastModified": self.arrived[Key]}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str, CacheControl: str) -> None:  # noqa: N803
        self.step()
        assert (ContentType, "immutable" in CacheControl) == ("image/webp", True)
        self.objects[Key] = Body

    def delete_object(self, *, Bucket: str, Key: str, IfMatch: str) -> None:  # noqa: N803
        self.step()
        if Key in self.objects and etag(self.objects[Key]) != IfMatch:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "DeleteObject")
        self.objects.pop(Key, None)

    def step(self) -> None:
        if self.steps == self.ends_after:
            raise Stopped
        self.steps += 1


def etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def jpeg(colour: str = "teal") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(written, "JPEG")
    return written.getvalue()
