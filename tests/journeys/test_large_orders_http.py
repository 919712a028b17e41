"""Orders as large as real ones over HTTP: 675 lines, as the largest of the sample data has, and 1,000, the most there may be."""

import pytest

from tests.journeys.caller import Caller
from tests.journeys.crowd_large import ADA, MOST, PLACE, expected_total, levels, lines, live, stock_up

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.xdist_group("laptop")]


@pytest.fixture(scope="module")
def shelf() -> list[str]:
    """Names of what is on the shelf already: a thousand SKUs are put there once."""
    return []


@pytest.fixture
def stocked(shop: Caller, shelf: list[str]) -> Caller:
    """A shop with a thousand SKUs and one."""
    if not shelf:
        stock_up(shop)
        shelf.append("full")
    return shop


@pytest.mark.parametrize("count", [675, MOST])
def test_a_large_order_lives_its_whole_life(stocked: Caller, count: int) -> None:
    before = levels(stocked)
    life = live(stocked, count, cancelled=110)
    placed, last = life.steps["place"]["order"], life.steps["deliver"]["order"]

    totals = placed["totals"]
    assert tuple(totals[name]["amount"] for name in ("subtotal", "tax", "total")) == expected_total(count)
    assert last["totals"]["cancelled"]["amount"] == expected_total(110)[2]
    assert (last["status"], last["fulfillmentStatus"]) == ("COMPLETED", "DELIVERED")
    delivered = [line["deliveredQuantity"] for line in last["lines"]]
    assert delivered == [0 if n < 110 else 1 + n % 3 for n in range(count)]
    left = [-(1 + n % 3) if 110 <= n < count else 0 for n in range(MOST)]
    assert [now[0] - then[0] for now, then in zip(levels(stocked), before, strict=True)] == left
    assert {reserved for _, reserved in levels(stocked)} == {0}


def test_one_line_more_is_refused(stocked: Caller) -> None:
    answer = stocked.ask(ADA, PLACE, key="large-order-too-large", lines=lines(MOST + 1))
    assert answer["data"]["done"]["userErrors"] == [{"__typename": "LimitExceeded", "limit": MOST}]
