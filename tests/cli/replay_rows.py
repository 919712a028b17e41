"""Factories for the replay's tests: rows, judged files and plans from a few words."""

from decimal import Decimal

from cli.replay.catalogue import catalogue
from cli.replay.invoices import Row
from cli.replay.plan import Plan, make_plan
from cli.replay.rule import classify


def row(
    invoice="536365", sku="22423", quantity=6, price="2.55", customer="17850", line=2, description="LANTERN"
):
    return Row(
        line=line,
        invoice=invoice,
        sku=sku,
        description=description,
        quantity=quantity,
        price=Decimal(price),
        customer=customer,
        country="United Kingdom",
    )


def numbered(*rows: Row) -> tuple[Row, ...]:
    """The rows as lines 2, 3, ... of a file."""
    return tuple(
        Row(line, r.invoice, r.sku, r.description, r.quantity, r.price, r.customer, r.country)
        for line, r in enumerate(rows, start=2)
    )


def outcomes(*rows: Row) -> list[str]:
    return [one.outcome.value for one in classify(rows)]


def plan_of(*rows: Row) -> Plan:
    judged = classify(numbered(*rows))
    return make_plan(judged, {product.sku: product.pence for product in catalogue(judged)})
