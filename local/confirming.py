"""The test provider's page on the laptop, where a payer confirms or refuses; either tells our own route by webhook."""

import html
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Route

from domain.payment_report import PaymentReport, ProviderState
from providers.provider import ProviderRefusedError, Webhook
from providers.trial import Trial

SECONDS, OK = 10, 200
UNTOLD = "The shop could not be told. Answer again."
MOST_BYTES = 1_000
WORDS = {
    ProviderState.PENDING: "The bank has not answered yet.",
    ProviderState.ACTION_REQUIRED: "Is it you who pays?",
    ProviderState.FAILED: "Refused. The shop has been told.",
    ProviderState.AUTHORIZED: "Confirmed. The shop has been told.",
    ProviderState.CAPTURED: "Paid.",
    ProviderState.VOIDED: "Given back.",
}
BUTTONS = """<form method="post">
<button name="answer" value="approve">Approve</button> <button name="answer" value="decline">Decline</button>
</form>"""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Test payment</title>
<body style="font-family: sans-serif; max-width: 30em; margin: 4em auto">
<h1>Test payment</h1><p>No money moves here: this stands for the page of a bank.</p><p>{said}</p>{form}</body></html>"""

Post = Callable[[str, Webhook], int]
"""Posts a sender's webhook; the status that was answered."""


def confirm_url(port: int) -> str:
    """Where this laptop's payers confirm."""
    return f"http://localhost:{port}/confirm/{{reference}}"


def post(port: int, sender: str, webhook: Webhook) -> int:
    """Post a webhook to the laptop's own route, as a provider does. Raises httpx.HTTPError."""
    url = f"http://127.0.0.1:{port}/webhooks/{sender}"
    answer = httpx.post(url, content=webhook.body, headers=webhook.headers, timeout=SECONDS, trust_env=False)
    return answer.status_code


def confirm_page(trial: Callable[[], Trial], send: Post) -> list[BaseRoute]:
    """The page's routes; whoever knows the reference is the payer, as the link was given to nobody else."""

    async def serve(request: Request) -> HTMLResponse:
        reference = str(request.path_params["reference"])
        answered = await _answer(request) if request.method == "POST" else None
        return await run_in_threadpool(_page, trial(), send, reference, answered)

    return [Route("/confirm/{reference}", serve, methods=["GET", "POST"])]


async def _answer(request: Request) -> str:
    """What was clicked."""
    body = b""
    async for part in request.stream():
        body = (body + part)[:MOST_BYTES]
    return body.decode(errors="replace").removeprefix("answer=")


def _page(trial: Trial, send: Post, reference: str, answered: str | None) -> HTMLResponse:
    try:
        if answered is not None:
            if answered not in {"approve", "decline"}:
                return _shown("Approve or decline.", 400)
            webhooks = trial.confirm(reference, accept=answered == "approve", now=datetime.now(UTC))
            if any(send(trial.name, webhook) != OK for webhook in webhooks):
                return _shown(UNTOLD, 502)
        return _told(trial.look(reference))
    except ProviderRefusedError as refused:
        missing = refused.code == "no_such_payment"
        return (
            _shown("There is no such payment.", 404) if missing else _shown(f"Not now: {refused.code}.", 409)
        )
    except httpx.HTTPError:
        return _shown(UNTOLD, 502)


def _told(report: PaymentReport) -> HTMLResponse:
    """Where a payment stands, with the buttons where it waits for its payer."""
    asks = report.state is ProviderState.ACTION_REQUIRED
    return _shown(WORDS[report.state], form=BUTTONS if asks else "")


def _shown(said: str, status: int = 200, form: str = "") -> HTMLResponse:
    return HTMLResponse(PAGE.format(said=html.escape(said), form=form), status)
