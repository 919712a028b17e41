"""What some units of a line are worth: their part of its price, tax and discount, so that parts sum to the whole."""

from domain.money import share
from domain.order import Line


def cancelled_value(line: Line, already: int, units: int) -> int:
    """What cancelling `units` more of a line takes off the total: price, less discount, plus tax, in minor units.

    Each unit bears its share of the line's tax and discount by largest remainder, so that the parts of any
    sequence of cancellations sum to the whole.
    """

    def upto(count: int) -> int:
        tax = share(line.tax, count, line.quantity)
        return line.unit_price * count - share(line.discount, count, line.quantity) + tax

    return upto(already + units) - upto(already)
