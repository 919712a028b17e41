"""Declarations: recorded once, unchanged, and complete or refused."""

from typing import Any

import pytest

from wiring import declarations, sources
from wiring.access import EVERYONE, SYSTEM
from wiring.declarations import (
    Consumer,
    DeclarationError,
    FromBus,
    HttpRoute,
    Queue,
    Schedule,
    Source,
    TableStream,
    check_together,
    consumers,
    field,
    fields,
    on,
)


@pytest.fixture(autouse=True)
def _empty_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declarations, "_FIELDS", {})
    monkeypatch.setattr(declarations, "_CONSUMERS", {})


def answer() -> str:
    return "answer"


def test_a_field_is_recorded_and_its_function_stays_as_it_is() -> None:
    assert field("Query.thing", access=EVERYONE, runs_in="read")(answer) is answer
    (record,) = fields()
    assert (record.key, record.function, record.source, record.runs_in) == (
        "Query.thing",
        answer,
        Source.FUNCTION,
        "read",
    )


def test_fields_are_listed_by_key_in_whatever_order_they_were_declared() -> None:
    for name in ("Query.b", "Mutation.c", "Query.a"):
        field(name, access=EVERYONE, runs_in="read")(answer)
    assert [each.key for each in fields()] == ["Mutation.c", "Query.a", "Query.b"]


def test_a_field_declared_twice_fails_and_names_both_places() -> None:
    field("Query.thing", access=EVERYONE, runs_in="read")(answer)
    with pytest.raises(DeclarationError, match=rf"Query\.thing is declared twice: {__name__}, {__name__}"):
        field("Query.thing", access=EVERYONE, runs_in="read")(answer)


@pytest.mark.parametrize("key", ["thing", "Query", "Query.", "query.thing", "Order.lines", ".thing"])
def test_only_a_root_field_is_declared(key: str) -> None:
    with pytest.raises(DeclarationError, match="a root field is"):
        field(key, access=EVERYONE, runs_in="read")


def test_a_field_runs_somewhere_unless_it_has_no_data_source() -> None:
    with pytest.raises(DeclarationError, match="not both, not neither"):
        field("Query.thing", access=EVERYONE)
    with pytest.raises(DeclarationError, match="not both, not neither"):
        field("Mutation.push", access=SYSTEM, source=Source.NONE, runs_in="write")


def test_a_function_that_is_not_deployed_is_refused_with_those_that_are() -> None:
    with pytest.raises(DeclarationError, match=r"no function 'reed'; there are \['browse', 'read'"):
        field("Query.thing", access=EVERYONE, runs_in="reed")


@pytest.mark.parametrize(
    ("key", "source", "follows"),
    [
        ("Subscription.onThing", Source.SUBSCRIPTION, ()),
        ("Subscription.onThing", Source.FUNCTION, ("push",)),
        ("Query.thing", Source.SUBSCRIPTION, ("push",)),
        ("Query.thing", Source.FUNCTION, ("push",)),
    ],
)
def test_a_subscription_follows_mutations_and_nothing_else_does(
    key: str, source: Source, follows: tuple[str, ...]
) -> None:
    with pytest.raises(DeclarationError, match="a subscription follows mutations"):
        field(key, access=EVERYONE, source=source, runs_in="subscribe", follows=follows)


def test_a_consumer_is_named_after_its_module() -> None:
    assert on(TableStream("orders", "Z#"), publishes=("push",))(answer) is answer
    (consumer,) = consumers()
    assert (consumer.name, consumer.module, consumer.publishes) == (
        __name__.rpartition(".")[2],
        __name__,
        ("push",),
    )


def test_a_second_consumer_of_a_name_fails() -> None:
    on(TableStream("orders", "Z#"))(answer)
    with pytest.raises(DeclarationError, match="is declared twice"):
        on(TableStream("orders", "Z#"))(answer)


def consumer(name: str, source: sources.Source, **more: Any) -> Consumer:
    return Consumer(name, answer, source, 256, 20, 5, **more)


@pytest.mark.parametrize(
    "source",
    [
        FromBus(()),
        FromBus(("ORDER_EXPLODED",)),
        FromBus(("ORDER_PLACED",), batch_size=11),
        Queue("payments", batch_size=0),
        Queue("payments", max_receives=0),
        Queue("Payments"),
        Queue("payments.fifo"),
        HttpRoute("POST webhooks"),
        HttpRoute("PATCH /webhooks"),
        HttpRoute("/webhooks"),
    ],
)
def test_a_source_that_could_never_deliver_is_refused(source: sources.Source) -> None:
    with pytest.raises(DeclarationError):
        on(source)
    assert consumers() == ()


def test_a_consumer_of_the_bus_has_a_queue_of_its_own_name() -> None:
    queue = consumer("low_stock", FromBus(("ORDER_PLACED",), max_receives=3)).queue
    assert queue is not None
    assert (queue.full_name, queue.dead_letters, queue.max_receives) == ("low-stock", "low-stock-dead", 3)
    assert queue.visibility_seconds == 6 * 20


def test_an_ordered_queue_and_its_dead_letters_are_named_as_sqs_wants_it() -> None:
    queue = consumer("payments", Queue("payment-events", fifo=True)).queue
    assert queue is not None
    assert (queue.full_name, queue.dead_letters) == ("payment-events.fifo", "payment-events-dead.fifo")


@pytest.mark.parametrize(
    "source", [TableStream("orders", "Z#"), Schedule(1), HttpRoute("POST /hooks/{name}")]
)
def test_other_sources_have_no_queue(source: sources.Source) -> None:
    assert consumer("other", source).queue is None


def test_a_route_is_a_method_and_a_path() -> None:
    route = HttpRoute("POST /webhooks/{provider}")
    assert (route.method, route.path) == ("POST", "/webhooks/{provider}")


def test_a_queue_or_route_has_one_consumer() -> None:
    for source in (Queue("payments"), HttpRoute("POST /hooks")):
        with pytest.raises(DeclarationError, match="two consumers"):
            check_together((consumer("one", source), consumer("two", source)))


def test_a_queue_that_is_sent_to_has_a_reader() -> None:
    reader, sender = (
        consumer("reader", Queue("payments")),
        consumer("sender", Schedule(1), sends_to=("payments",)),
    )
    check_together((reader, sender))
    with pytest.raises(DeclarationError, match="nobody reads"):
        check_together((sender,))


def test_nobody_sends_to_the_queue_behind_a_rule() -> None:
    mail = consumer("mail", FromBus(("ORDER_PLACED",)))
    with pytest.raises(DeclarationError, match="nobody reads"):
        check_together((mail, consumer("sender", Schedule(1), sends_to=("mail",))))
