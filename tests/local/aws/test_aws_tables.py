"""The declared tables, as the embedded AWS shows them."""

import pytest

from local.aws.clients import make_client
from local.aws.tables import TableMismatchError, ensure_tables
from storage.tables import ORDERS, TABLES, Table

pytestmark = pytest.mark.engine


@pytest.fixture
def client(engine):
    return make_client("dynamodb", engine.endpoint)


def test_every_declared_table_is_created_under_the_prefix(client, table_prefix):
    names = ensure_tables(client, table_prefix)
    assert names == tuple(table_prefix + table.name for table in TABLES)
    assert {client.describe_table(TableName=name)["Table"]["TableStatus"] for name in names} == {"ACTIVE"}


def test_creating_them_again_keeps_their_items(client, table_prefix):
    orders, _ = ensure_tables(client, table_prefix)
    client.put_item(TableName=orders, Item={"PK": {"S": "O#1"}, "SK": {"S": "A"}})
    ensure_tables(client, table_prefix)
    assert client.scan(TableName=orders)["Count"] == 1


def test_an_index_projects_the_list_card_alone(client, table_prefix):
    (name,) = ensure_tables(client, table_prefix, [ORDERS])
    indexes = client.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"]
    projections = {index["IndexName"]: index["Projection"] for index in indexes}
    assert set(projections["by-owner"]["NonKeyAttributes"]) == set(ORDERS.indexes[0].projects)


def test_a_table_streams_both_images_and_expires_by_its_ttl(client, table_prefix):
    (name,) = ensure_tables(client, table_prefix, [ORDERS])
    stream = client.describe_table(TableName=name)["Table"]["StreamSpecification"]
    expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert stream == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", ORDERS.ttl)


def test_a_table_of_another_version_is_refused(client, table_prefix):
    ensure_tables(client, table_prefix, [ORDERS])
    with pytest.raises(TableMismatchError, match="orderbell reset"):
        ensure_tables(client, table_prefix, [Table("orders", ORDERS.indexes[:1])])
