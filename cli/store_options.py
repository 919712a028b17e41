"""Which store a command works on: the tables of this checkout's server, or those that options or the environment name."""

import argparse
import os
from collections.abc import Callable

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from cli.state import ROOT, state_dir
from domain.shop import read_shop
from domain.values import value
from local.aws.clients import make_client
from local.aws.record import read_record
from storage.store import Store
from storage.tables import CATALOG, ORDERS

HERE = "the server of this checkout"


class CannotRunError(Exception):
    """There is no store to work on; the text says what to do."""


@value
class Opened:
    """A store, and what to call it."""

    store: Store
    name: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options; without any, the store is the one of this checkout's running server."""
    environment = os.environ.get
    parser.add_argument("--orders-table", default=environment("ORDERS_TABLE"), help="default: $ORDERS_TABLE")
    parser.add_argument(
        "--catalog-table", default=environment("CATALOG_TABLE"), help="default: $CATALOG_TABLE"
    )
    parser.add_argument(
        "--endpoint", default=environment("AWS_ENDPOINT_URL"), help="of DynamoDB; default: $AWS_ENDPOINT_URL"
    )
    parser.add_argument(
        "--region", default=environment("AWS_REGION"), help="default: $AWS_REGION, then your AWS profile's"
    )
    parser.add_argument(
        "--work-shards",
        type=whole(1, 1_000),
        default=environment("WORK_SHARDS", "1"),
        help="partitions of the open-work index, as deployed; default: $WORK_SHARDS, then 1",
    )


def open_store(args: argparse.Namespace) -> Opened:
    """The store that the options name. Raises CannotRunError where they name none, or no server runs here."""
    warehouse = read_shop((ROOT / "shop.toml").read_text()).warehouse
    if not (args.orders_table or args.catalog_table or args.endpoint):
        record = read_record(state_dir())
        if record is None or record.clean:
            raise CannotRunError(
                "No server runs here: start one with `make run`, or name --orders-table and --catalog-table."
            )
        client = make_client("dynamodb", record.endpoint)
        return Opened(Store(client, ORDERS.name, CATALOG.name, warehouse, shards=args.work_shards), HERE)
    if bool(args.orders_table) != bool(args.catalog_table):
        raise CannotRunError("Name both tables: --orders-table and --catalog-table.")
    orders, catalog = args.orders_table or ORDERS.name, args.catalog_table or CATALOG.name
    config = Config(retries={"mode": "standard", "total_max_attempts": 8}, max_pool_connections=64)
    try:
        client = boto3.client("dynamodb", region_name=args.region, endpoint_url=args.endpoint, config=config)
    except (BotoCoreError, ValueError) as error:
        raise CannotRunError(f"No DynamoDB client can be made: {error}") from None
    place = args.endpoint or f"AWS, {client.meta.region_name}"
    return Opened(
        Store(client, orders, catalog, warehouse, shards=args.work_shards),
        f"{orders} and {catalog} ({place})",
    )


def whole(low: int, high: int) -> Callable[[str], int]:
    """What reads an option's whole number within bounds."""

    def read(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"takes a whole number from {low} to {high}")
        return int(text)

    return read
