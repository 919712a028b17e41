"""Cuts an expression into tokens, and reads document paths from them. Source: "Expressions" in the Developer Guide."""

import re
from dataclasses import dataclass, field

from .refusals import Refusal, invalid
from .reserved_words import RESERVED
from .syntax import Literal, Part, Path

MAX_EXPRESSION_BYTES = 4096
END = "<EOF>"

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<alias>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<number>\d+)|(?P<sign><>|<=|>=|[=<>()\[\],.+-]))",
    re.ASCII,
)


@dataclass(slots=True)
class Tokens:
    """The tokens of one expression and the place reached. `kind` is the parameter that holds it, for messages."""

    kind: str
    text: str
    tokens: list[tuple[str, str]] = field(init=False)
    position: int = 0

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise invalid(f"Invalid {self.kind}: The expression can not be empty;")
        if len(self.text.encode()) > MAX_EXPRESSION_BYTES:
            raise invalid(f"Invalid {self.kind}: Expression size has exceeded the maximum allowed size;")
        self.tokens = self._cut()

    def _cut(self) -> list[tuple[str, str]]:
        found, at, text = [], 0, self.text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if not match:
                raise self.wrong(text[at:].strip()[:1])
            group = match.lastgroup or ""
            found.append((group, match.group(group)))
            at = match.end()
        return [*found, ("end", END)]

    @property
    def group(self) -> str:
        """What kind of token is next: name, alias, value, number, sign or end."""
        return self.tokens[self.position][0]

    @property
    def next(self) -> str:
        """The next token's text."""
        return self.tokens[self.position][1]

    def after(self) -> str:
        """The text of the token after the next."""
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)][1]

    def take(self) -> str:
        """The next token's text; go on behind it."""
        text = self.next
        self.position += 1
        return text

    def word(self, *words: str) -> bool:
        """Whether the next token is one of these keywords, whatever its case; if so, go on behind it."""
        if self.group == "name" and self.next.upper() in words:
            self.position += 1
            return True
        return False

    def sign(self, *signs: str) -> str | None:
        """The next token if it is one of these signs; then go on behind it."""
        return self.take() if self.group == "sign" and self.next in signs else None

    def expect(self, sign: str) -> None:
        """Go on behind this sign. Raises Refusal where it is not next."""
        if not self.sign(sign):
            raise self.wrong()

    def finish(self) -> None:
        """Raise Refusal unless every token is used."""
        if self.group != "end":
            raise self.wrong()

    def wrong(self, token: str | None = None) -> Refusal:
        """A syntax error at the next token."""
        near = " ".join(text for _, text in getattr(self, "tokens", [])[max(0, self.position - 1) :][:3])
        return invalid(f'Invalid {self.kind}: Syntax error; token: "{token or self.next}", near: "{near}"')

    def path(self) -> Path:
        """Read a document path. Raises Refusal for a reserved word."""
        parts: list[Part] = [self._name()]
        while sign := self.sign(".", "["):
            if sign == ".":
                parts.append(self._name())
                continue
            if self.group != "number":
                raise self.wrong()
            parts.append(int(self.take()))
            self.expect("]")
        return Path(tuple(parts))

    def literal(self) -> Literal:
        """Read a value such as :v."""
        if self.group != "value":
            raise self.wrong()
        return Literal(self.take())

    def _name(self) -> str:
        if self.group not in {"name", "alias"}:
            raise self.wrong()
        if self.group == "name" and self.next.upper() in RESERVED:
            raise invalid(
                f"Invalid {self.kind}: Attribute name is a reserved keyword; reserved keyword: {self.next}"
            )
        return self.take()
