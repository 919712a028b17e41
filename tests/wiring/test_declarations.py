"""Declarations: recorded once, unchanged, and complete or refused."""

import pytest

from wiring import declarations
from wiring.access import EVERYONE, SYSTEM
from wiring.declarations import DeclarationError, Source, TableStream, consumers, field, fields, on


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
