"""What AWS asks, as of the dates in prices.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True)
class Price:
    """`usd` buys `per` units; `confirmed` where it was read in AWS's own list of this region."""

    usd: float
    per: float
    unit: str
    source: str
    date: date
    confirmed: bool

    def of(self, quantity: float) -> float:
        """US dollars for so many units."""
        return quantity * self.usd / self.per


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one region, by name."""

    region: str
    by_name: Mapping[str, Price]

    def __getitem__(self, name: str) -> Price:
        return self.by_name[name]

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Names of the figures to look up before they are relied on."""
        return tuple(name for name, price in self.by_name.items() if not price.confirmed)


def read_prices(path: Path = FILE) -> Prices:
    """The price file. Raises TypeError where a price lacks a field or has one too many."""
    held = tomllib.loads(path.read_text())
    region = held.pop("region")
    return Prices(region, {name: Price(**fields) for name, fields in held.items()})
