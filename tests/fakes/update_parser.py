"""Parses update expressions (SET, REMOVE, ADD, DELETE) and projections."""

from functools import lru_cache

from .refusals import invalid
from .syntax import IfNotExists, ListAppend, Literal, Path, Source, Sum, Update
from .tokens import Tokens

UPDATE, PROJECTION = "UpdateExpression", "ProjectionExpression"
SECTIONS = ("SET", "REMOVE", "ADD", "DELETE")


@lru_cache(maxsize=1024)
def parse_update(text: str) -> Update:
    """The update that a text means. Raises Refusal with DynamoDB's message for a syntax error."""
    tokens = Tokens(UPDATE, text)
    seen: set[str] = set()
    sets: list[tuple[Path, Source]] = []
    removes: list[Path] = []
    adds: list[tuple[Path, Literal]] = []
    deletes: list[tuple[Path, Literal]] = []
    while tokens.group != "end":
        section = _section(tokens, seen)
        more = True
        while more:
            path = tokens.path()
            if section == "SET":
                tokens.expect("=")
                sets.append((path, _source(tokens)))
            elif section == "REMOVE":
                removes.append(path)
            else:
                (adds if section == "ADD" else deletes).append((path, tokens.literal()))
            more = bool(tokens.sign(","))
    return Update(tuple(sets), tuple(removes), tuple(adds), tuple(deletes))


@lru_cache(maxsize=1024)
def parse_projection(text: str) -> tuple[Path, ...]:
    """The document paths of a projection. Raises Refusal for a syntax error."""
    tokens = Tokens(PROJECTION, text)
    paths = [tokens.path()]
    while tokens.sign(","):
        paths.append(tokens.path())
    tokens.finish()
    return tuple(paths)


def _section(tokens: Tokens, seen: set[str]) -> str:
    section = tokens.next.upper()
    if tokens.group != "name" or section not in SECTIONS:
        raise tokens.wrong()
    if section in seen:
        raise invalid(
            f'Invalid {UPDATE}: The "{section}" section can only be used once in an update expression;'
        )
    seen.add(section)
    tokens.take()
    return section


def _source(tokens: Tokens) -> Source:
    left = _term(tokens)
    if sign := tokens.sign("+", "-"):
        return Sum(left, _term(tokens), minus=sign == "-")
    return left


def _term(tokens: Tokens) -> Source:
    if tokens.group == "value":
        return tokens.literal()
    if tokens.group == "name" and tokens.after() == "(":
        return _function(tokens)
    return tokens.path()


def _function(tokens: Tokens) -> Source:
    function = tokens.take()
    tokens.expect("(")
    if function == "if_not_exists":
        path = tokens.path()
        tokens.expect(",")
        made: Source = IfNotExists(path, _term(tokens))
    elif function == "list_append":
        first = _term(tokens)
        tokens.expect(",")
        made = ListAppend(first, _term(tokens))
    else:
        raise invalid(f"Invalid {UPDATE}: Invalid function name; function: {function}")
    tokens.expect(")")
    return made
