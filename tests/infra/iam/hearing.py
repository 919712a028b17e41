"""What comes from outside in the day of the shop: signed as providers and carriers sign, taken in, recorded, set aside."""

from datetime import UTC, datetime

from consumers.sending import Sender
from consumers.told import Told, told
from domain.lifecycle import CarrierStatus
from domain.payment_report import PaymentReport, ProviderState
from providers.carriers import CarrierEvent, write_carrier_event
from providers.choosing import webhook_secret
from providers.provider import WebhookEvent
from providers.trial_webhooks import write_webhook
from tests.infra.iam.acting import Arguments, Stage


def hear(stage: Stage, order: Arguments) -> None:
    """A carrier's word is taken in and recorded; a provider's word of a payment that is not there is set aside."""
    now, server_secret = datetime.now(UTC), b"a secret of the tests"
    seen = CarrierEvent("bell-2", "Bell Post", "BELL1", CarrierStatus.DELIVERED, now)
    report = PaymentReport("trial_x", ProviderState.AUTHORIZED, "GBP", authorized=1)
    paid = WebhookEvent("evt_1", order["id"], "pay_0009", report)
    posted = {
        "carrier": write_carrier_event(seen, (webhook_secret(server_secret, "carrier"),), now),
        "test": write_webhook(paid, (webhook_secret(server_secret, "test"),), now),
    }
    for sender, sent in posted.items():
        headers = {name.lower(): each for name, each in sent.headers.items()}
        call = {"headers": headers, "body": sent.body.decode(), "pathParameters": {"provider": sender}}
        assert stage.wake("receive_webhook", call)["statusCode"] == 200
    events = (told("carrier", seen, now, "exercise"), told("test", paid, now, "exercise"))
    for number, each in enumerate(events):
        message = {
            "messageId": str(number),
            "attributes": {"MessageGroupId": each.group},
            "body": written(each),
        }
        assert stage.wake("record_webhook", {"Records": [message]}) == {"batchItemFailures": []}


def written(each: Told) -> str:
    """The body of its message."""
    sent: list[str] = []
    each.send(Sender(lambda _queue, message: sent.append(message["MessageBody"])), each.group)
    return sent[0]
