"""Stripe as its documentation tells it and the pinned library types it: an HTTP client for the library, in memory.

It takes no parameter and answers no field that the library's own types do not have. Idempotency, statuses, errors and
test cards (`pm_card_...`) are Stripe's documentation. It is not Stripe.
"""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlparse

import stripe
from stripe import params as types

Answer = tuple[int, dict[str, Any]]

DECLINES = {
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "pm_card_chargeDeclinedStolenCard": "stolen_card",
}
PARAMS = {
    "create": types.PaymentIntentCreateParams,
    "capture": types.PaymentIntentCaptureParams,
    "cancel": types.PaymentIntentCancelParams,
    "refunds": types.RefundCreateParams,
}


class FakeStripe(stripe.HTTPClient):
    """`lost` names operations whose next answer is lost after they were done; `broken` those answered with a status."""

    name = "fake"

    def __init__(self, *, multicapture: bool = False) -> None:
        super().__init__()
        self.multicapture = multicapture
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[str, Answer]] = {}
        self.requests: list[tuple[str, str, dict[str, Any], Mapping[str, str]]] = []
        self.lost: list[str] = []
        self.broken: dict[str, int] = {}
        self._numbers = count(1)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: Any = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        path, sent = urlparse(url), dict(headers or {})
        given = _nested(parse_qsl(post_data or path.query, keep_blank_values=True))
        self.requests.append((method, path.path, given, sent))
        operation = _operation(method, path.path)
        if operation in self.broken:
            status, body = self.broken[operation], _error("api_error", "lock_timeout", "try again")[1]
        else:
            status, body = self._once(method, path.path, given, sent.get("Idempotency-Key"))
        if operation in self.lost:
            self.lost.remove(operation)
            raise stripe.APIConnectionError("connection reset")  # type: ignore[no-untyped-call]
        return json.dumps(body), status, {"request-id": f"req_{len(self.requests)}"}

    def close(self) -> None:
        """Nothing is open."""

    def act(self, intent_id: str, *, confirmed: bool) -> None:
        """The customer confirms, or refuses, what the bank asked."""
        intent = self.intents[intent_id]
        intent["next_action"] = None
        if confirmed:
            self._charged(intent)
            return
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"type": "card_error", "code": "payment_intent_authentication_failure"}

    def _once(self, method: str, path: str, given: dict[str, Any], key: str | None) -> Answer:
        """The same key has the same answer; with other parameters it is an error of its own."""
        request = f"{method} {path} {json.dumps(given, sort_keys=True)}"
        if key is None:
            return self._answer(method, path, given)
        if key not in self.answers:
            self.answers[key] = (request, json.loads(json.dumps(self._answer(method, path, given))))
        first, answer = self.answers[key]
        if first != request:
            return _error("idempotency_error", None, "Keys for idempotent requests can only be used once")
        return answer

    def _answer(self, method: str, path: str, given: dict[str, Any]) -> Answer:
        match [method, *path.strip("/").split("/")[1:]]:
            case ["post", "payment_intents"]:
                return self._create(_known("create", given))
            case ["get", "payment_intents", identifier] if identifier in self.intents:
                return 200, self._shown(self.intents[identifier], given)
            case ["post", "payment_intents", identifier, "capture"] if identifier in self.intents:
                return self._capture(self.intents[identifier], _known("capture", given))
            case ["post", "payment_intents", identifier, "cancel"] if identifier in self.intents:
                return self._cancel(self.intents[identifier], _known("cancel", given))
            case ["post", "refunds"]:
                return self._refund(_known("refunds", given))
            case ["get", "refunds", identifier] if identifier in self.refunds:
                return 200, self.refunds[identifier]
        return _error("invalid_request_error", "resource_missing", "No such object", status=404)

    def _create(self, given: dict[str, Any]) -> Answer:
        card = given["payment_method"]
        if not card.startswith("pm_card_"):
            return _error(
                "invalid_request_error", "resource_missing", "No such PaymentMethod", param="payment_method"
            )
        intent = _typed(stripe.PaymentIntent, {
            "id": f"pi_{next(self._numbers)}", "object": "payment_intent", "amount": int(given["amount"]),
            "amount_capturable": 0, "amount_received": 0, "capture_method": given["capture_method"],
            "currency": given["currency"], "metadata": given["metadata"], "latest_charge": None,
            "next_action": None, "last_payment_error": None, "status": "requires_payment_method",
        })  # fmt: skip
        self.intents[intent["id"]] = intent
        if card in DECLINES:
            error = {"code": "card_declined", "decline_code": DECLINES[card], "type": "card_error"}
            intent["last_payment_error"] = error
            return 402, {"error": {**error, "message": "declined", "payment_intent": self._shown(intent, {})}}
        if card == "pm_card_authenticationRequired":
            intent["status"] = "requires_action"
            intent["next_action"] = _typed(stripe.PaymentIntent.NextAction, {
                "type": "redirect_to_url",
                "redirect_to_url": {"url": "https://hooks.stripe.com/3d_secure", "return_url": given["return_url"]},
            })  # fmt: skip
        elif card == "pm_card_slow":
            intent["status"] = "processing"
        else:
            self._charged(intent)
        return 200, self._shown(intent, given)

    def _charged(self, intent: dict[str, Any]) -> None:
        several = "available" if self.multicapture else "unavailable"
        intent["status"], intent["amount_capturable"] = "requires_capture", intent["amount"]
        intent["charge"] = _typed(stripe.Charge, {
            "id": f"ch_{intent['id']}", "object": "charge", "amount": intent["amount"], "amount_captured": 0,
            "amount_refunded": 0, "currency": intent["currency"], "payment_intent": intent["id"],
            "metadata": intent["metadata"], "captured": False,
            "payment_method_details": {"type": "card", "card": {"multicapture": {"status": several}}},
        })  # fmt: skip

    def _capture(self, intent: dict[str, Any], given: dict[str, Any]) -> Answer:
        amount = int(given["amount_to_capture"])
        if intent["status"] != "requires_capture":
            return _error("invalid_request_error", "payment_intent_unexpected_state", intent["status"])
        if amount > intent["amount_capturable"]:
            return _error("invalid_request_error", "amount_too_large", "more than can be captured")
        final = given.get("final_capture", "true") == "true"
        if not final and not self.multicapture:
            return _error("invalid_request_error", "parameter_invalid", "multicapture is not available")
        intent["amount_received"] += amount
        intent["amount_capturable"] = 0 if final else intent["amount_capturable"] - amount
        intent["charge"] |= {"amount_captured": intent["amount_received"], "captured": True}
        if not intent["amount_capturable"]:
            intent["status"] = "succeeded"
        return 200, self._shown(intent, given)

    def _cancel(self, intent: dict[str, Any], given: dict[str, Any]) -> Answer:
        if intent["status"] in {"succeeded", "canceled"}:
            return _error("invalid_request_error", "payment_intent_unexpected_state", intent["status"])
        intent["status"], intent["amount_capturable"], intent["next_action"] = "canceled", 0, None
        return 200, self._shown(intent, given)

    def _refund(self, given: dict[str, Any]) -> Answer:
        charge = self.intents.get(given["payment_intent"], {}).get("charge")
        amount = int(given["amount"])
        if charge is None or amount > charge["amount_captured"] - charge["amount_refunded"]:
            return _error("invalid_request_error", "amount_too_large", "more than was captured")
        charge["amount_refunded"] += amount
        refund = _typed(stripe.Refund, {
            "id": f"re_{next(self._numbers)}", "object": "refund", "amount": amount, "currency": charge["currency"],
            "metadata": given["metadata"], "payment_intent": given["payment_intent"], "status": "succeeded",
            "charge": charge["id"],
        })  # fmt: skip
        self.refunds[refund["id"]] = refund
        return 200, refund

    def _shown(self, intent: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        """The object as an answer has it: the charge's id, or all of it where that is asked for."""
        charge = intent.get("charge")
        shown = {name: each for name, each in intent.items() if name != "charge"}
        if charge:
            whole = "latest_charge" in given.get("expand", {}).values()
            shown["latest_charge"] = charge if whole else charge["id"]
        return shown


def _operation(method: str, path: str) -> str:
    last = path.rpartition("/")[2]
    return {"payment_intents": "create", "refunds": "refund"}.get(last, last) if method == "post" else "get"


def _error(
    kind: str, code: str | None, message: str, *, status: int = 400, param: str | None = None
) -> Answer:
    return status, {"error": {"type": kind, "code": code, "message": message, "param": param}}


def _known(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Refuse, as Stripe does, a parameter that the library's own type does not name."""
    unknown = given.keys() - PARAMS[name].__annotations__.keys()
    assert not unknown, f"{name} takes no {unknown}"
    return given


def _typed(kind: type, made: dict[str, Any]) -> dict[str, Any]:
    unknown = made.keys() - kind.__annotations__.keys()
    assert not unknown, f"{kind.__name__} has no {unknown}"
    return made


def _nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][c]=d` as the objects that Stripe reads from it."""
    read: dict[str, Any] = {}
    for name, text in pairs:
        *outer, last = name.replace("]", "").split("[")
        place = read
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = text
    return read
