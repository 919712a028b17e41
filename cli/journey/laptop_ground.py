"""The stories' ground on a laptop that was started for them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path

import httpx

from cli.dead_letters import Letters
from cli.outside import Outside
from consumers import bus
from consumers.app import load_all
from consumers.bus import Bus
from consumers.sweep import Sweeper, sweep
from domain.shop import read_shop
from local.aws.clients import REGION, make_client
from local.aws.demo import DEMO_PASSWORD
from local.aws.routing import BUS, find_routing
from local.aws.workflow import ACCOUNT, NAME
from local.laptop import Laptop
from providers.provider import Webhook
from resolvers.app import SHOP_FILE
from storage.store import Store

MOST_LETTERS = 50


@dataclass(frozen=True)
class LaptopGround:
    """A running laptop with a state folder of its own."""

    laptop: Laptop
    folder: Path
    client: httpx.Client = field(repr=False)

    @property
    def realtime(self) -> str:
        """The laptop's realtime endpoint."""
        return self.laptop.realtime

    @cached_property
    def store(self) -> Store:
        """The laptop's tables."""
        shop = read_shop(SHOP_FILE.read_text())
        client = make_client("dynamodb", self.laptop.engine.endpoint)
        return Store(client, "orders", "catalog", shop.warehouse)

    @cached_property
    def outside(self) -> Outside:
        """Whoever signs with the laptop's secret."""
        return Outside(self.laptop.port, self.store, self.laptop.identity.secret.encode())

    def guest(self) -> dict[str, str]:
        """The laptop's API key."""
        return {"x-api-key": self.laptop.identity.api_key}

    def signed_in(self, email: str) -> dict[str, str]:
        """A demo user's access token."""
        return {"Authorization": self.laptop.token(email, DEMO_PASSWORD)}

    def posted(self, sender: str, webhook: Webhook) -> int:
        """By the laptop's own port."""
        answer = self.client.post(f"/webhooks/{sender}", content=webhook.body, headers=webhook.headers)
        return answer.status_code

    def confirmed(self, page: str) -> int:
        """The laptop's page of the test provider."""
        return self.client.post(page, data={"answer": "approve"}).status_code

    def picture(self, url: str) -> bytes:
        """Out of the embedded bucket."""
        return httpx.get(url, trust_env=False).content

    def subjects(self, order_id: str) -> list[str]:
        """Out of the laptop's outbox."""
        return [each.subject for each in self.laptop.outbox.newest(MOST_LETTERS, order_id)[::-1]]

    def execution(self, order_id: str) -> str:
        """Where the execution of the order's id stands."""
        states = make_client("stepfunctions", self.laptop.engine.endpoint)
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{NAME}:{order_id}"
        return str(states.describe_execution(executionArn=arn)["status"])

    def hours_later(self, hours: float) -> None:
        """The sweep's own function, told another time."""
        shop = read_shop(SHOP_FILE.read_text())
        now = datetime.now(UTC) + timedelta(hours=hours)
        expiry = timedelta(minutes=shop.order_expiry_minutes)
        sweep({"source": "aws.scheduler"}, Sweeper(self.store, now=now, expiry=expiry))

    def drained(self) -> bool:
        """Whether streams and queues were emptied."""
        return self.laptop.delivery.drain()

    def dead_letters(self) -> int:
        """Those of every consumer of this laptop, parked batches included."""
        return sum(letters_of(self).counts().values())


def letters_of(ground: LaptopGround) -> Letters:
    """What consumers could not handle on this laptop."""
    endpoint = ground.laptop.engine.endpoint
    sqs, events = make_client("sqs", endpoint), make_client("events", endpoint)
    addresses = find_routing(sqs, load_all())
    return Letters(sqs, addresses, Bus(partial(bus.put, events, BUS)), ground.folder / "parked")
