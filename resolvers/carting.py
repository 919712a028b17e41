"""What the cart's mutations share: read, decide, write on the version decided on; when that moved, decide again."""

from collections.abc import Callable
from dataclasses import replace

from domain.cart import Cart, closed, may_use
from domain.ids import command_key
from domain.refusals import Busy, Refused, StaleVersion, UserError, not_found
from resolvers.cart_view import cart_view
from resolvers.commanding import conflict, payload_hash
from resolvers.context import Context
from resolvers.selecting import payload_wants_problems
from resolvers.shapes.carts import CartPayload
from storage.cart_reads import cart_command_hash, load_cart
from storage.cart_writes import write_carts
from storage.order_writes import KeyedCommand
from storage.transact import BUSY_PAUSE_MS

MAX_DECISIONS = 5

Decide = Callable[[Cart], Cart | UserError]


def change(
    context: Context,
    cart_id: str,
    decide: Decide,
    *,
    expected_version: int | None,
    input: object = None,
    key: str | None = None,
) -> CartPayload:
    """Change a cart; a key does it once. A change that changes nothing writes nothing. Raises Refused."""
    keyed = KeyedCommand(command_key("cart", key), payload_hash(input)) if key else None
    for _ in range(MAX_DECISIONS):
        before = usable(context, cart_id)
        if keyed and _done_before(context, cart_id, keyed):
            return answered(before, context, replayed=True)
        after = _decided(before, decide, expected_version)
        if after == before:
            return answered(before, context)
        after = moved_on(after, context)
        if not write_carts(context.store, [(before, after)], context.shop.cart_days, keyed):
            return answered(after, context)
    raise too_fast()


def answered(cart: Cart, context: Context, *, replayed: bool = False) -> CartPayload:
    """The payload that shows a cart."""
    return CartPayload(cart_view(cart, context, problems=payload_wants_problems(context)), replayed)


def usable(context: Context, cart_id: str, name: str = "cartId") -> Cart:
    """The cart, for a caller whose it is. Not there and not yours look the same. Raises Refused(NotFound)."""
    cart = load_cart(context.store, cart_id, context.now)
    if cart is None or not may_use(cart, context.actor):
        raise Refused(not_found("cart", "input", name))
    return cart


def moved_on(cart: Cart, context: Context) -> Cart:
    """The cart as its next version."""
    return replace(cart, version=cart.version + 1, changed_at=context.now)


def check_version(cart: Cart, expected: int | None) -> None:
    """Raise Refused(StaleVersion) where the caller saw another version."""
    if expected is not None and expected != cart.version:
        message = f"The cart is at version {cart.version}: load it again and decide again."
        raise Refused(StaleVersion("STALE_VERSION", message, ("input", "expectedVersion"), cart.version))


def too_fast() -> Refused:
    """What is told when others change the cart all the time."""
    return Refused(Busy("BUSY", "This cart is changing too fast. Try again shortly.", (), BUSY_PAUSE_MS))


def _decided(before: Cart, decide: Decide, expected_version: int | None) -> Cart:
    refusal = closed(before)
    if refusal:
        raise Refused(refusal)
    check_version(before, expected_version)
    after = decide(before)
    if isinstance(after, UserError):
        raise Refused(after)
    return after


def _done_before(context: Context, cart_id: str, keyed: KeyedCommand) -> bool:
    """Whether this keyed change was made. Raises Refused(IdempotencyConflict) for another body."""
    found = cart_command_hash(context.store, cart_id, keyed.digest)
    if found not in {None, keyed.payload_hash}:
        raise Refused(conflict())
    return found is not None
