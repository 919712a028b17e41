"""AppSync's half of authorisation, on the laptop: whoever may is let pass, and whoever no rule names is not."""

import pytest

from tests.authorisation.at_the_gate import passes
from tests.authorisation.callers import CALLERS, CLAIMANT, GROUPS, OWNER, Caller
from tests.authorisation.rules import BY_DIRECTIVE_ALONE, ON_BEHALF, RULES
from tests.resolvers.schema_document import Modes, actual


def mode_of(caller: Caller) -> str:
    """By which of the schema's modes a caller comes."""
    if caller.identity is None:
        return "guest"
    if "userArn" in caller.identity:
        return "IAM"
    return next(iter(caller.groups), "customer")


@pytest.mark.parametrize("key", [*RULES, *BY_DIRECTIVE_ALONE])
def test_the_laptop_lets_pass_by_the_directives(key: str) -> None:
    admitted: Modes = actual()[key]
    got = {caller.name for caller in CALLERS if passes(caller, key)}
    named = {caller.name for caller in CALLERS if mode_of(caller) in admitted}

    # A pool's groups are what its tokens claim: who says "admin" in the customers' pool gets this far, and no further.
    claimed = {CLAIMANT.name} if set(GROUPS) & admitted else set()
    assert got == named | claimed


@pytest.mark.parametrize("key", RULES)
def test_whoever_may_is_let_pass(key: str) -> None:
    rule = RULES[key]
    may = [each for each in CALLERS if any(rule.allows(each, whose) for whose in rule.targets)]

    assert [each.name for each in may if not passes(each, key) and mode_of(each) != "IAM"] == []


@pytest.mark.parametrize("key", RULES)
def test_of_staff_none_but_those_who_may_pass_a_field_that_customers_may_not_use(key: str) -> None:
    rule = RULES[key]
    may = {each.name for each in CALLERS if any(rule.allows(each, whose) for whose in rule.targets)}
    if not passes(OWNER, key):
        assert {each.name for each in CALLERS if each.groups and passes(each, key)} == may


def test_who_places_for_others_may_place() -> None:
    may = [each for each in CALLERS if ON_BEHALF.allows(each, "")]
    assert [each.name for each in may if passes(each, "Mutation.placeOrder")] == ["support", "admin"]
