"""Leaks are planted, one for each way out, and the canaries tell of each: silence from them would prove nothing else."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from json import dumps
from typing import Any
from urllib.parse import quote_plus

import pytest

from consumers import bus, publisher, start_workflow, told, watch_stock
from consumers.workflow import Workflow
from domain.refusals import Refused, invalid
from resolvers import commanding
from tests.authorisation.rules import RULES
from tests.authorisation.shop import shop_at
from tests.canary import test_canary_fields, test_canary_tables
from tests.canary.aviary import populate
from tests.canary.birds import BIRDS, found
from tests.canary.test_canary_consumers import leaks
from tests.crashing.rows import rows
from tests.shopkeeping import fake
from wiring import dispatch, logs, metrics

Patch = pytest.MonkeyPatch
NAME = BIRDS["name"]


def a_log_entry(patch: Patch) -> None:
    patch.setattr(dispatch, "log", lambda message, *_, **fields: logs.log(f"{message} {NAME}", **fields))


def a_metric(patch: Patch) -> None:
    put = metrics.Meter.put
    patch.setattr(metrics.Meter, "put", lambda self, name, value, **_: put(self, name, value, Code=NAME))


def an_error(patch: Patch) -> None:
    patch.setattr(dispatch, "typed", lambda refused: ValueError(f"{refused} {NAME}"))
    patch.setattr(dispatch.Observed, "_bug", lambda *_: None)
    patch.setattr(dispatch, "InternalError", lambda _: RuntimeError(NAME))


def a_refusal(patch: Patch) -> None:
    def telling(*_: Any, **__: Any) -> None:
        raise Refused(invalid(f"{NAME} may not.", "input"))

    patch.setattr(commanding, "load_order", telling)


FIELDS: list[tuple[Callable[[Patch], None], str]] = [
    (a_log_entry, "entries"), (a_metric, "metrics"), (an_error, "errors"), (a_refusal, "userErrors"),
]  # fmt: skip


@pytest.mark.parametrize(("leak", "way"), FIELDS)
def test_a_leak_of_a_field_is_told(leak: Callable[[Patch], None], way: str, monkeypatch: Patch) -> None:
    leak(monkeypatch)
    assert f"{way}: name" in said("Mutation.confirmOrder") + said("Query.refundPreview") + refused(
        "Query.order"
    )


def said(key: str) -> list[str]:
    """What the field tells of birds, whoever asks."""
    shop = shop_at(RULES[key].stage).copy()
    cases = test_canary_fields.cases(key, RULES[key], shop)
    return [
        each for caller, given in cases for each in test_canary_fields.told(*asked(shop, caller, key, given))
    ]


def refused(key: str) -> list[str]:
    """What the field tells where its table refuses."""
    shop = shop_at(RULES[key].stage).copy()

    def refuse(*_: object) -> None:
        raise OSError("gone")

    fake(shop.store).before(refuse)
    cases = test_canary_fields.cases(key, RULES[key], shop)
    return [
        each for caller, given in cases for each in test_canary_fields.told(*asked(shop, caller, key, given))
    ]


asked = test_canary_fields.heard_of


def on_the_bus(patch: Patch) -> None:
    detail = bus.detail
    for module in ("consumers.relay.detail", "consumers.bus.detail"):
        patch.setattr(module, lambda fields, trace: detail({**fields, "by": NAME}, trace))


def in_a_publication(patch: Patch) -> None:
    publish = publisher.Publisher.publish
    patch.setattr(
        publisher.Publisher,
        "publish",
        lambda self, document, variables, trace=None: publish(
            self, document, {**variables, "by": NAME}, trace
        ),
    )


def in_a_queue(patch: Patch) -> None:
    fields = told._fields
    patch.setattr(told, "_fields", lambda event: {**fields(event), "by": NAME})


def to_the_topic(patch: Patch) -> None:
    patch.setattr(watch_stock, "text", lambda _: f"Ask {NAME}")


def in_an_execution(patch: Patch) -> None:
    def start(self: Workflow, order_id: str) -> bool:
        self.client.inputs.append(f"{order_id} {NAME}")
        return True

    patch.setattr(start_workflow.Workflow, "start", start)


def in_a_step(patch: Patch) -> None:
    real = Workflow.succeed

    def succeed(self: Workflow, token: str, outcome: Any) -> bool:
        self.client.inputs.append(NAME)
        return real(self, token, outcome)

    patch.setattr(Workflow, "succeed", succeed)


CONSUMERS: list[tuple[str, Callable[[Patch], None], str]] = [
    ("relay", on_the_bus, "bus"),
    ("push_status", in_a_publication, "publications"),
    ("receive_webhook", in_a_queue, "queue"),
    ("watch_stock", to_the_topic, "topic"),
    ("start_workflow", in_an_execution, "executions"),
    ("end_wait", in_a_step, "executions"),
]


@pytest.mark.parametrize(("consumer", "leak", "way"), CONSUMERS)
def test_a_leak_of_a_consumer_is_told(
    consumer: str, leak: Callable[[Patch], None], way: str, monkeypatch: Patch
) -> None:
    populate(monkeypatch)
    leak(monkeypatch)
    row = next(each for each in rows() if each.consumer == consumer)
    assert f"{way}: name" in leaks(row)


def test_a_leak_into_the_log_of_an_order_is_told_by_stream_and_table(monkeypatch: Patch) -> None:
    populate(monkeypatch)
    row = next(each for each in rows() if each.consumer == "relay")
    world, event = row.begin()
    spoilt = {**event, "Records": [{**event["Records"][0], "by": NAME}]}
    leaky = replace(row, begin=lambda: (world, spoilt))
    item = {"PK": {"S": "O#1"}, "SK": {"S": "Z#1"}, "by": {"S": NAME}}

    assert "event: name" in leaks(leaky)
    assert test_canary_tables.places([item]) == {("O# Z", "by")}


@pytest.mark.parametrize("spelt", ["{}", "x{}y", "{!r}"])
def test_a_bird_is_found_in_every_spelling(spelt: str) -> None:
    for name, value in BIRDS.items():
        raw = value.encode()
        for form in (
            value, value.upper(), dumps(value)[1:-1], quote_plus(value), b64encode(raw).decode(),
            urlsafe_b64encode(raw).decode(), sha256(raw).hexdigest(),
        ):  # fmt: skip
            assert name in found(spelt.format(form)), (name, form)
