"""A file as work to do: read, judged, with the catalogue and the plan that follow from it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from cli.replay.catalogue import Product, catalogue
from cli.replay.invoices import InvoiceFile, read_invoices
from cli.replay.plan import Plan, make_plan
from cli.replay.rule import Judged, classify


@dataclass(frozen=True, slots=True)
class Work:
    """A file, judged, and what follows from it."""

    file: InvoiceFile
    judged: tuple[Judged, ...]
    products: tuple[Product, ...]
    plan: Plan


def prepare(path: Path) -> Work:
    """Read and judge a file. Raises InvoiceFileError."""
    file = read_invoices(path)
    judged = classify(file.rows)
    products = catalogue(judged)
    return Work(file, judged, products, make_plan(judged, {each.sku: each.pence for each in products}))


def at_prices_of(work: Work, other: Collection[str]) -> Work:
    """The same work in a shop whose list prices of `other` SKUs are not the file's: these are sold as agreed."""
    if not other:
        return work
    prices = {each.sku: each.pence for each in work.products if each.sku not in other}
    return replace(work, plan=make_plan(work.judged, prices))
