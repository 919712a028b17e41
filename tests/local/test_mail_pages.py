"""The laptop's mails on pages: nothing that a customer typed is markup of ours, and a mail's HTML may do nothing."""

import asyncio
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from consumers.letters import Letter
from consumers.mailing import Mail
from local.mail_pages import mail_routes
from local.outbox import Outbox

EVIL = "</pre></iframe><script>alert('x')</script>"


class Reader(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    outbox = Outbox(tmp_path)
    outbox.send(Mail("ord_a", f"{EVIL}@example.com", Letter(EVIL, EVIL, f"<p>{EVIL}</p>")))
    outbox.send(Mail("ord_b", "ben@example.com", Letter("Second", "text", "<p>html</p>")))
    return outbox


def get(outbox: Outbox, path: str, host: str = "localhost:4000") -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=list(mail_routes(outbox))))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_the_list_is_newest_first_and_leads_to_each(outbox: Outbox) -> None:
    leads = [each["href"] for each in Reader(get(outbox, "/mails").text).named("a")]
    assert leads == ["/mails/2", "/mails?order=ord_b", "/mails/1", "/mails?order=ord_a"]


def test_the_list_of_an_order_has_its_mails_alone(outbox: Outbox) -> None:
    page = get(outbox, "/mails?order=ord_b").text
    assert "/mails/2" in page
    assert "/mails/1" not in page


@pytest.mark.parametrize("path", ["/mails", "/mails/1", "/mails/2", "/mails/3", f"/mails?order={EVIL}"])
def test_no_page_has_a_script_and_the_browser_is_told_so(outbox: Outbox, path: str) -> None:
    answer = get(outbox, path)
    assert Reader(answer.text).named("script") == []
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_mail_is_shown_as_text_and_in_a_frame_that_may_nothing(outbox: Outbox) -> None:
    page = Reader(get(outbox, "/mails/1").text)
    assert page.named("iframe") == [{"sandbox": "", "title": "The mail as HTML", "srcdoc": f"<p>{EVIL}</p>"}]
    assert len(page.named("pre")) == 1


def test_a_mail_that_is_not_there_is_said_to_be_missing(outbox: Outbox) -> None:
    assert get(outbox, "/mails/3").status_code == 404


def test_a_foreign_name_that_leads_to_this_machine_reads_nothing(outbox: Outbox) -> None:
    answer = get(outbox, "/mails", "evil.example")
    assert (answer.status_code, "ben@example.com" in answer.text) == (403, False)
