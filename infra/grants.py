"""What each function does to each table and index. Nothing more is granted.

tests/infra/iam lets every function do its work and compares: a call that is missing here is named there, and so is a
grant that nothing uses. A function that is not listed may do what it declares, until somebody has looked.
"""

from collections.abc import Iterable, Iterator, Mapping

READS = ("GetItem", "BatchGetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
ENCRYPTING = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
"""What makes DynamoDB encrypt: after a deletion it writes the rest of the page anew."""

Grants = Mapping[str, tuple[str, ...]]
"""Actions by table (`orders`) or index (`orders/index/by-work`)."""

LISTED: Mapping[str, Grants] = {
    "browse": {
        "catalog": ("GetItem", "Query"),
        "catalog/index/by-category": ("Query",),
        "catalog/index/by-title": ("Query",),
    },
    "read": {
        "catalog": ("BatchGetItem", "GetItem", "Query"),
        "orders": ("GetItem", "Query"),
        "orders/index/by-owner": ("Query",),
        "orders/index/by-work": ("Query",),
    },
    "write": {
        "catalog": (
            "BatchGetItem",
            "ConditionCheckItem",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "UpdateItem",
        ),
        "orders": ("BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem"),
    },
    "send-mail": {"orders": ("GetItem", "PutItem", "Query")},
    "settle-money": {"orders": ("GetItem", "PutItem", "Query")},
    "make-pictures": {"catalog": ("GetItem", "PutItem")},
    "note-movements": {"catalog": ("UpdateItem",)},
    "watch-stock": {"catalog": ("GetItem", "Query", "UpdateItem")},
    "subscribe": {"orders": ("GetItem",)},
    "end-wait": {"orders": ("DeleteItem", "PutItem", "Query")},
    "take-step": {
        "catalog": ("UpdateItem",),
        "orders": ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"),
    },
    "sweep": {
        "catalog": ("UpdateItem",),
        "orders": ("GetItem", "PutItem", "Query", "UpdateItem"),
        "orders/index/by-work": ("Query",),
    },
    "receive-webhook": {"orders": ("PutItem",)},
    "record-webhook": {"orders": ("GetItem", "PutItem", "Query")},
}


def grants(
    name: str, reads: Iterable[str], writes: Iterable[str], indexes: Mapping[str, Iterable[str]]
) -> Grants:
    """What the function of this name may do: what is listed, else all that its declared tables allow.

    Raises ValueError where the list says more than the declaration does.
    """
    declared = dict(_declared(list(reads), list(writes), indexes))
    listed = LISTED.get(name, declared)
    wide = [place for place, actions in listed.items() if set(actions) - set(declared.get(place, ()))]
    if wide:
        raise ValueError(f"infra/grants.py lets {name} do more than it declares, on {', '.join(wide)}")
    return listed


def _declared(
    reads: list[str], writes: list[str], indexes: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for table in dict.fromkeys(reads + writes):
        yield table, (READS if table in reads else ()) + (WRITES if table in writes else ())
        if table in reads:
            yield from ((f"{table}/index/{index}", ("Query",)) for index in indexes[table])
