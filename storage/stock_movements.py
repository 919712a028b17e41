"""Movements of a SKU's stock: those made by hand (written with the change itself) and those that orders made, after it."""

from datetime import datetime

from domain.stock import ORDER, StockMovement
from domain.values import value
from storage import keys
from storage.attributes import Item, from_attributes, to_attributes
from storage.reading import read
from storage.store import Store


@value
class MovementPage:
    """Movements of one SKU, newest first, each with its place in the list."""

    movements: tuple[StockMovement, ...]
    positions: tuple[str, ...]
    more: bool


def list_movements(store: Store, sku: str, first: int, after: str | None) -> MovementPage:
    """A page of a SKU's movements. What orders moved comes a moment after the change."""
    start = {"ExclusiveStartKey": to_attributes(keys.movements(sku) | {"SK": after})} if after else {}
    answer = read(
        store,
        store.client.query,
        TableName=store.catalog,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues=to_attributes({":pk": keys.movements(sku)["PK"]}),
        ScanIndexForward=False,
        Limit=first,
        **start,  # type: ignore[arg-type]
    )
    items = [from_attributes(item) for item in answer["Items"]]
    return MovementPage(
        tuple(_read(sku, item) for item in items),
        tuple(item["SK"] for item in items),
        "LastEvaluatedKey" in answer,
    )


def note_movement(store: Store, movement: StockMovement, identifier: str) -> None:
    """Note what an order moved. Noted twice under one identifier, it is there once."""
    noted: Item = {
        "delta": movement.delta,
        "reserved": movement.reserved,
        "reason": movement.reason,
        "orderId": movement.order_id,
    }
    read(  # so it may be repeated like a read
        store,
        store.client.update_item,
        TableName=store.catalog,
        Key=to_attributes(keys.movement(movement.sku, keys.moment(movement.at), identifier)),
        UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in noted),
        ExpressionAttributeValues=to_attributes({f":{name}": each for name, each in noted.items()}),
    )


def _read(sku: str, item: Item) -> StockMovement:
    reason = item["reason"]
    return StockMovement(
        sku=sku,
        at=datetime.fromisoformat(str(item["SK"]).partition("#")[0]),
        reason=reason,
        delta=item["delta"],
        reserved=item.get("reserved", 0),
        on_hand=None if reason == ORDER else item["onHand"],
        order_id=item.get("orderId"),
        actor_id=item.get("actorId"),
    )
