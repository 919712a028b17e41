"""Calls the running laptop over HTTP, as any front end would."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from local.laptop import Laptop

_NUMBERS = count(1)

ADDRESS = '{name: "Ada", line1: "1 Bell Lane", city: "London", country: "GB"}'
CREATE = """mutation ($sku: String!, $price: String!) { createProduct(input: {title: $sku, category: "Gifts", published: true,
  variants: [{sku: $sku, price: {amount: $price, currency: "GBP"}}]}) { userErrors { message } } }"""
RECEIVE = """mutation ($sku: String!, $units: Int!, $key: String!) { adjustStock(input:
  {sku: $sku, delta: $units, reason: RECEIVED, idempotencyKey: $key}) { userErrors { message } } }"""
PLACE = f"""mutation ($key: String!, $sku: String!, $quantity: Int!) {{ placeOrder(input: {{idempotencyKey: $key,
  paymentTerms: ON_ACCOUNT, lines: [{{sku: $sku, quantity: $quantity}}], shippingAddress: {ADDRESS}}}) {{
  replayed order {{ id number version status }} userErrors {{ __typename code message path }} }} }}"""


@dataclass(frozen=True, slots=True)
class Caller:
    """One HTTP client and everybody's tokens."""

    laptop: Laptop
    client: httpx.Client
    password: str

    def token(self, who: str) -> str:
        """The access token of a demo user."""
        return self.laptop.token(who, self.password)

    def ask(self, who: str, document: str, **variables: object) -> dict[str, Any]:
        """The whole GraphQL result, asked as `who` (an e-mail address)."""
        body = {"query": document, "variables": variables}
        answer = self.client.post("/graphql", json=body, headers={"Authorization": self.token(who)})
        result: dict[str, Any] = answer.json()
        return result

    def new_sku(self, units: int = 100, price: str = "2.50") -> str:
        """A SKU of its own with this much stock."""
        sku = f"JOURNEY-{next(_NUMBERS)}"
        admin = "admin@shop.example"
        for answer in (
            self.ask(admin, CREATE, sku=sku, price=price),
            self.ask(admin, RECEIVE, sku=sku, units=units, key=f"journey-stock-{sku}"),
        ):
            assert "errors" not in answer, answer
            assert all(not payload["userErrors"] for payload in answer["data"].values()), answer
        return sku

    def place(self, who: str, sku: str, quantity: int = 1, key: str | None = None) -> dict[str, Any]:
        """The payload of a placement."""
        key = key or f"journey-order-{next(_NUMBERS):06d}"
        payload: dict[str, Any] = self.ask(who, PLACE, key=key, sku=sku, quantity=quantity)["data"][
            "placeOrder"
        ]
        return payload
