"""The id that follows a request."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiring.logs import log
from wiring.tracing import CLEAN, Trace, current, following, new_trace, trace_of

ROOT = "1-67891233-abcdef012345678912345678"
LAMBDA = {"_X_AMZN_TRACE_ID": f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"}


@pytest.mark.parametrize(
    ("headers", "environment", "expected"),
    [
        ({"x-amzn-trace-id": f"Root={ROOT}"}, {}, Trace(ROOT)),
        ({"x-amzn-trace-id": f"Self=1-2-3;Root={ROOT}"}, LAMBDA, Trace(ROOT, sampled=True)),
        (None, LAMBDA, Trace(ROOT, sampled=True)),
        ({"x-correlation-id": "shop-front-7"}, {}, Trace("shop-front-7")),
    ],
)
def test_a_trace_is_x_rays_or_else_the_clients(
    headers: dict[str, str] | None, environment: dict[str, str], expected: Trace
) -> None:
    assert trace_of(headers, environment) == expected


@given(st.text(max_size=200))
def test_whatever_a_client_sends_the_id_is_clean(sent: str) -> None:
    found = trace_of({"x-correlation-id": sent, "x-amzn-trace-id": sent}, {})

    assert CLEAN.fullmatch(found.id)


def test_without_any_there_is_a_new_one_each_time() -> None:
    assert trace_of({}, {}) != trace_of({}, {})


@pytest.mark.parametrize("trace", [Trace(ROOT), Trace(ROOT, sampled=True), new_trace()])
def test_a_log_entry_gives_it_back(trace: Trace) -> None:
    assert Trace.read(trace.text) == trace


def test_x_ray_is_told_only_where_it_follows() -> None:
    assert Trace(ROOT).headers() == {"x-correlation-id": ROOT}
    assert Trace(ROOT, sampled=True).headers()["x-amzn-trace-id"] == f"Root={ROOT};Sampled=1"


def test_log_lines_bear_the_current_id(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "orderbell"), following(Trace(ROOT)):
        log("pushed", order_id="ord_a")

    assert json.loads(caplog.records[0].getMessage())["correlation_id"] == ROOT


def test_after_the_block_there_is_none() -> None:
    with following(Trace(ROOT)):
        pass

    assert current() is None
