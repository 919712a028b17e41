"""Creates the tables of `storage.tables` in the embedded AWS, where they are missing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from storage.tables import TABLES, Index, Table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeDefinitionTypeDef,
        GlobalSecondaryIndexTypeDef,
        KeySchemaElementTypeDef,
    )


class TableMismatchError(Exception):
    """A table of that name exists, with other indexes than the declared ones."""


def ensure_tables(
    client: "DynamoDBClient", prefix: str = "", tables: Iterable[Table] = TABLES
) -> tuple[str, ...]:
    """Create each table that is missing, as `prefix` + its name; returns the full names, in the order given.

    Raises TableMismatchError when a table from an earlier version has other indexes.
    """
    return tuple(_ensure(client, prefix + table.name, table) for table in tables)


def _ensure(client: "DynamoDBClient", name: str, table: Table) -> str:
    try:
        existing = client.describe_table(TableName=name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        _create(client, name, table)
        return name
    indexes = {index["IndexName"] for index in existing.get("GlobalSecondaryIndexes", [])}
    declared = {index.name for index in table.indexes}
    if indexes != declared:
        raise TableMismatchError(
            f"Table {name} was made by another version: it has the indexes {sorted(indexes)}, "
            f"this version declares {sorted(declared)}. Run `orderbell reset` to begin anew (data is lost)."
        )
    return name


def _create(client: "DynamoDBClient", name: str, table: Table) -> None:
    client.create_table(
        TableName=name,
        KeySchema=_key("PK", "SK"),
        AttributeDefinitions=_attributes(table),
        GlobalSecondaryIndexes=[_index(index) for index in table.indexes],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": table.ttl}
    )  # fmt: skip


def _key(partition: str, sort: str) -> "list[KeySchemaElementTypeDef]":
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def _index(index: Index) -> "GlobalSecondaryIndexTypeDef":
    return {
        "IndexName": index.name,
        "KeySchema": _key(index.partition, index.sort),
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projects)},
    }


def _attributes(table: Table) -> "list[AttributeDefinitionTypeDef]":
    names = ["PK", "SK", *(key for index in table.indexes for key in (index.partition, index.sort))]
    return [{"AttributeName": name, "AttributeType": "S"} for name in dict.fromkeys(names)]
