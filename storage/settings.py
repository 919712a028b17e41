"""What a function reads from its environment, once, typed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from domain.values import value
from storage.store import Store
from storage.uploads import Uploads, storage_client

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
else:
    DynamoDBClient = Any

DYNAMODB_CONFIG = Config(
    retries={"total_max_attempts": 1},  # the one retry layer is storage.transact
    connect_timeout=0.5,
    read_timeout=2,
    tcp_keepalive=True,
    max_pool_connections=50,
)


class SettingsError(Exception):
    """A variable that a function needs is missing."""


@value
class Settings:
    """The environment of a function. `secret_id` names the secret that keys ids; it is read at the first request.

    `pictures_bucket` takes uploads (empty: none are taken), `pictures_url` is where its pictures are shown.
    `payment_secret_id` names the secret of a real payment provider, `confirm_url` is the test provider's page.
    """

    stage: str
    region: str
    orders_table: str
    catalog_table: str
    customer_issuer: str
    staff_issuer: str
    secret_id: str
    work_shards: int
    pictures_url: str = ""
    pictures_bucket: str = ""
    payment_secret_id: str = ""
    confirm_url: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the variables. Raises SettingsError naming all that are missing."""
        needed = ("ORDERS_TABLE", "CATALOG_TABLE", "CUSTOMER_ISSUER", "STAFF_ISSUER", "SECRET_ID")
        missing = [name for name in needed if not environment.get(name)]
        if missing:
            raise SettingsError(f"missing in the environment: {', '.join(missing)}")
        return cls(
            stage=environment.get("STAGE", "dev"),
            region=environment.get("AWS_REGION", "eu-west-1"),
            orders_table=environment["ORDERS_TABLE"],
            catalog_table=environment["CATALOG_TABLE"],
            customer_issuer=environment["CUSTOMER_ISSUER"],
            staff_issuer=environment["STAFF_ISSUER"],
            secret_id=environment["SECRET_ID"],
            work_shards=int(environment.get("WORK_SHARDS", "1")),
            pictures_url=environment.get("PICTURES_URL", ""),
            pictures_bucket=environment.get("PICTURES_BUCKET", ""),
            payment_secret_id=environment.get("PAYMENT_SECRET_ID", ""),
            confirm_url=environment.get("PAYMENT_CONFIRM_URL", ""),
        )


def open_store(settings: Settings, client: DynamoDBClient, warehouse: str) -> Store:
    """The store of these settings."""
    return Store(
        client, settings.orders_table, settings.catalog_table, warehouse, shards=settings.work_shards
    )


def dynamodb(settings: Settings) -> DynamoDBClient:
    """A DynamoDB client; its endpoint comes from `AWS_ENDPOINT_URL` where that is set."""
    return boto3.client("dynamodb", region_name=settings.region, config=DYNAMODB_CONFIG)


def open_uploads(settings: Settings) -> Uploads:
    """The place for uploads of these settings."""
    return Uploads(storage_client(settings.region), settings.pictures_bucket)


def open_tables(environment: Mapping[str, str], warehouse: str) -> Store:
    """The store of a function that needs the tables alone."""
    region = environment.get("AWS_REGION", "eu-west-1")
    client = boto3.client("dynamodb", region_name=region, config=DYNAMODB_CONFIG)
    shards = int(environment.get("WORK_SHARDS", "1"))
    return Store(client, environment["ORDERS_TABLE"], environment["CATALOG_TABLE"], warehouse, shards=shards)


def read_secret(settings: Settings) -> bytes:
    """The server secret. Read after start, so that no snapshot of a function holds it."""
    return _secret(settings, settings.secret_id).encode()


def read_payment_secret(settings: Settings) -> str:
    """What a real payment provider is called with. Raises SettingsError where the stage names none."""
    if not settings.payment_secret_id:
        raise SettingsError("missing in the environment: PAYMENT_SECRET_ID (docs/payments.md)")
    return _secret(settings, settings.payment_secret_id)


def _secret(settings: Settings, secret_id: str) -> str:
    client = boto3.client("secretsmanager", region_name=settings.region)
    return client.get_secret_value(SecretId=secret_id)["SecretString"]
