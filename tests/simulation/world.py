"""One run: all of it together, step by step from one seed, then the calm in which everything must come right."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from consumers.sweep import Sweeper, sweep
from domain.refusals import Refused
from domain.stock import StockReason
from resolvers.adjust_stock import AdjustStockInput, adjust_stock
from resolvers.context import Context
from resolvers.create_product import CreateProductInput, VariantInput, create_product
from resolvers.set_stock_shards import SetStockShardsInput, set_stock_shards
from storage.store import Store
from tests.fakes.dynamodb import FakeDynamoDB
from tests.shopkeeping import ADMIN, NOW, SHOP, gbp

from .auditing import Auditor
from .callers import CUSTOMERS, HOT, SKUS, SUPPORT, WAREHOUSE, Callers
from .calls import SECRET, STAGE, Api, Reply, Request
from .delivery import Delivery
from .faults import Fault, Faults, Killed, Violated
from .followers import Followers
from .intents import Intent, Judge, may_see
from .ledger import Ledger, require
from .network import Clock, Network
from .push import Push

SHARDS, OPENING_STOCK, AUDITED_EVERY, DEPTH = 2, 60, 150, 2
ABANDONED = 0.12
"""How often a caller who was not answered never asks again."""
WEATHER = (0.5, 0.5, 0.7, 1.0, 5.0)
"""By how much all faults are likelier, for a while; the last is a storm."""
BACKLOG = 25
"""So many unanswered requests are repeated before anybody wants something new."""


@dataclass(slots=True)
class World:
    """A shop, its callers, the weather, and everybody who watches that nothing goes wrong."""

    seed: int
    chance: Random = field(init=False)
    clock: Clock = field(init=False)
    faults: Faults = field(init=False)
    fake: FakeDynamoDB = field(init=False)
    store: Store = field(init=False)
    ledger: Ledger = field(init=False)
    network: Network = field(init=False)
    api: Api = field(init=False)
    push: Push = field(init=False)
    delivery: Delivery = field(init=False)
    followers: Followers = field(init=False)
    callers: Callers = field(init=False)
    judge: Judge = field(init=False)
    auditor: Auditor = field(init=False)
    sent: list[Intent] = field(default_factory=list)
    unanswered: list[Intent] = field(default_factory=list)
    placements: list[Intent] = field(default_factory=list)
    acked: list[Intent] = field(default_factory=list)
    sweeps: int = 0
    _next_sweep: float = 0.0
    _depth: int = 0

    def __post_init__(self) -> None:
        chance = self.chance = Random(self.seed)
        clock = self.clock = Clock(NOW.timestamp())
        faults = self.faults = Faults(chance, calm=True)
        self.fake = FakeDynamoDB(validate=False, clock=clock)
        tokens = count(1)
        self.store = Store(
            self.fake.client, "orders", "catalog", SHOP.warehouse, shards=SHARDS, monotonic=clock,
            sleep=clock.sleep, dice=chance.random, token=lambda: f"token-{next(tokens)}",
        )  # fmt: skip
        self.ledger = Ledger(self.fake)
        self.network = Network(self.fake, clock, chance, faults, self._meanwhile, self.ledger.read)
        self.api = Api(self.store, SHOP, clock, chance, faults)
        self.push = Push(self.ledger, chance, faults, self._meanwhile)
        self.delivery = Delivery(self.ledger, self.push, clock, chance, faults)
        self.followers = Followers(self.api, self.ledger, self.push, chance, faults)
        self.callers = Callers(self.ledger, chance)
        self.judge = Judge(self.ledger, self.fake)
        self.auditor = Auditor(self.fake, self.ledger, SHARDS)
        self._next_sweep = clock.now + 60
        open_shop(self.store)
        self.ledger.read()

    @property
    def steps(self) -> int:
        """Calls of the API, invocations for the stream, sweeps and frames handled, so far."""
        return self.api.calls + self.delivery.invocations + self.sweeps + self.followers.frames

    def run(self, steps: int) -> None:
        """So many steps with faults. Raises Violated."""
        self.faults.calm, audit_at = False, AUDITED_EVERY
        while self.steps < steps:
            self.step()
            if self.steps >= audit_at:
                audit_at = self.steps + AUDITED_EVERY
                self.auditor.audit()
                self.fake.index_delay_seconds = self.chance.choice((0.0, 10.0))
                self.faults.weather = self.chance.choice(WEATHER)
                self.faults.stale += self.fake.index_delay_seconds > 0
                self.fake.calls.clear()

    def step(self) -> None:
        """One thing happens."""
        self.clock.sleep(self.chance.random() * 0.4)
        self.network.deliver_late()
        if self.clock.now >= self._next_sweep:
            self._next_sweep = self.clock.now + 60
            self._sweep()
            return
        self._something()

    def _something(self) -> None:
        at = self.chance.random()
        if at < 0.33:
            self._caller()
        elif at < 0.48 and self.delivery.deliver():
            return
        elif at < 0.51 and self.api.under_way:
            self.api.carry_out(self.api.under_way.pop(self.chance.randrange(len(self.api.under_way))))
        elif at < 0.55 and (self.followers.look_again(self.clock.now) or self.followers.reconnect_one()):
            return
        elif at < 0.57:
            self._look()
        elif self.push.waiting:
            self.followers.handle_frame()
        elif not self.delivery.deliver():
            self._caller()

    def _meanwhile(self) -> None:
        """What others do between two side effects of somebody's."""
        if self._depth >= DEPTH:
            return
        self._depth += 1
        try:
            at = self.chance.random()
            if at < 0.20:
                self._sweep()
            elif at < 0.50 and self.sent:
                self._send(self.chance.choice(self.sent[-3:]))
            elif at < 0.60:
                self._send(self.callers.price())
            else:
                self._something()
        finally:
            self._depth -= 1

    def _caller(self) -> None:
        """Somebody sends something: again what was not answered, once more what was, or something new."""
        at = self.chance.random()
        if self.unanswered and (at < 0.45 or len(self.unanswered) > BACKLOG):
            self._send(self.unanswered.pop(self.chance.randrange(len(self.unanswered))))
        elif at < 0.52 and self.acked:
            self._send(self.chance.choice(self.acked[-200:]))
        else:
            intent = self.callers.wants(self.placements[-50:])
            if intent:
                self._send(intent)

    def _send(self, intent: Intent) -> None:
        if intent.key:
            self.sent = [*self.sent[-9:], intent]
        known = intent.acked is not None
        reply = self.api.ask(intent.request)
        if reply.unsure:
            if intent.safe and self.chance.random() > ABANDONED:
                self.unanswered.append(intent)
            return
        first = intent.acked is None
        self.judge.check(intent, reply, known=known)
        if first and intent.acked and intent.key:
            self.acked.append(intent)
        if first and intent.acked and intent.request.field == "Mutation.placeOrder":
            self._placed(intent, intent.acked)

    def _placed(self, intent: Intent, order_id: str) -> None:
        self.placements.append(intent)
        self.callers.open.append(order_id)
        at = self.chance.random()
        if at < 0.75 and intent.request.actor in CUSTOMERS:
            self.followers.begin(intent.request.actor, order_id)
        if at > 0.55:
            self.followers.begin(SUPPORT, order_id)
        if at < 0.05:
            self._stranger(order_id)

    def _stranger(self, order_id: str) -> None:
        """Somebody tries to follow an order that is not theirs: it is not there."""
        for stranger in CUSTOMERS:
            if stranger.id != self.ledger.orders[order_id].owner_id:
                reply = self.api.ask(Request("Subscription.onOrderEvent", {"orderId": order_id}, stranger))
                require(reply.answer is None, f"{stranger.id} may follow {order_id}")

    def _look(self) -> None:
        """Somebody looks at an order or a list: nothing shows that is not placed, or not theirs."""
        customer = self.chance.choice(CUSTOMERS)
        if self.chance.random() < 0.4 or not self.ledger.orders:
            request = self.chance.choice(
                (
                    Request("Query.myOrders", {"first": 6}, customer),
                    Request("Query.orders", {"first": 6}, WAREHOUSE),
                )
            )
            found = [node["id"] for node in (self.api.ask(request).answer or {}).get("nodes", ())]
        else:
            order_id = self.chance.choice(list(self.ledger.orders)[-60:])
            request = Request("Query.order", {"id": order_id}, self.chance.choice((customer, SUPPORT)))
            found = self._whole(request, self.api.ask(request))
        for each in found:
            require(may_see(self.ledger, each, request), f"{request.actor.id} was shown {each}")

    def _whole(self, request: Request, reply: Reply) -> list[str]:
        """An order that is shown is shown whole."""
        if not reply.answer:
            return []
        order = reply.answer
        shown = [entry["event"]["sequence"] for entry in order["history"]]
        visible = self.ledger.orders[order["id"]].visible(staff=request.actor is SUPPORT)
        require(shown == visible[: len(shown)], f"{order['id']}: history {shown} of {visible}")
        last = shown[-1] if shown else 0
        wanted = order["version"] if request.actor is SUPPORT else order["lastPublicSequence"]
        require(last == wanted, f"{order['id']}: shown up to {last}, it is at {wanted}")
        return [order["id"]]

    def _sweep(self) -> None:
        times = 2 if self.faults.strikes(Fault.MESSAGE_REPEATED, 0.05) else 1
        for _ in range(times):
            self.sweeps += 1
            now = datetime.fromtimestamp(self.clock.now + self.faults.skew(), UTC)
            try:
                sweep({}, Sweeper(self.store, now))
            except Killed:
                continue
            except Refused as refused:
                require(not self.faults.calm, f"the sweep failed: {refused}")
            except Exception as error:
                raise Violated(f"the sweep failed: {error!r}") from error

    def settle(self) -> None:
        """The faults stop; callers ask again for what they do not know; then all must be right. Raises Violated."""
        self.faults.calm = True
        self.fake.index_delay_seconds = 0.0
        self.network.deliver_late(everything=True)
        while self.api.under_way:
            self.api.carry_out(self.api.under_way.pop())
        self._until(lambda: not self.unanswered, lambda: self._send(self.unanswered.pop(0)), "unanswered")
        for _ in range(4):
            self.clock.sleep(180)
            self._sweep()
        self._until(lambda: not self.delivery.deliver(), lambda: None, "undelivered")
        self._finish_following()
        for intent in self.acked:
            reply = self.api.ask(intent.request)
            self.judge.check(intent, reply, known=True)
            require(bool((reply.answer or {}).get("replayed")), f"{intent.tag}: done a second time")
        self.auditor.audit(everything=True)
        self.auditor.settled()
        self.clock.sleep(timedelta(days=8).total_seconds())
        self.fake.expire()
        self.ledger.read()
        self.auditor.audit()
        self.auditor.settled()

    def _finish_following(self) -> None:
        while self.push.waiting:
            self.followers.handle_frame()
        for follower in self.followers.all:
            self.followers.lose(follower)
            self.followers.connect(follower)
            visible = self.ledger.orders[follower.order_id].visible(staff=follower.is_staff)
            require(follower.shown == visible, f"{follower.order_id}: shown {follower.shown} of {visible}")

    def _until(self, done: Callable[[], bool], work: Callable[[], None], what: str) -> None:
        for _ in range(20_000):
            if done():
                return
            work()
        raise Violated(f"still {what} after all")


def open_shop(store: Store) -> None:
    """Put everything on its shelf."""
    context = Context(ADMIN, NOW, store, SHOP, SECRET, STAGE)
    for position, sku in enumerate(SKUS):
        key = f"open-the-shop-{position:04d}"
        variants = (VariantInput(sku, gbp("2.50")),)
        given = CreateProductInput(
            f"Product {sku}", "Gifts", variants=variants, published=True, idempotency_key=key
        )
        create_product(given, context)
        adjust_stock(AdjustStockInput(sku, OPENING_STOCK, StockReason.RECEIVED, key), context)
        if sku in HOT:
            set_stock_shards(SetStockShardsInput(sku, 120, idempotency_key=f"{key}-hot"), context)
