"""Templates: each kind in both forms, and nothing that people typed is markup."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.letters import FOLDER, letter
from consumers.occasions import WRITTEN

KINDS = sorted(each.value.lower() for each in WRITTEN)
NAMES = (
    "number", "shop", "greeting", "total", "link", "lines", "units", "subtotal", "shipping", "tax", "amount", "paid",
    "carrier", "tracking", "tracking_link",
)  # fmt: skip
WORDS = {name: f"<b>{name} & 'more'</b>" for name in NAMES}
OWN_TAGS = {
    "html", "head", "meta", "title", "body", "div", "h1", "p", "a", "br",
}  # fmt: skip


class Reader(HTMLParser):
    """What a page holds: its tags, where its links lead, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leads: list[str | None] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_there_is_a_template_for_every_event_that_is_written_of_and_no_other() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_both_forms_say_the_same_and_no_word_is_markup(kind: str) -> None:
    written = letter(kind, WORDS)
    page = Reader(written.html)
    assert page.tags <= OWN_TAGS
    body = page.words.split(written.subject)[-1]
    assert body.split() == written.text.split()


@pytest.mark.parametrize("kind", KINDS)
def test_a_subject_names_the_order(kind: str) -> None:
    assert "B-7" in letter(kind, WORDS | {"number": "B-7"}).subject


@given(st.text(min_size=1))
def test_whatever_a_word_is_the_page_has_our_tags_alone_and_a_subject_is_one_line(text: str) -> None:
    written = letter("fulfillment_shipped", dict.fromkeys(NAMES, text))
    assert Reader(written.html).tags <= OWN_TAGS
    assert len(written.subject.splitlines()) == 1


def test_a_word_is_filled_in_once() -> None:
    assert "costs $total" in letter("order_placed", WORDS | {"lines": "costs $total"}).text


def test_a_paragraph_with_an_unknown_word_is_left_out() -> None:
    some = letter("fulfillment_shipped", WORDS | {"tracking": None, "tracking_link": None})
    assert "It travels with" in some.text
    assert "Its number there" not in some.text + some.html
    assert "Follow the parcel" not in some.text + some.html


def test_a_link_can_be_followed() -> None:
    link = "https://shop.example/orders/B-1?a=1&b=2#v1.token"
    written = letter("order_placed", WORDS | {"link": link})
    assert Reader(written.html).leads == [link]
    assert link in written.text


def test_letters_of_other_alphabets_stay_as_they_are() -> None:
    written = letter("order_placed", WORDS | {"greeting": "Dear Łukasz 山田 👋"})
    assert "Dear Łukasz 山田 👋," in written.text
    assert "Dear Łukasz 山田 👋," in Reader(written.html).words


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_names_no_word_that_nobody_tells(kind: str) -> None:
    named = set(re.findall(r"\$(\w+)", (FOLDER / f"{kind}.txt").read_text()))
    assert named <= set(NAMES)
