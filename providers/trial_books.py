"""The test provider's books: a payment with its steps as text for a ledger, and what follows from them."""

import json
from dataclasses import asdict
from functools import reduce
from typing import Protocol

from domain.payment_report import ProviderState, RefundReport, RefundState
from domain.values import value
from providers.provider import Authorization, ProviderRefusedError, WebhookEvent
from providers.trial_account import WAITING, Account, Deed, Step, after, opened


class Ledger(Protocol):
    """Where the books are kept. Both methods raise ConnectionError where the outcome is unknown."""

    def get(self, reference: str) -> tuple[int, str] | None:
        """The version (from 1) and the text, strongly read; None where there is none."""

    def put(self, reference: str, version: int, text: str) -> bool:
        """Write if the version before (1: nothing) is still there; False if it is not."""


@value
class Books:
    """A payment with its steps. An idempotency key belongs to one step for ever."""

    reference: str
    asked: Authorization
    steps: tuple[Step, ...] = ()

    def account(self, steps: int | None = None) -> Account:
        """Where it stands, or stood after the first so many steps."""
        return reduce(after, self.steps[:steps], opened(self.asked, self.reference))

    def answered(self, step: Step) -> Account | None:
        """Where it stood after the step of this key, if that was done. Raises ProviderRefusedError for another step."""
        for place, done in enumerate(self.steps, start=1):
            if done.key == step.key:
                if done != step:
                    raise key_reused(step.key)
                return self.account(place)
        return None

    def grown(self, step: Step) -> "Books":
        """With one more step. Raises ProviderRefusedError where it cannot happen."""
        after(self.account(), step)
        return Books(self.reference, self.asked, (*self.steps, step))

    def due(self) -> tuple[Step, ...]:
        """What would happen by itself now: the end of a payment that waits, and of every pending refund."""
        account = self.account()
        steps = [_ending(account)] if account.state in WAITING and account.token.ends not in WAITING else []
        deed = _REFUND_ENDS[account.token.refund_ends]
        pending = [refund for refund in account.refunds if refund.state is RefundState.PENDING]
        return (*steps, *(Step(deed, f"{refund.key}:end") for refund in pending))

    def event(self, number: int, confirm_url: str) -> WebhookEvent:
        """What the webhook after the first so many steps says (0: after authorising)."""
        account = self.account(number)
        refund = _told_refund(account, self.steps[number - 1]) if number else None
        return WebhookEvent(
            id=f"evt_{self.reference}_{number}",
            order_id=self.asked.order_id,
            payment_id=self.asked.payment_id,
            payment=None if refund else account.report(confirm_url),
            refund=refund,
        )


_REFUND_ENDS = {RefundState.SUCCEEDED: Deed.REFUND_SUCCEED, RefundState.FAILED: Deed.REFUND_FAIL}


def answer(reference: str, *, accept: bool) -> Step:
    """The one answer that a waiting payment gets."""
    return Step(Deed.APPROVE if accept else Deed.REFUSE, f"{reference}:answer")


def key_reused(key: str) -> ProviderRefusedError:
    """What real providers say as well to another request under a known key."""
    return ProviderRefusedError("idempotency_key_reused", f"{key} was sent with another request")


def _ending(account: Account) -> Step:
    return answer(account.reference, accept=account.token.ends is ProviderState.AUTHORIZED)


def _told_refund(account: Account, step: Step) -> RefundReport | None:
    return next((each for each in account.refunds if step.key in {each.key, f"{each.key}:end"}), None)


def write_books(books: Books) -> str:
    """The books as text."""
    steps = [[step.deed.value, step.key, step.amount, step.currency] for step in books.steps]
    return json.dumps({"asked": asdict(books.asked), "steps": steps})


def read_books(reference: str, text: str) -> Books:
    """The books from their text."""
    data = json.loads(text)
    steps = tuple(Step(Deed(deed), key, amount, currency) for deed, key, amount, currency in data["steps"])
    return Books(reference, Authorization(**data["asked"]), steps)
