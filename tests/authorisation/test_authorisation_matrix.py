"""Every root field by every caller by whose the thing is: nobody reads or writes what is not theirs, or learns of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.authorisation.asking import Answer, ask, declared
from tests.authorisation.callers import CALLERS, Caller
from tests.authorisation.rules import BY_DIRECTIVE_ALONE, FROM_CART, ON_BEHALF, RULES, TAKES_TOKEN, Rule
from tests.authorisation.shop import Shop, shop_at
from tests.resolvers.schema_document import ROOTS, actual, field_names

PERMISSION = {"NotAllowed", "NotFound", "UnauthorizedException", ""}
"""What a caller may be told who may not; "" is null, or an empty list."""


@pytest.mark.parametrize("key", RULES)
def test_only_those_who_may_get_at_a_thing(key: str) -> None:
    assert list(wrong(key, RULES[key])) == []


def test_only_some_of_staff_place_for_somebody_else_and_at_a_price_agreed() -> None:
    assert list(wrong("Mutation.placeOrder", ON_BEHALF)) == []


def test_a_cart_is_placed_by_whose_it_is() -> None:
    assert list(wrong("Mutation.placeOrder", FROM_CART)) == []


def test_every_field_has_a_rule_and_every_rule_a_field() -> None:
    every = {f"{root}.{name}" for root in ROOTS for name in field_names(root)}
    assert set(RULES) | set(BY_DIRECTIVE_ALONE) == every
    assert set(RULES) == {field.key for field in declared()}


def test_what_no_function_guards_is_open_to_the_system_alone() -> None:
    table = actual()
    assert {key: table[key] for key in BY_DIRECTIVE_ALONE} == {key: {"IAM"} for key in BY_DIRECTIVE_ALONE}


def wrong(key: str, rule: Rule) -> Iterator[str]:
    """What is not as the rule says."""
    shop = shop_at(rule.stage)
    for caller in CALLERS:
        missing = asked(shop, caller, key, rule, rule.targets[-1]) if rule.targets != ("",) else None
        for whose in rule.targets:
            if rule.allows(caller, whose):
                answer = asked(shop.copy(), caller, key, rule, whose)
                if not answer.succeeded:
                    yield f"{caller.name} may, on what is {whose or 'there'}, and got {answer.told}"
            else:
                answer = asked(shop, caller, key, rule, whose)
                case = f"{caller.name}, {whose}"
                yield from refused(
                    answer, None if rule.knows(caller, whose) else missing, case, rule.else_told
                )


def refused(answer: Answer, missing: Answer | None, case: str, else_told: frozenset[str]) -> Iterator[str]:
    """What is wrong with the answer to somebody who may not, and may learn no more than of what is missing."""
    if answer.succeeded:
        yield f"{case}: got {answer.told}"
    if answer.changed:
        yield f"{case}: changed something"
    if {answer.error, *answer.refusals} - PERMISSION - else_told:
        yield f"{case}: was told {answer.told}"
    if missing is not None and answer.told != missing.told:
        yield f"{case}: was told {answer.told}, and of what is not there {missing.told}"


def asked(shop: Shop, caller: Caller, key: str, rule: Rule, whose: str) -> Answer:
    """The answer to one case."""
    thing = shop.things[rule.thing, whose] if rule.thing else ""
    return ask(shop, caller, key, with_token(shop, caller, key, rule.arguments(shop, thing)))


def with_token(shop: Shop, caller: Caller, key: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments with the token that the caller brings, where the field takes one."""
    if caller.token is None or key not in TAKES_TOKEN:
        return arguments
    token = {"token": shop.tokens[caller.token]}
    if "input" in arguments:
        return {"input": arguments["input"] | token}
    return {**arguments, **token}
