"""What customers are written: a template a kind of event, as text and as HTML from the same paragraphs. Pure.

`templates/order_placed.txt`: the subject, then paragraphs. `$word` stands for what `consumers/occasions.py` tells. A
paragraph with a word that is not known of this order is left out. All words are text: HTML escapes every one.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from domain.values import value

FOLDER = Path(__file__).resolve().parent / "templates"
FRAME = "frame.html"
SUBJECT = "Subject: "
LINKS = frozenset({"link", "tracking_link"})
"""Words that are addresses of pages: HTML leads there."""

Words = Mapping[str, str | None]


@value
class Letter:
    """A mail without its address."""

    subject: str
    text: str
    html: str


def letter(kind: str, words: Words) -> Letter:
    """The letter of this kind. Raises FileNotFoundError for an unknown kind, KeyError for a word that nobody tells."""
    subject, paragraphs = _template(kind)
    told = [each for each in paragraphs if _known(each, words)]
    title = " ".join(_filled(subject, words).split())  # a header is one line
    body = "\n".join(f"<p>{_in_html(each, words)}</p>" for each in told)
    page = Template(_file(FRAME)).substitute(title=escape(title), body=body)
    return Letter(title, "\n\n".join(_filled(each, words) for each in told) + "\n", page)


@cache
def _file(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _template(kind: str) -> tuple[str, list[str]]:
    head, *paragraphs = _file(f"{kind}.txt").strip().split("\n\n")
    return head.removeprefix(SUBJECT), paragraphs


def _known(paragraph: str, words: Words) -> bool:
    return all(words[name] is not None for name in Template(paragraph).get_identifiers())


def _filled(text: str, words: Words) -> str:
    return Template(text).substitute(_given(words.items()))


def _in_html(paragraph: str, words: Words) -> str:
    marked = ((name, word if word is None else _marked(name, word)) for name, word in words.items())
    return Template(_lines(escape(paragraph))).substitute(_given(marked))


def _given(words: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    return {name: word for name, word in words if word is not None}


def _marked(name: str, word: str) -> str:
    safe = escape(word)
    return f'<a href="{safe}">{safe}</a>' if name in LINKS else _lines(safe)


def _lines(safe: str) -> str:
    return safe.replace("\n", "<br>\n")
