"""The way of an order on more than 90 different SKUs: hold its stock in chunks, then place it, or release all.

A lost answer, a crash or a second try of the same key goes on where the first stopped; whoever comes helps.
"""

from dataclasses import replace

from domain.history import apply
from domain.placing import in_chunks, placing_facts, price_conditions
from domain.refusals import Busy, Refused
from resolvers.commanding import conflict
from resolvers.hot_stock import search
from resolvers.placing import (
    MAX_PLANS,
    CartMovedError,
    InChunksError,
    Placement,
    place_at_once,
    reference_taken,
)
from resolvers.shapes.orders import OrderPayload
from storage.order_reads import read_catalogue
from storage.order_writes import Miss, Missed
from storage.reserving import (
    HeadMovedError,
    Phase,
    Reservation,
    Standing,
    abort,
    begin,
    finish,
    hold,
    release,
    standing,
)
from storage.transact import BUSY_PAUSE_MS

MAX_ROUNDS = 6
"""How often the head is read anew when somebody else moves it."""


def place_whole(placement: Placement) -> OrderPayload:
    """Place an order the way that its size asks for. Raises Refused, CartMovedError."""
    if not in_chunks(placement.request):
        try:
            return place_at_once(placement)
        except InChunksError:
            pass  # few SKUs, but a hot one whose units lie in many shards
    return place_in_chunks(placement)


def place_in_chunks(placement: Placement) -> OrderPayload:
    """Place an order of any size up to 1,000 lines. Raises Refused."""
    store = placement.context.store
    for _ in range(MAX_ROUNDS):
        found = standing(store, placement.order_id)
        if found is not None and found.phase is Phase.PLACED:
            return placement.replay()
        if found is not None and found.phase is Phase.ABORTING:
            release(store, placement.order_id, found.attempt, placement.context.now)
            continue
        reservation = _reservation(placement, found)
        try:
            placed = _hold_and_finish(placement, reservation) if reservation else None
        except HeadMovedError:
            continue
        if placed:
            return placed
    raise Refused(Busy("BUSY", "This order is being placed elsewhere. Try again shortly.", (), BUSY_PAUSE_MS))


def _reservation(placement: Placement, found: Standing | None) -> Reservation | None:
    """The reservation to go on with: the one that stands, or a new one; None where another was quicker."""
    if found is not None and found.phase is Phase.RESERVING:
        if found.payload_hash != placement.payload_hash:
            raise Refused(conflict())
        return found.reservation
    request, store = placement.request, placement.context.store
    catalogue = read_catalogue(store, {line.sku for line in request.lines})
    order, _ = placement.priced(catalogue)
    searching = search(placement.context, order, catalogue, request.at, blindly=False)
    searching.refuse_sold_out()
    order = searching.planned(order)
    versions = price_conditions(request, catalogue)
    attempt = found.attempt + 1 if found else 1
    unplaced = replace(order, version=0, last_public=0, payments=(), kept={})
    reservation = Reservation(unplaced, attempt, versions, placement.cart)
    return reservation if begin(store, reservation, placement.context.now) else None


def _hold_and_finish(placement: Placement, reservation: Reservation) -> OrderPayload | None:
    """Hold what is not held, then place; what cannot be held is released and refused. Raises HeadMovedError."""
    context = placement.context
    misses = hold(context.store, reservation)
    if misses:
        _give_up(placement, reservation, "SHORT_OR_PRICE")
        _refuse(placement, reservation, misses)
        return None  # others were quicker to take what shards of a hot SKU had: look again
    for number in range(MAX_PLANS):
        numbered = replace(reservation.order, number=placement.number(number))
        placed, events = apply(
            numbered, placing_facts(numbered, placement.request, context.actor), context.actor, context.now
        )
        missed = {
            miss.reason for miss in finish(context.store, reservation, placed, events, placement.audit())
        }
        if not missed:
            return placement.answer(placed)
        if Missed.REFERENCE in missed:
            _give_up(placement, reservation, "REFERENCE")
            raise Refused(reference_taken())
        if Missed.CART in missed:
            _give_up(placement, reservation, "CART")
            raise CartMovedError
    return None


def _give_up(placement: Placement, reservation: Reservation, reason: str) -> None:
    """Release what is held. Raises HeadMovedError where somebody else has placed it, or given it up, meanwhile."""
    store, order_id = placement.context.store, placement.order_id
    if not abort(store, order_id, reservation.attempt, reason):
        raise HeadMovedError
    release(store, order_id, reservation.attempt, placement.context.now)


def _refuse(placement: Placement, reservation: Reservation, misses: tuple[Miss, ...]) -> None:
    """Raise Refused: too little stock, or a price that is no longer the one reserved at; not for shards of hot SKUs."""
    short = placement.refuse_short(misses, reservation.order.lines)
    prices = {line.sku: line.unit_price for line in reservation.order.lines}
    changes = placement.price_changes(tuple(miss for miss in misses if miss not in short), prices)
    if changes:
        raise Refused(*changes)
