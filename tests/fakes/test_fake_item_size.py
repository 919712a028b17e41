"""The rule for the size of an item, value by value. Source: "DynamoDB item sizes and formats"."""

from typing import Any

import pytest

from tests.fakes.capacity import item_size, units, value_size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "é☂"}, 5),
        ({"B": b"123"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"N": "0"}, 1),
        ({"N": "1"}, 2),
        ({"N": "12"}, 2),
        ({"N": "123"}, 3),
        ({"N": "-123"}, 4),
        ({"N": "1000"}, 2),
        ({"N": "0.05"}, 2),
        ({"N": "12345678901234567890123456789012345678"}, 20),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["1", "200"]}, 4),
        ({"L": []}, 3),
        ({"L": [{"N": "1"}, {"S": "a"}]}, 8),
        ({"M": {}}, 3),
        ({"M": {"a": {"S": "b"}}}, 6),
    ],
)
def test_the_size_of_a_value(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


def test_an_item_counts_its_names_in_utf_8() -> None:
    assert item_size({"PK": {"S": "O#1"}, "größe": {"BOOL": True}}) == 2 + 3 + 7 + 1


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 1), (1024, 1), (1025, 2)])
def test_a_unit_begun_is_a_unit_paid(size: int, count: int) -> None:
    assert units(size, 1024) == count
