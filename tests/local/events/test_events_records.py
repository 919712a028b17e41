"""Stream records in the shape that Lambda gives to a function."""

from local.events.records import from_stream, lane_of, wanted
from wiring.declarations import TableStream

ARN = "arn:aws:dynamodb:eu-west-1:000000000000:table/orders/stream/2026-01-01T00:00:00.000"


def raw(pk="O#1", sk="Z#00000001", event_name="INSERT", **image):
    keys = {"PK": {"S": pk}, "SK": {"S": sk}}
    return {
        "eventID": "e1",
        "eventName": event_name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1767225600.75,
            "Keys": keys,
            "NewImage": keys | image,
            "SequenceNumber": "000000017954647192120000000001",
            "SizeBytes": 26,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


def test_the_event_has_lambdas_members():
    event = from_stream(raw(), ARN).event
    assert set(event) == {
        "eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "eventSourceARN",
    }  # fmt: skip
    assert event["eventSourceARN"] == ARN


def test_times_are_whole_seconds_and_what_came_is_as_it_was():
    came = raw(blob={"B": "AP8="})
    event = from_stream(came, ARN).event
    assert event["dynamodb"]["ApproximateCreationDateTime"] == 1767225600
    assert event["dynamodb"]["NewImage"]["blob"] == {"B": "AP8="}
    assert came["dynamodb"]["ApproximateCreationDateTime"] == 1767225600.75


def source(**changes) -> TableStream:
    return TableStream(**({"table": "orders", "sort_key_prefix": "Z#"} | changes))


def test_the_filter_passes_the_prefix_and_event_name_alone():
    assert wanted(from_stream(raw(), ARN), source())
    assert not wanted(from_stream(raw(sk="A"), ARN), source())
    assert not wanted(from_stream(raw(event_name="MODIFY"), ARN), source())


def test_all_changes_of_one_item_share_a_lane():
    changes = [raw(), raw(event_name="MODIFY"), raw(extra={"S": "x"})]
    assert len({lane_of(from_stream(change, ARN), 10) for change in changes}) == 1


def test_items_spread_over_the_lanes():
    lanes = {lane_of(from_stream(raw(sk=f"Z#{number:08}"), ARN), 10) for number in range(200)}
    assert lanes == set(range(10))
