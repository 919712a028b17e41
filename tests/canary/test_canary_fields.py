"""Nothing personal leaves a resolver but its answer: not in logs or metrics, nor in the errors that AppSync logs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from resolvers.context import Context
from tests.authorisation.asking import SELECTED, declared
from tests.authorisation.callers import CALLERS, GUEST, HOLDER, ISSUERS, OWNER, Caller
from tests.authorisation.rules import RULES, Rule
from tests.authorisation.shop import Shop, shop_at
from tests.authorisation.test_authorisation_matrix import with_token
from tests.canary.aviary import populate, said_by_birds
from tests.canary.birds import BIRDS, found
from tests.canary.listening import Heard, listening
from tests.shopkeeping import context, fake
from wiring.dispatch import handler
from wiring.identity import actor_of

HEADERS = {
    "user-agent": BIRDS["agent"], "authorization": BIRDS["authorization"], "x-forwarded-for": BIRDS["address"],
}  # fmt: skip
TOO_LONG = 3000


@pytest.fixture(scope="module")
def shops() -> Iterator[dict[str, Shop]]:
    """Shops of birds at every stage."""
    with pytest.MonkeyPatch.context() as patch:
        populate(patch)
        yield {stage: shop_at.__wrapped__(stage) for stage in {rule.stage for rule in RULES.values()}}


def heard_of(shop: Shop, caller: Caller, key: str, arguments: Mapping[str, Any]) -> tuple[Heard, Any]:
    """What a call leaves behind, and what its payload refused."""
    type_name, _, name = key.partition(".")
    identity = None if caller.identity is None else {**caller.identity, "sourceIp": [BIRDS["address"]]}
    event = {
        "arguments": arguments, "identity": identity, "source": None, "request": {"headers": HEADERS},
        "info": {"parentTypeName": type_name, "fieldName": name, "selectionSetList": list(SELECTED), "variables": arguments},
    }  # fmt: skip

    with listening() as heard:

        def made(told: Any) -> Context:
            asked = context(actor_of(told["identity"], ISSUERS), shop.store, context().now, *SELECTED)
            return replace(asked, provider=lambda: shop.provider, meter=heard.meter)

        data = heard.call(lambda: handler(declared(), made, heard.meter)(event))
    return heard, data.get("userErrors") if isinstance(data, dict) else None


def told(heard: Heard, refusals: Any) -> list[str]:
    """What was told of birds, and where."""
    ways = {
        "entries": heard.entries,
        "metrics": heard.metrics,
        "errors": heard.crashes,
        "userErrors": refusals,
    }
    return [f"{way}: {bird}" for way, said in ways.items() for bird in found(said)]


def cases(key: str, rule: Rule, shop: Shop) -> Iterator[tuple[Caller, dict[str, Any]]]:
    """Whoever may, and a guest, a holder and a customer who may not, on everything that there is."""
    for whose in rule.targets:
        may = [each for each in CALLERS if rule.allows(each, whose)][:1]
        for caller in {*may, GUEST, HOLDER, OWNER}:
            thing = shop.things[rule.thing, whose] if rule.thing else ""
            given = with_token(shop, caller, key, rule.arguments(shop, thing))
            yield caller, said_by_birds(key, given)


@pytest.mark.parametrize("key", RULES)
def test_nothing_personal_leaves_a_field(key: str, shops: dict[str, Shop]) -> None:
    shop = shops[RULES[key].stage].copy()
    for caller, arguments in cases(key, RULES[key], shop):
        assert told(*heard_of(shop, caller, key, arguments)) == [], caller.name


@pytest.mark.parametrize("key", RULES)
def test_nothing_personal_leaves_with_bad_input(key: str, shops: dict[str, Shop]) -> None:
    shop = shops[RULES[key].stage].copy()
    for caller, arguments in cases(key, RULES[key], shop):
        for spoilt in every_spoilt(arguments):
            assert told(*heard_of(shop, caller, key, spoilt)) == [], (caller.name, spoilt)


@pytest.mark.parametrize("key", RULES)
def test_nothing_personal_leaves_where_a_service_refuses(key: str, shops: dict[str, Shop]) -> None:
    shop = shops[RULES[key].stage].copy()

    def refuse(name: str, _request: object) -> None:
        message = f"Invalid: {'; '.join(BIRDS.values())}"
        raise ClientError({"Error": {"Code": "ValidationException", "Message": message}}, name)

    fake(shop.store).before(refuse)
    for caller, arguments in cases(key, RULES[key], shop):
        assert told(*heard_of(shop, caller, key, arguments)) == [], caller.name


def every_spoilt(value: Any) -> Iterator[Any]:
    """The arguments with one of them wrong: too long, or of another type."""
    match value:
        case dict():
            for name, each in value.items():
                yield from ({**value, name: spoilt} for spoilt in every_spoilt(each))
        case list():
            yield from ([spoilt, *value[1:]] for spoilt in every_spoilt(value[0]))
        case str():
            everything = "; ".join(BIRDS.values())
            yield from (everything * (TOO_LONG // len(everything)), [everything], everything)
        case _:
            yield "; ".join(BIRDS.values())


def test_birds_are_really_said(shops: dict[str, Shop]) -> None:
    rule = RULES["Mutation.placeOrder"]
    shop = shops[rule.stage].copy()
    _, arguments = next(iter(cases("Mutation.placeOrder", rule, shop)))
    assert {"name", "e-mail", "phone", "street", "note", "reference"} <= set(found(arguments))
    assert found(str(fake(shop.store).items("orders")))
