"""Portable cases of publication: what a mutation gives to which subscribers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.conformance.target import Target
from tests.conformance.wire import Wire

ON_STATUS = "subscription { onStatus { id status } }"
END = "end-of-test"
"""The id of the order whose event comes last."""


def set_status(selection: str = "id status", id_: str = "1", status: str = "PAID") -> str:
    """A mutation that publishes."""
    return f'mutation {{ setStatus(id: "{id_}", status: {status}) {{ {selection} }} }}'


@asynccontextmanager
async def subscribed(
    api: Target, query: str, headers: dict[str, str] | None = None, **variables: Any
) -> AsyncIterator[Wire]:
    """A connection that hears one subscription."""
    async with api.connected() as wire:
        frame = await (await wire.ready()).started("s1", query, headers, **variables)
        assert frame == {"id": "s1", "type": "start_ack"}
        yield wire


async def heard(api: Target, query: str, *mutations: str, **variables: Any) -> list[dict[str, Any]]:
    """The payloads that a subscriber gets of some mutations: all before that of a last one, which another subscription hears."""
    async with subscribed(api, query, **variables) as wire:
        await wire.started("end", f'subscription {{ onStatus(id: "{END}") {{ id }} }}')
        for mutation in mutations:
            await asyncio.to_thread(api.ask, mutation)
        await asyncio.to_thread(api.ask, set_status("id status", END))
        frames: list[dict[str, Any]] = []
        while (frame := await wire.next())["id"] != "end":
            frames.append(frame["payload"])
        return [each for each in frames if END not in str(each)]


async def test_cases_125_127_what_was_not_selected_is_null_and_keys_are_the_subscribers(api: Target) -> None:
    frames = await heard(api, "subscription { s: onStatus { i: id status note } }", set_status())
    assert frames == [{"data": {"s": {"i": "1", "status": "PAID", "note": None}}}]


async def test_case_126_a_field_that_must_be_there_and_was_not_selected(api: Target) -> None:
    (frame,) = await heard(api, ON_STATUS, set_status("id"))
    assert frame["data"] == {"onStatus": None}
    message = "Cannot return null for non-nullable type: 'Status' within parent 'Order' (/onStatus/status)"
    assert frame["errors"][0]["message"] == message


async def test_cases_128_138_every_listed_mutation_reaches_every_mode(signer: Target, token: str) -> None:
    user = signer.callers.by_authorization(token)
    async with subscribed(signer, ON_STATUS) as keyed, subscribed(signer, ON_STATUS, user) as pooled:
        publish = 'mutation { publishStatus(id: "7", status: NEW) { id status } }'
        for change in (signer.ask, signer.ask_signed):
            await asyncio.to_thread(change, set_status() if change == signer.ask else publish)
            frames = [(await wire.next())["payload"] for wire in (keyed, pooled)]
            assert frames[0] == frames[1]
    assert frames[0]["data"]["onStatus"] == {"id": "7", "status": "NEW"}


async def test_case_129_a_mutation_that_is_not_listed_triggers_nothing(api: Target) -> None:
    assert await heard(api, ON_STATUS, "mutation { createOrder(input: {}) { id status } }") == []


@pytest.mark.parametrize(
    ("arguments", "mutation", "count"),
    [
        pytest.param('(id: "1")', set_status(id_="2"), 0, id="case_130_other"),
        pytest.param('(id: "1")', set_status(), 1, id="case_130_same"),
        pytest.param('(id: "1", status: PAID)', set_status(), 1, id="case_131_both"),
        pytest.param('(id: "1", status: PAID)', set_status(status="NEW"), 0, id="case_131_one"),
        pytest.param('(id: "1")', set_status("status"), 0, id="case_132"),
        pytest.param("", set_status(id_="2"), 1, id="case_133"),
        pytest.param("(status: null)", set_status(), 0, id="case_134_value"),
        pytest.param("(status: null)", set_status("id"), 1, id="case_134_absent"),
    ],
)
async def test_arguments_filter(api: Target, arguments: str, mutation: str, count: int) -> None:
    assert len(await heard(api, f"subscription {{ onStatus{arguments} {{ id }} }}", mutation)) == count


async def test_case_136_an_error_publishes_nothing(api: Target) -> None:
    assert await heard(api, ON_STATUS, set_status(id_="raises")) == []


async def test_case_139_a_denied_mutation_publishes_nothing(api: Target) -> None:
    denied = 'mutation { publishStatus(id: "7", status: NEW) { id status } }'
    assert await heard(api, ON_STATUS, denied) == []


async def test_case_140_too_large_a_payload_is_not_delivered(api: Target) -> None:
    large = set_status("id status note", "large")
    answer = await asyncio.to_thread(api.ask, large)
    assert "errors" not in answer
    assert await heard(api, "subscription { onStatus { id note } }", large) == []


@pytest.mark.parametrize(("id_", "kind"), [("1", "start_ack"), ("raises", "error")])
async def test_case_141_a_resolver_of_a_subscription_may_refuse_it(api: Target, id_: str, kind: str) -> None:
    async with api.connected() as wire:
        query = "subscription($id: ID) { onGuarded(id: $id) { id } }"
        assert (await (await wire.ready()).started("s1", query, id=id_))["type"] == kind
