"""Money goes every way: held, taken in part, given back, let go, declined and tried again, and its answers lost."""

from typing import Any

from tests.infra.iam.acting import Stage
from tests.infra.iam.day import admin, customer, gbp, key, place, settle


def pay(stage: Stage) -> None:
    """Every command of money, and the consumer that calls the provider."""
    take_and_give_back(stage)
    let_go(stage)
    try_again(stage)
    nothing_to_take(stage)
    lost(stage)


def prepaid(stage: Stage, method: str, *skus: str) -> Any:
    """Ada's order, and its payment asked for."""
    order = place(stage, *skus, paymentTerms="PREPAID", payment={"method": method})
    settle(stage, "PAYMENT_STARTED", order["id"])
    return order


def take_and_give_back(stage: Stage) -> None:
    """A part is taken, then the rest; a part given back, asked for twice; then all, when the order is cancelled."""
    eve, order = admin(stage), prepaid(stage, "test_approved")
    keyed = {"orderId": order["id"]}
    stage.done("Mutation.capturePayment", eve, **keyed, amount=gbp("1.00"), idempotencyKey=key())
    stage.done("Mutation.capturePayment", eve, **keyed, idempotencyKey=key())
    once = {**keyed, "amount": gbp("0.50"), "idempotencyKey": key(), "reason": "SCRATCHED"}
    previewed = stage.ask("Query.refundPreview", eve, input=once)
    assert previewed["preview"], previewed
    for _ in range(2):
        stage.done("Mutation.refundOrder", eve, **once)
    stage.done("Mutation.cancelOrder", eve, **keyed, idempotencyKey=key())
    settle(stage, "ORDER_CANCELLED", order["id"])


def let_go(stage: Stage) -> None:
    """What is held is let go by hand."""
    order = prepaid(stage, "test_approved")
    given = {"orderId": order["id"], "paymentId": "pay_0001", "idempotencyKey": key()}
    stage.done("Mutation.voidPayment", admin(stage), **given)


def try_again(stage: Stage) -> None:
    """A declined card is followed by a good one."""
    order = prepaid(stage, "test_insufficient_funds")
    given = {"orderId": order["id"], "idempotencyKey": key(), "method": "test_approved"}
    stage.done("Mutation.retryPayment", customer(stage), **given)


def nothing_to_take(stage: Stage) -> None:
    """An order on account has no payments: what asks for money of it is refused."""
    eve, keyed = admin(stage), {"orderId": place(stage)["id"]}
    for name, more in (("capturePayment", {}), ("voidPayment", {"paymentId": "pay_0001"})):
        given = keyed | more | {"idempotencyKey": key()}
        assert stage.ask(f"Mutation.{name}", eve, input=given)["userErrors"], name


def lost(stage: Stage) -> None:
    """The provider's answer is lost: the message comes again, and the same key has the same answer."""
    order = prepaid(stage, "test_approved", "BIG-001")
    stage.done("Mutation.cancelOrder", customer(stage), orderId=order["id"])
    settle(stage, "ORDER_CANCELLED", order["id"])
    settle(stage, "ORDER_CANCELLED", order["id"])
