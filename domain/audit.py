"""What a stored order must hold to, checked: each thing that is wrong becomes one finding, said in words. Pure."""

from collections.abc import Iterator, Mapping
from enum import Enum

from domain.events import Event
from domain.lifecycle import END_STATUSES, LEFT, FulfillmentStatus, OrderStatus
from domain.line_shares import cancelled_value
from domain.money import tax_on
from domain.order import Line, Order, units_of
from domain.values import value


class Rule(Enum):
    """The rules; their values are what findings are listed under."""

    LINES = "I1 lines"
    MONEY = "I2 money"
    STOCK = "I3 stock"
    LOG = "I4 log"
    END = "I5 end state"
    COMMANDS = "I6 commands"
    PARTS = "I7 parts"
    KEYS = "keys"
    FORM = "form"


@value
class Finding:
    """One thing that is wrong: of what (`order ord_...`, `SKU LANTERN`), by which rule, and what should be there."""

    rule: Rule
    subject: str
    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        """One line."""
        return f"{self.rule.value}: {self.subject}: {self.what}: expected {self.expected}, found {self.found}"


Findings = Iterator[Finding]


def order_subject(order_id: str) -> str:
    """What findings call an order."""
    return f"order {order_id}"


def unequal(rule: Rule, subject: str, *pairs: tuple[str, object, object]) -> Findings:
    """A finding for each (what, expected, found) whose two sides differ."""
    for what, expected, found in pairs:
        if expected != found:
            yield Finding(rule, subject, what, expected, found)


def check_order(order: Order, events: tuple[Event, ...], commands: Mapping[str, int]) -> Findings:
    """I1, I2, I5, I6 and I7 of one placed order; `commands` are the versions that keyed commands' records name."""
    yield from check_lines(order)
    yield from check_money(order)
    yield from check_end(order)
    yield from check_commands(order, events, commands)
    yield from check_parts(order)


def check_lines(order: Order) -> Findings:
    """I1: 0 <= delivered <= shipped <= ordered - cancelled for each line, and parcels hold what the counters say."""
    subject, known = order_subject(order.id), {line.id for line in order.lines}
    if len(known) != len(order.lines):
        yield Finding(Rule.LINES, subject, "line ids", f"{len(order.lines)} different", len(known))
    for line_id in sorted(_named_lines(order) - known):
        yield Finding(
            Rule.LINES, subject, f"line {line_id}", "a line of the order", "counters or a parcel alone"
        )
    pending = order.in_parcels()
    gone = _units_in(order, *LEFT)
    arrived = _units_in(order, FulfillmentStatus.DELIVERED)
    for line in order.lines:
        counted, name = order.counted(line.id), f"line {line.id} ({line.sku})"
        yield from _check_line(order, line)
        yield from check_allocation(line, subject)
        yield from unequal(
            Rule.LINES,
            subject,
            (f"{name}: units shipped, by its parcels", gone.get(line.id, 0), counted.shipped),
            (f"{name}: units delivered, by its parcels", arrived.get(line.id, 0), counted.delivered),
        )
        left = line.quantity - counted.cancelled - counted.shipped
        if pending.get(line.id, 0) > max(0, left):
            yield Finding(Rule.LINES, subject, f"{name}: units packed", f"at most {left}", pending[line.id])


def _check_line(order: Order, line: Line) -> Findings:
    counted = order.counted(line.id)
    chain = [0, counted.delivered, counted.shipped, line.quantity - counted.cancelled]
    if chain != sorted(chain) or counted.cancelled < 0 or line.quantity < 1:
        rule = "0 <= delivered <= shipped <= ordered - cancelled"
        found = f"0 <= {counted.delivered} <= {counted.shipped} <= {line.quantity} - {counted.cancelled}"
        yield Finding(
            Rule.LINES, order_subject(order.id), f"line {line.id} ({line.sku}): quantities", rule, found
        )


