"""Write to whoever an order is for: a claim, the mail, a mark. Run twice on one event, one mail is sent.

Only where the function ends between sending and marking does a mail go out again: once for each such end.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from consumers.letters import letter
from consumers.mailing import Mail, Send, open_sending
from consumers.messages import Message, body_of, each_message
from consumers.occasions import WRITTEN, Occasion, words_of, written
from domain.actors import OwnerKind
from domain.order import Order
from domain.order_token import Keyring, sign
from domain.shop import Shop, read_shop
from domain.values import value
from storage.mail_claims import Claim, claim, mark
from storage.order_reads import Loaded, load_order
from storage.settings import Settings, dynamodb, open_store, read_secret
from storage.store import Store
from wiring.declarations import FromBus, on
from wiring.logs import log
from wiring.tracing import Trace, following, new_trace

SHOP_FILE = Path(__file__).resolve().parent.parent / "shop.toml"


class NotNowError(Exception):
    """The order is not there yet, or somebody else is sending this letter: the message is to come again."""


@value
class Desk:
    """Where letters are written: the orders, the shop, who sends, what signs guests' tokens, and the time."""

    store: Store
    shop: Shop
    send: Send
    secret: Callable[[], bytes]
    stage: str
    now: datetime | None = None

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Desk":
        """The desk of a function's environment."""
        settings = Settings.read(environment)
        shop = read_shop(SHOP_FILE.read_text())
        store = open_store(settings, dynamodb(settings), shop.warehouse)
        send = open_sending(environment, shop.name)
        return cls(store, shop, send, cache(lambda: read_secret(settings)), settings.stage)

    def clock(self) -> datetime:
        """The time of this call."""
        return self.now or datetime.now(UTC)


@on(
    FromBus(events=tuple(each.value for each in WRITTEN)),
    concurrency=5,
    reads=("orders",),
    writes=("orders",),
    secret=True,
    sends_mail=True,
)
def send_mail(event: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """Write the letters of these messages. Answers the messages that are to come again."""
    return each_message(event, partial(_answer, desk))


def _answer(desk: Desk, message: Message) -> None:
    detail = body_of(message)["detail"]
    with following(Trace.read(detail["trace"]) if detail.get("trace") else new_trace()):
        outcome = write(desk, detail["orderId"], detail["sequence"])
        log(outcome, order_id=detail["orderId"], sequence=detail["sequence"])


def write(desk: Desk, order_id: str, sequence: int) -> str:
    """Write the letter of one event, unless it was written. Answers what was done; raises for another try."""
    loaded = load_order(desk.store, order_id, history=True)
    if loaded is None:
        raise NotNowError
    mail = mail_of(desk, loaded, sequence)
    if mail is None:
        return "no mail: there is no address, or nothing to tell"
    name = f"{sequence:08d}"
    match claim(desk.store, order_id, name, desk.clock()):
        case Claim.DONE:
            return "mail sent before"
        case Claim.ELSEWHERE:
            raise NotNowError
        case Claim.OURS:
            desk.send(mail)
            mark(desk.store, order_id, name, desk.clock())
            return "mail sent"


def mail_of(desk: Desk, loaded: Loaded, sequence: int) -> Mail | None:
    """The mail of one event of an order's log; None where nobody is to be written to. Raises NotNowError."""
    order = loaded.order
    event = next((each for each in loaded.events if each.sequence == sequence), None)
    if event is None:
        raise NotNowError
    if order.contact is None:
        return None
    words = words_of(Occasion(order, event, loaded.events, desk.shop.tracking_links))
    if words is None:
        return None
    about = {
        "number": order.number,
        "shop": desk.shop.name,
        "greeting": _greeting(order),
        "total": written(order.totals.total, order.currency),
        "link": link_to(desk, order),
    }
    return Mail(order.id, order.contact.email, letter(event.type.value.lower(), about | dict(words)))


def link_to(desk: Desk, order: Order) -> str | None:
    """The front end's page of the order; a guest's has a token that lets its holder in, where only a browser sees it."""
    if desk.shop.order_link is None:
        return None
    page = desk.shop.order_link.replace("{number}", quote(order.number, safe=""))
    if order.owner.kind is not OwnerKind.GUEST:
        return page
    keyring = Keyring(desk.secret(), desk.stage, desk.shop.order_token_keys)
    return f"{page}#{sign(keyring, order.grant, desk.clock() + timedelta(days=desk.shop.order_token_days))}"


def _greeting(order: Order) -> str:
    told = (order.contact and order.contact.name) or (order.shipping_address and order.shipping_address.name)
    return f"Dear {' '.join(told.split())}" if told else "Hello"
