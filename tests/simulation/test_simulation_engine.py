"""The same callers against the embedded AWS: what each is answered, and what is stored, is what the in-memory table has."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from local.aws.clients import make_client
from local.aws.engine import Engine
from local.aws.tables import ensure_tables
from storage.attributes import Item, from_attributes
from storage.store import Store
from tests.shopkeeping import SHOP
from tests.simulation.calls import Api, Reply, Request
from tests.simulation.faults import Faults
from tests.simulation.network import Clock
from tests.simulation.surroundings import surroundings
from tests.simulation.world import SHARDS, World, open_shop

CALLS = 150

Contents = dict[str, list[Item]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One call, when it was made, and what it was answered."""

    at: float
    request: Request
    reply: Reply


@pytest.fixture(params=[1, 2, 3])
def recorded(request: Any) -> Iterator[tuple[list[Asked], Contents]]:
    """A calm run over the in-memory table; the surroundings stay as they were for it."""
    calls: list[Asked] = []
    right = Api.carry_out

    def carry_out(api: Api, asked: Request) -> Reply:
        reply = right(api, asked)
        calls.append(Asked(api.clock.now, asked, reply))
        return reply

    with surroundings(Random(request.param)):
        world = World(request.param)
        with patch.object(Api, "carry_out", carry_out):
            while len(calls) < CALLS:
                world.step()
        stored = {
            name: [from_attributes(item) for item in world.fake.items(name)] for name in ("orders", "catalog")
        }
        yield calls, stored


@pytest.mark.engine
def test_the_embedded_aws_comes_to_the_same(
    recorded: tuple[list[Asked], Contents], engine: Engine, table_prefix: str
) -> None:
    calls, stored = recorded
    client = make_client("dynamodb", engine.endpoint)
    orders, catalog = ensure_tables(client, table_prefix)
    store = Store(client, orders, catalog, SHOP.warehouse, shards=SHARDS)
    open_shop(store)
    clock, chance = Clock(0.0), Random(0)
    api = Api(store, SHOP, clock, chance, Faults(chance, calm=True))
    for asked in calls:
        clock.now = asked.at
        assert replace(asked, reply=api.carry_out(asked.request)) == asked
    assert {"orders": everything(client, orders), "catalog": everything(client, catalog)} == stored


def everything(client: Any, table: str) -> list[Item]:
    """Every item of a table, by key."""
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    items = [from_attributes(item) for page in pages for item in page["Items"]]
    return sorted(items, key=lambda item: (item["PK"], item["SK"]))
