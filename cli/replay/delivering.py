"""Ships what is open of each order as one parcel, and delivers it: several orders a request, through the API."""

from collections.abc import Sequence

from cli.replay.api import ERRORS, Api
from cli.replay.driving import Driven
from cli.replay.phases import Phases
from cli.replay.pooling import at_most, batches

WIDTH = 8  # requests at once
BATCH = 5  # orders a request: mutations of one request run one after another


async def deliver(api: Api, token: str, driven: Driven, invoices: Sequence[str], phases: Phases) -> None:
    """Pack, ship and deliver all open units of these placed orders, with a token of the warehouse's.

    A refusal is noted in `driven`. Raises ApiError.
    """

    async def one(batch: Sequence[str]) -> None:
        parcels = await _pack(api, token, driven, batch)
        if parcels:
            await _send(api, token, driven, parcels)
        phases.done(len(batch))

    await at_most(WIDTH, one, batches(invoices, BATCH))


async def _pack(api: Api, token: str, driven: Driven, batch: Sequence[str]) -> dict[str, str]:
    """One parcel each; its id by invoice, where it came about."""
    variables = {
        f"i{n}": {
            "orderId": driven.placed[invoice].order_id,
            "idempotencyKey": f"replay-parcel-{invoice:0>10}",
        }
        for n, invoice in enumerate(batch)
    }
    answer = await api.ask(token, _pack_document(len(batch)), variables)
    packed = {invoice: answer[f"p{n}"] for n, invoice in enumerate(batch)}
    return {
        invoice: payload["order"]["fulfillments"][-1]["id"]
        for invoice, payload in packed.items()
        if driven.must(payload, invoice, "packed")
    }


async def _send(api: Api, token: str, driven: Driven, parcels: dict[str, str]) -> None:
    variables: dict[str, str] = {}
    for n, (invoice, parcel) in enumerate(parcels.items()):
        variables |= {f"o{n}": driven.placed[invoice].order_id, f"f{n}": parcel}
    answer = await api.ask(token, _send_document(len(parcels)), variables)
    for n, invoice in enumerate(parcels):
        if driven.must(answer[f"s{n}"], invoice, "shipped"):
            driven.must(answer[f"d{n}"], invoice, "delivered")


def _pack_document(count: int) -> str:
    declared = ",".join(f"$i{n}:CreateFulfillmentInput!" for n in range(count))
    fields = " ".join(
        f"p{n}:createFulfillment(input:$i{n}){{order{{fulfillments{{id}}}} {ERRORS}}}" for n in range(count)
    )
    return f"mutation Pack({declared}){{{fields}}}"


def _send_document(count: int) -> str:
    declared = ",".join(f"$o{n}:ID!,$f{n}:ID!" for n in range(count))
    fields = " ".join(
        f"s{n}:shipFulfillment(input:{{orderId:$o{n},fulfillmentId:$f{n}}}){{{ERRORS}}} "
        f"d{n}:deliverFulfillment(input:{{orderId:$o{n},fulfillmentId:$f{n}}}){{{ERRORS}}}"
        for n in range(count)
    )
    return f"mutation Send({declared}){{{fields}}}"
