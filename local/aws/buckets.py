"""The bucket of pictures in the embedded AWS: what the template makes, made here where it is missing."""

from typing import Any

from botocore.exceptions import ClientError

from local.aws.clients import REGION

BUCKET = "orderbell-pictures"


def ensure_bucket(s3: Any) -> None:
    """Make the bucket, and have it tell what is put into it."""
    try:
        s3.head_bucket(Bucket=BUCKET)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )


def pictures_url(endpoint: str) -> str:
    """Where the bucket's files are loaded: the engine asks nobody who they are, and lets every page load them."""
    return f"{endpoint}/{BUCKET}"
