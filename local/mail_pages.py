"""The laptop's mails on pages: `/mails` lists them, `/mails/7` shows one as text, and as HTML in a frame that may nothing."""

from collections.abc import Callable
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from local.outbox import Kept, Outbox

MOST = 200
OURS = frozenset({"localhost", "127.0.0.1"})
"""Names by which this machine is called: a page of somebody else's name that leads here reads no mail."""

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3em .8em .3em 0 }
tr { border-bottom: 1px solid #ddd } pre { background: #f4f4f4; padding: 1em; white-space: pre-wrap }
iframe { border: 1px solid #ccc; width: 100%; height: 36em }
"""


def mail_routes(outbox: Outbox) -> tuple[Route, ...]:
    """The two pages."""
    return (
        Route("/mails", _guarded(lambda request: _listed(outbox, request))),
        Route("/mails/{number:int}", _guarded(lambda request: _shown(outbox, request))),
    )


def _guarded(page: Callable[[Request], Response]) -> Callable[[Request], object]:
    async def serve(request: Request) -> Response:
        if request.url.hostname not in OURS:
            return Response("Ask for localhost.\n", 403, media_type="text/plain")
        return await run_in_threadpool(page, request)

    return serve


def _listed(outbox: Outbox, request: Request) -> Response:
    order_id = request.query_params.get("order") or None
    rows = "".join(_row(each) for each in outbox.newest(MOST, order_id))
    table = f"<table><tr><th>No.<th>When<th>To<th>Subject<th>Order</tr>{rows}</table>"
    about = "Mails that this laptop would have sent, newest first. None leaves this machine."
    return _page("Mails", f"<p>{about}</p>{table if rows else '<p>There are none yet.</p>'}")


def _row(kept: Kept) -> str:
    link = f'<a href="/mails/{kept.number}">{escape(kept.subject)}</a>'
    order = f'<a href="/mails?order={escape(kept.order_id)}">{escape(kept.order_id)}</a>'
    return f"<tr><td>{kept.number}<td>{kept.at}<td>{escape(kept.to)}<td>{link}<td>{order}</tr>"


def _shown(outbox: Outbox, request: Request) -> Response:
    kept = outbox.mail(request.path_params["number"])
    if kept is None:
        return _page("No such mail", '<p><a href="/mails">All mails</a></p>', 404)
    about = f'<p>To {escape(kept.to)}, {kept.at}. <a href="/mails">All mails</a></p>'
    # Without any `allow-`: no script, no form, no way out of the frame.
    frame = f'<iframe sandbox="" title="The mail as HTML" srcdoc="{escape(kept.html)}"></iframe>'
    return _page(
        kept.subject, f"{about}<h2>As text</h2><pre>{escape(kept.text)}</pre><h2>As HTML</h2>{frame}"
    )


def _page(title: str, body: str, status: int = 200) -> Response:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{escape(title)}</h1>{body}</body></html>\n',
        status,
        HEADERS,
    )
