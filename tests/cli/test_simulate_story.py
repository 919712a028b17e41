"""Buyers that are drawn: what they want can be had, they are the same for a seed, and there are all kinds of them."""

from random import Random

import pytest
from graphql import build_schema, parse, validate
from hypothesis import given
from hypothesis import strategies as st

from cli.simulate import board, buying, command, fulfilling
from cli.simulate.story import MOST_LINES, MOST_UNITS, WEIGHTS, Paying, draw, wait
from domain.lifecycle import CarrierStatus
from local.appsync.schema import PRELUDE
from tests.resolvers.schema_document import TEXT

SHELF = [f"SKU-{number}" for number in range(30)]


@given(st.integers(), st.integers(1, 40))
def test_a_buyer_wants_what_is_on_the_shelf_and_the_carrier_delivers_it(seed: int, size: int) -> None:
    shelf = SHELF[:size]
    story = draw(Random(seed), shelf)
    skus = [sku for sku, _ in story.basket]

    assert set(skus) <= set(shelf)
    assert len(set(skus)) == len(skus) <= MOST_LINES
    assert all(1 <= units <= MOST_UNITS for _, units in story.basket)
    assert story.parcels <= len(story.basket)
    assert all(CarrierStatus.DELIVERED in {word.status for word in words} for words in story.words)


def test_a_seed_draws_the_same_buyers_again() -> None:
    first, again = ([draw(dice, SHELF) for _ in range(50)] for dice in (Random(7), Random(7)))
    assert first == again


def test_every_kind_of_buyer_comes() -> None:
    dice = Random(1)
    stories = [draw(dice, SHELF) for _ in range(400)]

    assert {story.paying for story in stories} == set(Paying)
    assert {story.customer is None for story in stories} == {True, False}
    assert {story.parcels for story in stories} == {1, 2}
    assert any(story.cancels for story in stories)
    assert any(story.damaged for story in stories)
    assert any(story.words[0][-1].status is not CarrierStatus.DELIVERED for story in stories)
    assert sum(WEIGHTS.values()) == 100


def test_buyers_come_at_the_rate_that_was_asked_for() -> None:
    dice = Random(3)
    waits = [wait(dice, 20) for _ in range(4_000)]
    assert sum(waits) / len(waits) == pytest.approx(3.0, rel=0.1)


@pytest.mark.parametrize(
    "document", [buying.RETRY, fulfilling.CANCEL, fulfilling.CREATE, board.BOARD, command.SHELF]
)
def test_a_document_is_of_the_schema(document: str) -> None:
    assert validate(build_schema(PRELUDE + TEXT), parse(document)) == []
