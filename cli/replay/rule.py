"""The replay rule: gives every line of the file exactly one outcome, the first that matches."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cli.replay.invoices import Row
from cli.replay.openlines import LineKey, OpenLines

INVOICE = re.compile(r"[0-9]+")
CREDIT_NOTE = re.compile(r"C[0-9]+")
# Postage, discounts, samples, fees and the like: codes that name no product.
NOT_PRODUCTS = frozenset({"POST", "DOT", "C2", "M", "D", "S", "B", "AMAZONFEE", "BANK CHARGES", "CRUK"})
MAXIMUM_LINES = 1000


class Outcome(StrEnum):
    """What becomes of a line; LINE and C_CANCELLED go to the store, all others stay in the file."""

    LINE = "LINE"
    UNKNOWN_DOCUMENT = "UNKNOWN_DOCUMENT"
    INVALID_PRICE = "INVALID_PRICE"
    NOT_A_PRODUCT = "NOT_A_PRODUCT"
    STOCK_ADJUSTMENT = "STOCK_ADJUSTMENT"
    ZERO_VALUE = "ZERO_VALUE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    C_CANCELLED = "C_CANCELLED"
    C_NOT_A_PRODUCT = "C_NOT_A_PRODUCT"
    C_NO_CUSTOMER = "C_NO_CUSTOMER"
    C_NO_MATCHING_LINE = "C_NO_MATCHING_LINE"
    C_PRICE_OR_QUANTITY_DIFFERS = "C_PRICE_OR_QUANTITY_DIFFERS"


REASONS = {
    Outcome.UNKNOWN_DOCUMENT: "The document's number is neither digits nor C and digits.",
    Outcome.INVALID_PRICE: "The price is below 0 or has more than 2 decimals.",
    Outcome.NOT_A_PRODUCT: "The code names no product.",
    Outcome.STOCK_ADJUSTMENT: "The quantity of an invoice line is not above 0.",
    Outcome.ZERO_VALUE: "No line of the invoice is a product with a price.",
    Outcome.LIMIT_EXCEEDED: f"The invoice has more than {MAXIMUM_LINES:,} product lines.",
    Outcome.C_NOT_A_PRODUCT: "The code of the credited line names no product.",
    Outcome.C_NO_CUSTOMER: "The credit note names no customer.",
    Outcome.C_NO_MATCHING_LINE: "The customer has not bought this product before in the file.",
    Outcome.C_PRICE_OR_QUANTITY_DIFFERS: "No earlier line at this price has this quantity still open.",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with its outcome; `position` counts the order's lines from 1, `takes` is the order line cancelled."""

    row: Row
    outcome: Outcome
    position: int | None = None
    takes: LineKey | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Lines, units and pounds of one outcome, signed as in the file."""

    lines: int
    units: int
    amount: Decimal


def pence(price: Decimal) -> int:
    """Pounds to pence. Raises ValueError for a part of a penny; trailing zeros are none."""
    hundredfold = price * 100
    if hundredfold != int(hundredfold):
        raise ValueError(f"{price} has more than 2 decimals")
    return int(hundredfold)


def classify(rows: Sequence[Row]) -> tuple[Judged, ...]:
    """Judge every row of one whole file, in file order."""
    sales = [row for row in rows if INVOICE.fullmatch(row.invoice) and _early(row) is None]
    products = Counter(row.invoice for row in sales)
    priced = {row.invoice for row in sales if row.price > 0}
    lines = OpenLines()
    return tuple(_judge(row, products, priced, lines) for row in rows)


def tally(judged: Iterable[Judged]) -> dict[Outcome, Tally]:
    """Sum up each outcome that occurs, in the order of Outcome."""
    rows: dict[Outcome, list[Row]] = {}
    for one in judged:
        rows.setdefault(one.outcome, []).append(one.row)
    return {outcome: total(rows[outcome]) for outcome in Outcome if outcome in rows}


def total(rows: Iterable[Row]) -> Tally:
    """Sum up rows whatever their outcome."""
    rows = list(rows)
    return Tally(len(rows), sum(row.quantity for row in rows), sum((row.amount for row in rows), Decimal(0)))


def _judge(row: Row, products: Counter[str], priced: set[str], lines: OpenLines) -> Judged:
    early = _early(row)
    if early is not None:
        return Judged(row, early)
    if CREDIT_NOTE.fullmatch(row.invoice):
        return _judge_credit(row, lines)
    if row.invoice not in priced:
        return Judged(row, Outcome.ZERO_VALUE)
    if products[row.invoice] > MAXIMUM_LINES:
        return Judged(row, Outcome.LIMIT_EXCEEDED)
    return Judged(row, Outcome.LINE, position=lines.sell(row).position)


def _early(row: Row) -> Outcome | None:
    """Rules 1, 2 and the first of 3: what the row alone decides."""
    credit = CREDIT_NOTE.fullmatch(row.invoice) is not None
    if not credit and not INVOICE.fullmatch(row.invoice):
        return Outcome.UNKNOWN_DOCUMENT
    if row.price < 0 or row.price != round(row.price, 2):
        return Outcome.INVALID_PRICE
    if row.sku in NOT_PRODUCTS:
        return Outcome.C_NOT_A_PRODUCT if credit else Outcome.NOT_A_PRODUCT
    if not credit and row.quantity <= 0:
        return Outcome.STOCK_ADJUSTMENT
    return None


def _judge_credit(row: Row, lines: OpenLines) -> Judged:
    if row.customer is None:
        return Judged(row, Outcome.C_NO_CUSTOMER)
    taken = lines.take(row)
    if taken is not None:
        return Judged(row, Outcome.C_CANCELLED, takes=taken)
    if not lines.bought(row):
        return Judged(row, Outcome.C_NO_MATCHING_LINE)
    return Judged(row, Outcome.C_PRICE_OR_QUANTITY_DIFFERS)
