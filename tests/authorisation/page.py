"""The page of who may do what: the rules that the matrix holds the product to. `python -m tests.authorisation.page` writes it."""

from pathlib import Path

from tests.authorisation.callers import (
    CLAIMANT,
    GUEST,
    HOLDER,
    INVITED,
    NO_GROUP,
    OWNER,
    STAFF,
    STRANGER,
    SYSTEM,
    Caller,
)
from tests.authorisation.rules import BY_DIRECTIVE_ALONE, RULES, Rule
from tests.resolvers.schema_document import ROOTS

PAGE = Path(__file__).parents[2] / "docs" / "authorisation.md"
COLUMNS = (GUEST, HOLDER, OWNER, STRANGER, *STAFF, NO_GROUP, SYSTEM)

HEADING = f"""# Who may do what

Every root field by every caller, as `tests/authorisation` proves it against the functions that run in Lambda: each cell
is tried on what is theirs, on somebody else's and on what is not there. Whoever may not gets, byte for byte, the answer
for what is not there, unless they may see it anyway, and nothing is changed. [access.md](access.md) has the other half:
which fields AppSync's directives let a mode pass to, types included.

- `guest`'s own is whatever order or cart they hold the id of: an order only with its token, which must be of that order,
  of this stage, signed by us, not expired and not revoked. A `{INVITED.name}` is let in by it, too.
- `{STRANGER.name}` is any other customer; one who claims to be staff in the customers' pool (`{CLAIMANT.name}`) is no more.
- `all`: on everything; `own`: on what is theirs; `that one`: on the order of the token; `held`: on a guest's cart by its
  id; `public`: not on drafts; `directive`: no function stands behind the field, AppSync alone lets in.
- `placeOrder` is told here of lines. Guests and customers place from a cart that is theirs, support and admin on behalf of
  somebody. `myOrders` is everybody's own list: another customer's holds nothing of this one's.

Written by `make access`.
"""


def page() -> str:
    """The whole page."""
    head = f"| field | {' | '.join(each.name for each in COLUMNS)} |\n|---|{'---|' * len(COLUMNS)}"
    parts = [HEADING]
    for root in ROOTS:
        rows = [_row(key, RULES[key]) for key in sorted(RULES) if key.startswith(f"{root}.")]
        rows += [_directive(key) for key in sorted(BY_DIRECTIVE_ALONE) if key.startswith(f"{root}.")]
        parts.append("\n".join([f"## {root}", "", head, *rows, ""]))
    return "\n".join(parts)


def _row(key: str, rule: Rule) -> str:
    return f"| {key.partition('.')[2]} | {' | '.join(_cell(rule, caller) for caller in COLUMNS)} |"


def _cell(rule: Rule, caller: Caller) -> str:
    there = [whose for whose in rule.targets if whose != "missing"]
    may = [whose for whose in there if rule.allows(caller, whose)]
    if not may:
        return ""
    if may == there:
        return "own" if rule.thing == "cart" else "all"
    if may == ["public"]:
        return "public"
    if caller is OWNER and "customer" in may:
        return "own"
    return "held" if rule.thing == "cart" else "that one"


def _directive(key: str) -> str:
    cells = ("directive" if each.name == BY_DIRECTIVE_ALONE[key] else "" for each in COLUMNS)
    return f"| {key.partition('.')[2]} | {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page())
