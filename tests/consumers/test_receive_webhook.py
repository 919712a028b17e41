"""The webhooks' route: only what was signed by who holds the secret, about now, gets in; a yes means that it is in the queue."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from botocore.exceptions import EndpointConnectionError

from consumers.receive_webhook import Doorkeeper
from domain.lifecycle import CarrierStatus
from domain.payment_report import PaymentReport, ProviderState
from providers.choosing import webhook_secret
from providers.provider import Webhook, WebhookEvent
from providers.signatures import HEADER, LARGEST_BODY, sign
from tests.consumers.webhook_world import SERVER_SECRET, World, seen, told
from tests.providers.forging import KINDS, signed
from tests.providers.forging import NOW as FORGED_AT
from tests.shopkeeping import NOW, contents

REPORT = PaymentReport("trial_x", ProviderState.AUTHORIZED, "GBP", authorized=500)
EVENT = WebhookEvent("evt_1", "ord_x", "pay_0001", REPORT)
FORGERIES = 5_000


def secret(sender: str) -> bytes:
    return webhook_secret(SERVER_SECRET, sender)


@pytest.fixture
def world() -> World:
    return World()


def refused(world: World, provider: str, webhook: Webhook, status: int) -> None:
    """Nothing is answered but the status, nothing written, nothing sent."""
    before = contents(world.store)
    answer = world.call(provider, webhook)
    assert (answer["statusCode"], answer["body"]) == (status, "")
    assert (contents(world.store), world.line.sends) == (before, 0)


def test_a_signed_event_is_in_the_inbox_and_in_the_queue(world: World) -> None:
    world.post("test", told(EVENT))
    (message,), (entry,) = world.line.waiting, world.inbox()
    body = json.loads(message["body"])
    assert (body["format"], body["from"], body["event"]["id"]) == (1, "test", "evt_1")
    assert message["attributes"]["MessageGroupId"] == "ord_x"
    assert entry["digest"]["S"] == body["digest"]
    assert int(entry["ttl"]["N"]) == int((NOW + timedelta(days=90)).timestamp())


def test_none_of_5_000_forged_requests_gets_in_and_what_they_are_made_of_does(world: World) -> None:
    world.now = FORGED_AT  # or all of them would be refused for their time alone
    dice, before = Random(11), contents(world.store)
    bodies = {"test": told(EVENT).body, "carrier": seen(CarrierStatus.DELIVERED, 5).body}
    genuine = {name: signed(body, FORGED_AT, (secret(name),)) for name, body in bodies.items()}
    for number in range(FORGERIES):
        sender, kind = list(genuine)[number % 2], KINDS[number // 2 % len(KINDS)]
        forged = kind(genuine[sender], dice)
        answer = world.call(sender, Webhook(forged.headers, forged.body))
        assert (answer["statusCode"], answer["body"]) == (400, ""), kind.__name__
    assert (contents(world.store), world.line.sends) == (before, 0)
    for sender, sent in genuine.items():
        world.post(sender, Webhook(sent.headers, sent.body))
    assert len(world.line.waiting) == 2


@pytest.mark.parametrize("seconds", [-86_400, -301, 301, 86_400])
def test_a_right_signature_of_another_time_is_refused(world: World, seconds: int) -> None:
    refused(world, "test", told(EVENT, NOW + timedelta(seconds=seconds)), 400)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_tolerated(world: World, seconds: int) -> None:
    assert world.call("test", told(EVENT, NOW + timedelta(seconds=seconds)))["statusCode"] == 200


@pytest.mark.parametrize("body", [b"{}", b"[" * 30, b"not json", b"\xff\xfe", b'{"id": "e", "payment": 5}'])
def test_a_signed_body_that_says_nothing_we_understand_is_refused(world: World, body: bytes) -> None:
    refused(world, "test", Webhook({HEADER: sign(body, NOW, (secret("test"),))}, body), 400)


def test_a_body_that_is_no_text_is_checked_by_its_very_bytes(world: World) -> None:
    body = bytes(range(256))
    refused(world, "test", Webhook({HEADER: sign(body, NOW, (secret("test"),))}, body), 400)


def test_a_body_above_256_kb_is_not_looked_at(world: World) -> None:
    body = b" " * (LARGEST_BODY + 1)
    refused(world, "test", Webhook({HEADER: sign(body, NOW, (secret("test"),))}, body), 413)


@pytest.mark.parametrize("provider", ["stripe", "nobody", "Test", ""])
def test_a_provider_that_this_stage_does_not_have_is_not_found(world: World, provider: str) -> None:
    refused(world, provider, told(EVENT), 404)


def test_a_carriers_secret_signs_no_payment_nor_the_other_way_round(world: World) -> None:
    refused(world, "test", seen(CarrierStatus.DELIVERED, 5), 400)
    refused(world, "carrier", told(EVENT), 400)


def test_an_event_of_what_we_do_not_keep_is_taken_and_forgotten(world: World) -> None:
    world.post("test", told(WebhookEvent("evt_2")))
    assert (world.inbox(), world.line.sends) == ([], 0)


def test_an_event_that_comes_again_under_another_time_is_one_message(world: World) -> None:
    world.post("test", told(EVENT), told(EVENT, NOW + timedelta(seconds=9)))
    assert (len(world.inbox()), len(world.line.waiting)) == (1, 1)


def test_another_body_under_the_same_id_goes_where_it_holds_back_nobody(world: World) -> None:
    world.post("test", told(EVENT))
    (entry,) = world.inbox()
    world.post("test", told(replace(EVENT, payment=replace(REPORT, authorized=400))))
    groups = [each["attributes"]["MessageGroupId"] for each in world.line.waiting]
    assert (groups[0], groups[1].startswith("aside-")) == ("ord_x", True)
    assert world.inbox() == [entry]


def test_two_carriers_may_use_the_same_id(world: World) -> None:
    for carrier in ("Bell Post", "Other Post"):
        world.post("carrier", seen(CarrierStatus.DELIVERED, 5, carrier=carrier, id="1"))
    assert len(world.inbox()) == len(world.line.waiting) == 2


def test_a_queue_that_does_not_answer_is_an_error_and_the_same_event_gets_in_later(world: World) -> None:
    def deaf(_queue: str, _message: Mapping[str, str]) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs")

    world.put = deaf
    with pytest.raises(EndpointConnectionError):
        world.call("test", told(EVENT))
    world.put = None
    world.post("test", told(EVENT))
    assert len(world.line.waiting) == 1


@pytest.mark.parametrize(
    ("stage", "payment_secret", "known"),
    [
        ("dev", "", {"carrier", "test"}),
        ("prod", "", {"carrier"}),
        ("prod", "arn:payments", {"carrier", "stripe"}),
        ("dev", "arn:payments", {"carrier", "test", "stripe"}),
    ],
)
def test_a_stage_knows_whom_it_is_set_up_for_and_prod_no_test_provider(
    stage: str, payment_secret: str, known: set[str]
) -> None:
    names = ("ORDERS_TABLE", "CATALOG_TABLE", "CUSTOMER_ISSUER", "STAFF_ISSUER", "SECRET_ID")
    environment = dict.fromkeys(names, "x") | {"STAGE": stage, "PAYMENT_SECRET_ID": payment_secret}
    assert Doorkeeper.open(environment).known == known