def check_allocation(line: Line, subject: str) -> Findings:
    """A line whose stock was taken of several shards says where each of its units was taken, above 0 of each."""
    if line.allocation:
        units = [count for _, count in line.allocation]
        said = f"line {line.id} ({line.sku}): units by the shards they were taken of"
        if min(units) < 1 or sum(units) != line.quantity:
            yield Finding(Rule.STOCK, subject, said, line.quantity, units)


def _named_lines(order: Order) -> set[str]:
    return set(order.counters).union(*(parcel.units for parcel in order.fulfillments))


def _units_in(order: Order, *statuses: FulfillmentStatus) -> dict[str, int]:
    """Units by line in parcels of these statuses."""
    total: dict[str, int] = {}
    for parcel in order.fulfillments:
        if parcel.status in statuses:
            for line_id, units in parcel.units.items():
                total[line_id] = total.get(line_id, 0) + units
    return total


def check_money(order: Order) -> Findings:
    """I2: the subtotal is the lines', what was cancelled is what the cancelled units were worth, and nothing is below 0."""
    totals, subject = order.totals, order_subject(order.id)
    yield from unequal(
        Rule.MONEY,
        subject,
        (
            "subtotal of the lines",
            sum(line.unit_price * line.quantity for line in order.lines),
            totals.subtotal,
        ),
        ("value of the cancelled units", _cancelled_units_value(order), totals.cancelled),
    )
    if not 0 <= totals.cancelled <= totals.total:
        yield Finding(Rule.MONEY, subject, "cancelled value", f"0 to {totals.total}", totals.cancelled)
    if not 0 <= totals.refunded <= totals.captured:
        yield Finding(
            Rule.MONEY, subject, "refunded", f"0 to the captured {totals.captured}", totals.refunded
        )


def _cancelled_units_value(order: Order) -> int:
    """What all cancelled units took off the total; the last one took the shipping with it."""
    lines = sum(cancelled_value(line, 0, order.counted(line.id).cancelled) for line in order.lines)
    ordered, cancelled, _, _ = units_of(order)
    return lines + (order.totals.shipping + order.totals.shipping_tax if cancelled == ordered else 0)


def check_end(order: Order) -> Findings:
    """I5: an order in an end state has no unit open or packed; a cancelled, rejected or expired one none left."""
    if order.status not in END_STATUSES:
        return
    subject, status = order_subject(order.id), order.status.value
    ordered, cancelled, _, delivered = units_of(order)
    left = sum(order.open_units().values()), sum(order.in_parcels().values())
    yield from unequal(
        Rule.END,
        subject,
        (f"units open of a {status} order", 0, left[0]),
        (f"units packed of a {status} order", 0, left[1]),
    )
    if order.status in {OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.EXPIRED}:
        yield from unequal(Rule.END, subject, (f"units cancelled of a {status} order", ordered, cancelled))
    if order.status is OrderStatus.COMPLETED:
        yield from unequal(
            Rule.END,
            subject,
            ("units delivered of a COMPLETED order", max(1, ordered - cancelled), delivered),
        )


def check_commands(order: Order, events: tuple[Event, ...], commands: Mapping[str, int]) -> Findings:
    """I6: the record of a keyed command names a version that the order has, or had."""
    sequences = {event.sequence for event in events}
    for key, version in sorted(commands.items()):
        if version not in sequences:
            yield Finding(
                Rule.COMMANDS,
                order_subject(order.id),
                f"version in the record {key}",
                f"one of 1 to {order.version} that is in the log",
                version,
            )


def check_parts(order: Order) -> Findings:
    """I7: taxes and discounts of the lines are the order's, and each line's tax is what its rate makes of it."""
    totals, subject = order.totals, order_subject(order.id)
    yield from unequal(
        Rule.PARTS,
        subject,
        (
            "tax of the lines and the shipping",
            sum(line.tax for line in order.lines) + totals.shipping_tax,
            totals.tax,
        ),
        ("discount of the lines", sum(line.discount for line in order.lines), totals.discount),
        *(
            (f"tax of line {line.id} ({line.sku})", tax_on(_net(line), line.tax_rate), line.tax)
            for line in order.lines
        ),
    )


def _net(line: Line) -> int:
    return line.unit_price * line.quantity - line.discount
