"""The capacity table: reading it between the sizes that were measured, and whether it is of today's code."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.capacity import as_toml, drift, measure
from infra.cost.capacity import read_capacity
from tests.cost.tables import SMALL


def test_a_size_that_was_measured_is_as_measured() -> None:
    assert SMALL.of("put", 5) == {"table": 18, "read": 6}


def test_a_size_between_two_lies_on_the_line_between_them() -> None:
    assert SMALL.of("put", 3) == {"table": 14, "read": 4}


def test_beyond_the_largest_the_last_line_goes_on() -> None:
    assert SMALL.of("put", 35) == {"table": 78, "read": 36}


def test_a_request_without_lines_is_the_same_for_every_size() -> None:
    assert SMALL.of("list", 1) == SMALL.of("list", 20) == {"read": 1}


def test_a_request_that_was_not_measured_is_refused() -> None:
    with pytest.raises(KeyError, match="fly"):
        SMALL.of("fly", 1)


@given(st.integers(1, 89))
def test_more_lines_never_store_less(lines: int) -> None:
    assert SMALL.stored(lines) < SMALL.stored(lines + 1)


def test_the_committed_table_is_what_the_meter_says_today() -> None:
    """`python -m bench.capacity --write` renews it."""
    assert list(drift(read_capacity(), measure())) == []


def test_a_unit_more_is_a_drift() -> None:
    dearer = SMALL.usage | {"list": {"read": 2}}

    found = list(drift(SMALL, type(SMALL)(SMALL.measured + timedelta(days=1), dearer, SMALL.stored_bytes)))

    assert found == ["list: read was 1 and is 2"]


def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("table") / "capacity.toml"
    file.write_text(as_toml(SMALL))

    assert read_capacity(file) == SMALL
