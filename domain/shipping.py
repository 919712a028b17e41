"""Ways to ship: where to, and what each costs by the weight or the subtotal of the goods. Pure."""

from enum import Enum

from domain.values import value


class RatedBy(Enum):
    """What the rates of a way to ship go by."""

    WEIGHT = "weight"
    TOTAL = "total"


@value
class Goods:
    """What is to be shipped, as far as its price goes by it: the subtotal in minor units, the weight in grams."""

    subtotal: int
    grams: int


@value
class Rate:
    """A price (minor units) for goods up to a bound, itself included: grams or minor units; None: without a bound."""

    upto: int | None
    price: int


@value
class ShippingMethod:
    """A way to ship: where to (country codes, or `*`), its price and from which subtotal it is free (minor units).

    With `rates` (in rising order) the first whose bound holds is the price; goods beyond the last are not taken.
    """

    id: str
    title: str
    countries: tuple[str, ...]
    price: int
    free_from: int | None
    by: RatedBy | None = None
    rates: tuple[Rate, ...] = ()

    def serves(self, country: str) -> bool:
        """Say whether it ships to this country (ISO 3166 code)."""
        return "*" in self.countries or country in self.countries

    def cost(self, goods: Goods) -> int | None:
        """What it costs to ship these goods, in minor units; None where it does not take them."""
        price = self.price if self.by is None else self._rated(goods)
        free = price is not None and self.free_from is not None and goods.subtotal >= self.free_from
        return 0 if free else price

    def _rated(self, goods: Goods) -> int | None:
        measure = goods.grams if self.by is RatedBy.WEIGHT else goods.subtotal
        return next((rate.price for rate in self.rates if rate.upto is None or measure <= rate.upto), None)
