"""The built-in test provider: takes no money, and goes every way that a payment can go, by the token of its method.

It stands for something outside, so its books are its own (a `Ledger`); functions and restarts share them. Nothing is
sent by itself: `confirm` and `settle` answer with the webhooks that a real provider would post then, and `deliveries`
with all of them.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime

from domain.money import DECIMALS
from domain.payment_report import PaymentReport, RefundReport
from domain.values import value
from providers.provider import (
    Authorization,
    ProviderRefusedError,
    ProviderUnreachableError,
    Webhook,
    WebhookEvent,
)
from providers.trial_account import Account, Deed, Step
from providers.trial_books import Books, Ledger, answer, key_reused, read_books, write_books
from providers.trial_tokens import Delivery, Operation, token_of
from providers.trial_webhooks import read_webhook, write_webhook

TRIES = 8
"""Of one step against others at the same moment; then the caller tries again, as with a real provider's lock."""


@value
class Trial:
    """The test provider over a ledger. `confirm_url` is the page where an owner confirms: `{reference}` is put in.

    Webhooks are signed with every secret; the first one also makes references, so that nobody guesses them.
    """

    ledger: Ledger
    secrets: tuple[bytes, ...] = field(repr=False)
    confirm_url: str
    name: str = "test"

    def authorize(self, asked: Authorization) -> PaymentReport:
        """As its token says. Raises ProviderRefusedError for what no provider takes."""
        if asked.amount <= 0 or asked.currency not in DECIMALS:
            raise ProviderRefusedError("invalid_amount", "an amount above 0 in a known currency is required")
        token = token_of(asked.method)
        if not token.reachable:
            raise ProviderUnreachableError("the test provider was not reached")
        books = Books(self._reference(asked.key), asked)
        if self._put(books.reference, 1, books):
            if token.answer_lost is Operation.AUTHORIZE:
                raise ProviderUnreachableError("the answer was lost")
        elif self._read(books.reference)[1].asked != asked:
            raise key_reused(asked.key)
        return books.account().report(self.confirm_url)

    def capture(self, reference: str, amount: int, currency: str, key: str) -> PaymentReport:
        """Take some or all of what is held."""
        step = Step(Deed.CAPTURE, key, amount, currency)
        return self._ask(reference, step, Operation.CAPTURE).report(self.confirm_url)

    def void(self, reference: str, key: str) -> PaymentReport:
        """Give back what is held and not captured; a payment that waits ends as well."""
        return self._ask(reference, Step(Deed.VOID, key), Operation.VOID).report(self.confirm_url)

    def refund(self, reference: str, amount: int, currency: str, key: str) -> RefundReport:
        """Pay back some or all of what was captured."""
        account = self._ask(reference, Step(Deed.REFUND, key, amount, currency), Operation.REFUND)
        return next(refund for refund in account.refunds if refund.key == key)

    def look(self, reference: str) -> PaymentReport:
        """The payment as it stands."""
        return self._read(reference)[1].account().report(self.confirm_url)

    def look_refund(self, reference: str) -> RefundReport:
        """The refund as it stands."""
        refunds = self._read(reference.rpartition("_r")[0])[1].account().refunds
        for refund in refunds:
            if refund.reference == reference:
                return refund
        raise ProviderRefusedError("no_such_refund", reference)

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """Read one of our own webhooks. Raises BadSignatureError, MalformedError."""
        return read_webhook(headers, body, self.secrets, now)

    def confirm(self, reference: str, *, accept: bool, now: datetime) -> tuple[Webhook, ...]:
        """The owner confirms or refuses a payment that waits; the webhooks of it. Again, the same ones.

        Raises ProviderRefusedError: answered otherwise before, voided, unknown.
        """
        return self._happen(reference, (answer(reference, accept=accept),), now)

    def settle(self, reference: str, now: datetime) -> tuple[Webhook, ...]:
        """Whatever waits at the provider comes to the end that its token says; the webhooks of it, none if nothing waits."""
        return self._happen(reference, self._read(reference)[1].due(), now)

    def deliveries(self, reference: str, now: datetime) -> tuple[Webhook, ...]:
        """Every webhook of a payment so far, as its token delivers them."""
        books = self._read(reference)[1]
        return self._deliver(books, range(len(books.steps) + 1), now)

    def _ask(self, reference: str, step: Step, operation: Operation) -> Account:
        """Do a step that one of our calls asks for; its first answer may be lost."""
        account, first = self._do(reference, step)
        if first and account.token.answer_lost is operation:
            raise ProviderUnreachableError("the answer was lost")
        return account

    def _happen(self, reference: str, steps: tuple[Step, ...], now: datetime) -> tuple[Webhook, ...]:
        for step in steps:
            self._do(reference, step)
        books = self._read(reference)[1]
        keys = {step.key for step in steps}
        return self._deliver(books, [n for n, step in enumerate(books.steps, 1) if step.key in keys], now)

    def _do(self, reference: str, step: Step) -> tuple[Account, bool]:
        """Where the payment stands after a step, and whether this call did it."""
        for _ in range(TRIES):
            version, books = self._read(reference)
            answered = books.answered(step)
            if answered is not None:
                return answered, False
            grown = books.grown(step)
            if self._put(reference, version + 1, grown):
                return grown.account(), True
        raise ProviderUnreachableError("another call is working on this payment")

    def _deliver(self, books: Books, numbers: Iterable[int], now: datetime) -> tuple[Webhook, ...]:
        told = list(numbers)
        match books.account().token.deliveries:
            case Delivery.TWICE:
                told = [number for number in told for _ in range(2)]
            case Delivery.REVERSED:
                told = list(range(max(told, default=-1), -1, -1))
        events = [books.event(number, self.confirm_url) for number in told]
        return tuple(write_webhook(event, self.secrets, now) for event in events)

    def _reference(self, key: str) -> str:
        digest = hmac.new(self.secrets[0], b"reference:" + key.encode(), hashlib.sha256).digest()
        return "trial_" + base64.b32encode(digest).decode().lower()[:26]

    def _read(self, reference: str) -> tuple[int, Books]:
        try:
            found = self.ledger.get(reference)
        except ConnectionError as error:
            raise ProviderUnreachableError(str(error)) from error
        if found is None:
            raise ProviderRefusedError("no_such_payment", reference)
        version, text = found
        return version, read_books(reference, text)

    def _put(self, reference: str, version: int, books: Books) -> bool:
        try:
            return self.ledger.put(reference, version, write_books(books))
        except ConnectionError as error:
            raise ProviderUnreachableError(str(error)) from error
