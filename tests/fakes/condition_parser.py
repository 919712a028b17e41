"""Parses condition, filter and key condition expressions. Precedence: comparisons, then NOT, AND, OR."""

from functools import lru_cache

from .refusals import invalid
from .syntax import (
    Among,
    Between,
    Both,
    Call,
    Comparison,
    Condition,
    Either,
    Literal,
    Not,
    Operand,
    Path,
    Size,
)
from .tokens import Tokens

COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
FUNCTIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
"""How many arguments each function takes. Their names are told apart by case."""

MAX_OPTIONS = 100


@lru_cache(maxsize=1024)
def parse_condition(text: str, kind: str = "ConditionExpression") -> Condition:
    """The condition that a text means. Raises Refusal with DynamoDB's message for a syntax error."""
    tokens = Tokens(kind, text)
    condition = _either(tokens)
    tokens.finish()
    return condition


def _either(tokens: Tokens) -> Condition:
    left = _both(tokens)
    while tokens.word("OR"):
        left = Either(left, _both(tokens))
    return left


def _both(tokens: Tokens) -> Condition:
    left = _not(tokens)
    while tokens.word("AND"):
        left = Both(left, _not(tokens))
    return left


def _not(tokens: Tokens) -> Condition:
    return Not(_not(tokens)) if tokens.word("NOT") else _single(tokens)


def _single(tokens: Tokens) -> Condition:
    if tokens.sign("("):
        if tokens.next == "(" and _closes_together(tokens):
            raise invalid(f"Invalid {tokens.kind}: The expression has redundant parentheses;")
        condition = _either(tokens)
        tokens.expect(")")
        return condition
    if tokens.group == "name" and tokens.after() == "(" and tokens.next != "size":
        return _call(tokens)
    operand = _operand(tokens)
    if tokens.word("BETWEEN"):
        low = _operand(tokens)
        if not tokens.word("AND"):
            raise tokens.wrong()
        return Between(operand, low, _operand(tokens))
    if tokens.word("IN"):
        return Among(operand, _options(tokens))
    if operator := tokens.sign(*COMPARATORS):
        return Comparison(operator, operand, _operand(tokens))
    raise tokens.wrong()


def _closes_together(tokens: Tokens) -> bool:
    """Whether the parenthesis that is next closes just before the one already open."""
    depth = 0
    for at in range(tokens.position, len(tokens.tokens)):
        text = tokens.tokens[at][1]
        depth += (text == "(") - (text == ")")
        if depth == 0:
            return tokens.tokens[at + 1][1] == ")"
    return False


def _call(tokens: Tokens) -> Call:
    function = tokens.take()
    if function not in FUNCTIONS:
        raise invalid(f"Invalid {tokens.kind}: Invalid function name; function: {function}")
    tokens.expect("(")
    operands = [_operand(tokens)]
    while tokens.sign(","):
        operands.append(_operand(tokens))
    tokens.expect(")")
    if len(operands) != FUNCTIONS[function]:
        raise invalid(
            f"Invalid {tokens.kind}: Incorrect number of operands for operator or function; "
            f"operator or function: {function}, number of operands: {len(operands)}"
        )
    if not isinstance(operands[0], Path):
        raise invalid(
            f"Invalid {tokens.kind}: Operator or function requires a document path; "
            f"operator or function: {function}"
        )
    return Call(function, operands[0], operands[1] if len(operands) > 1 else None)


def _options(tokens: Tokens) -> tuple[Operand, ...]:
    tokens.expect("(")
    options = [_operand(tokens)]
    while tokens.sign(","):
        options.append(_operand(tokens))
    tokens.expect(")")
    if len(options) > MAX_OPTIONS:
        raise invalid(f"Invalid {tokens.kind}: Too many operands for IN; number of operands: {len(options)}")
    return tuple(options)


def _operand(tokens: Tokens) -> Operand:
    if tokens.group == "value":
        return Literal(tokens.take())
    if tokens.next == "size" and tokens.after() == "(":
        tokens.take()
        tokens.expect("(")
        path = tokens.path()
        tokens.expect(")")
        return Size(path)
    return tokens.path()
