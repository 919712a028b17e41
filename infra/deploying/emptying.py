"""Empties a bucket, all versions of all objects: CloudFormation refuses to delete one that holds something."""

from infra.deploying.identity import Client


class NotEmptiedError(Exception):
    """Objects are left; the text names the first and why."""


def empty(client: Client, bucket: str) -> int:
    """Delete every version and delete marker, and return how many there were. Raises NotEmptiedError."""
    s3, deleted = client("s3"), 0
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        if not objects:
            continue
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        for error in answer.get("Errors", []):
            raise NotEmptiedError(f"{bucket}: {error['Key']} is left ({error['Code']})")
        deleted += len(objects)
    return deleted


def count(client: Client, bucket: str) -> int:
    """How many versions and delete markers it holds."""
    pages = client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
    return sum(len(page.get("Versions", [])) + len(page.get("DeleteMarkers", [])) for page in pages)
