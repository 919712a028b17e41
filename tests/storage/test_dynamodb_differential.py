"""The fake and the engine, given the same random operations, give the same answers and hold the same items.

The operations are those that both keep alike; where the engine differs from AWS is in test_dynamodb_contract_gaps.
The same examples come at each run, so that no run fails by luck; raise EXAMPLES to look for more.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.aws.clients import make_client
from local.aws.engine import Engine
from local.aws.tables import ensure_tables
from tests.fakes.backends import Backend, comparable, refusal_of
from tests.fakes.dynamodb import FakeDynamoDB

pytestmark = pytest.mark.engine

EXAMPLES = 150
PARTITIONS, SORT_KEYS, OWNERS = ("p", "q"), ("A", "B#00", "B#01", "Z#1"), ("ann", "bob")
NAMES = {"#s": "status", "#o": "owner"}

_RUNS = itertools.count()

Operation = tuple[str, dict[str, Any]]

numbers = st.sampled_from(["0", "1", "2", "-1", "10", "0.5", "1000", "99999999999999999999"]).map(
    lambda n: {"N": n}
)
texts = st.sampled_from(["", "a", "ab", "b", "é"]).map(lambda s: {"S": s})
scalars = numbers | texts | st.booleans().map(lambda b: {"BOOL": b}) | st.just({"NULL": True})
text_sets = st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True).map(lambda s: {"SS": s})
lists = st.lists(scalars, max_size=3).map(lambda values: {"L": values})
maps = st.dictionaries(st.sampled_from("de"), scalars | lists, max_size=2).map(lambda members: {"M": members})
values = scalars | text_sets | lists | maps
keys = st.tuples(st.sampled_from(PARTITIONS), st.sampled_from(SORT_KEYS)).map(
    lambda key: {"PK": {"S": key[0]}, "SK": {"S": key[1]}}
)

TESTS = st.sampled_from(
    [
        "attribute_exists(PK)",
        "attribute_not_exists(PK)",
        "attribute_exists(a)",
        "attribute_not_exists(m.d)",
        "n = :n",
        "n <> :n",
        "n < :n",
        "n >= :n",
        "a = :v",
        "a <> :v",
        "m.d = :v",
        "l[0] = :v",
        "n BETWEEN :n AND :big",
        "a IN (:v, :n)",
        "contains(t, :x)",
        "contains(l, :v)",
        "size(l) > :n",
        "begins_with(#s, :x)",
        "#s = :x",
    ]
)
CONDITIONS = st.one_of(
    TESTS,
    TESTS.map("NOT {}".format),
    st.tuples(TESTS, st.sampled_from(["AND", "OR"]), TESTS).map(" ".join),
    st.tuples(TESTS, TESTS, TESTS).map(lambda tests: f"({tests[0]} OR {tests[1]}) AND NOT ({tests[2]})"),
)

SETS = [
    "n = n + :n", "n = n - :n", "n = if_not_exists(n, :zero) + :n", "n = :n", "a = :v", "a = b", "b = a",
    "a = if_not_exists(a, :v)", "l = :l", "l = list_append(if_not_exists(l, :l), :l)", "m = :m", "m.d = :v",
    "#s = :x", "#o = :owner", "ownerAt = :at",
]  # fmt: skip
REMOVES = ["a", "b", "n", "m", "l", "t", "#s", "#o", "ownerAt"]


def placeholders(text: str, given_values: dict[str, Any]) -> dict[str, Any]:
    """The names and values that a request with these expressions must bring."""
    used_values = {name: value for name, value in given_values.items() if _uses(text, name)}
    used_names = {name: value for name, value in NAMES.items() if _uses(text, name)}
    request: dict[str, Any] = {}
    if used_values:
        request["ExpressionAttributeValues"] = used_values
    if used_names:
        request["ExpressionAttributeNames"] = used_names
    return request


def _uses(text: str, name: str) -> bool:
    return any(word == name for word in text.replace("(", " ").replace(")", " ").replace(",", " ").split())


@st.composite
def given_values(draw: st.DrawFn) -> dict[str, Any]:
    """A value for each placeholder that an expression may use."""
    return {
        ":n": draw(numbers),
        ":zero": {"N": "0"},
        ":big": {"N": "1" + "0" * 30},
        ":v": draw(values),
        ":x": {"S": draw(st.sampled_from("xyz"))},
        ":l": draw(lists),
        ":m": {"M": {"d": draw(scalars)}},
        ":t": draw(text_sets),
        ":owner": {"S": draw(st.sampled_from(OWNERS))},
        ":at": {"S": draw(st.sampled_from(["2026", "2027"]))},
    }


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    """An item, in the index or not."""
    item: dict[str, Any] = {**draw(keys)}
    for name, strategy in {"n": numbers, "a": values, "m": maps, "l": lists, "t": text_sets}.items():
        if draw(st.booleans()):
            item[name] = draw(strategy)
    if draw(st.booleans()):
        item |= {
            "owner": {"S": draw(st.sampled_from(OWNERS))},
            "ownerAt": {"S": draw(st.sampled_from(SORT_KEYS))},
        }
    return item


@st.composite
def updates(draw: st.DrawFn) -> str:
    """An update expression whose paths are apart."""
    taken: set[str] = set()
    sections: dict[str, list[str]] = {"SET": [], "REMOVE": [], "ADD": [], "DELETE": []}
    for section, choices in (
        ("SET", SETS),
        ("REMOVE", REMOVES),
        ("ADD", ["n :n", "t :t"]),
        ("DELETE", ["t :t"]),
    ):
        for choice in draw(st.lists(st.sampled_from(choices), max_size=2, unique=True)):
            root = choice.split(" ")[0].split(".")[0].split("[")[0]
            if root not in taken:
                taken.add(root)
                sections[section].append(choice)
    parts = [f"{section} {', '.join(changes)}" for section, changes in sections.items() if changes]
    return " ".join(parts) or "REMOVE absent"


@st.composite
def writes(draw: st.DrawFn) -> Operation:
    """One write: its kind in a transaction, and its request."""
    kind = draw(st.sampled_from(["Put", "Put", "Update", "Update", "Delete", "ConditionCheck"]))
    request: dict[str, Any] = {"Item": draw(items())} if kind == "Put" else {"Key": draw(keys)}
    expressions = []
    if kind == "Update":
        request["UpdateExpression"] = draw(updates())
        expressions.append(request["UpdateExpression"])
    if kind == "ConditionCheck" or draw(st.booleans()):
        request["ConditionExpression"] = draw(CONDITIONS)
        expressions.append(request["ConditionExpression"])
    if draw(st.booleans()):
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return kind, {**request, **placeholders(" ".join(expressions), draw(given_values()))}


@st.composite
def single_writes(draw: st.DrawFn) -> Operation:
    """A write alone."""
    kind, request = draw(writes().filter(lambda write: write[0] != "ConditionCheck"))
    wanted = ["NONE", "ALL_OLD", *(["ALL_NEW", "UPDATED_OLD"] if kind == "Update" else [])]
    return f"{kind.lower()}_item", {**request, "ReturnValues": draw(st.sampled_from(wanted))}


@st.composite
def transactions(draw: st.DrawFn) -> Operation:
    """Several writes, with or without a token that may come again.

    With a token no item occurs twice: which of two refusals comes first is nobody's promise.
    """
    token = draw(st.sampled_from([None, None, "one", "two"]))
    distinct = place if token else None
    actions = [
        {kind: request}
        for kind, request in draw(st.lists(writes(), min_size=1, max_size=4, unique_by=distinct))
    ]
    return "transact_write_items", {"TransactItems": actions, "token": token}


def place(write: Operation) -> tuple[str, str]:
    """The key that a write is about."""
    _, request = write
    key = request["Item"] if "Item" in request else request["Key"]
    return key["PK"]["S"], key["SK"]["S"]


@st.composite
def queries(draw: st.DrawFn) -> Operation:
    """A page of a partition."""
    ranges = [
        "",
        " AND SK >= :at",
        " AND SK < :at",
        " AND begins_with(SK, :at)",
        " AND SK BETWEEN :at AND :z",
    ]
    condition = "PK = :pk" + draw(st.sampled_from(ranges))
    request: dict[str, Any] = {"KeyConditionExpression": condition, "ScanIndexForward": draw(st.booleans())}
    expressions = condition
    if draw(st.booleans()):
        request["FilterExpression"] = draw(
            st.sampled_from(["n > :n", "attribute_exists(#s)", "a = :v OR n = :n"])
        )
        expressions += " " + request["FilterExpression"]
    if draw(st.booleans()):
        request["Limit"] = draw(st.integers(1, 4))
    more = {":pk": {"S": draw(st.sampled_from(PARTITIONS))}, ":at": {"S": draw(st.sampled_from("ABZ"))}}
    return "query", {
        **request,
        **placeholders(expressions, {**draw(given_values()), **more, ":z": {"S": "ZZ"}}),
    }


operations = st.lists(single_writes() | transactions() | queries(), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def engine_backend(engine: Engine) -> Iterator[Backend]:
    """The engine, with tables for the whole module."""
    client = make_client("dynamodb", engine.endpoint)
    orders, catalog = ensure_tables(client, "differential-")
    yield Backend("engine", client, orders, catalog, engine.endpoint)
    client.close()


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(steps=operations)
def test_the_same_operations_have_the_same_answers(engine_backend: Backend, steps: list[Operation]) -> None:
    run = f"{next(_RUNS)}-"
    fake = Backend("fake", FakeDynamoDB(prefix="differential-").client, engine_backend.orders, "", "")
    for name, request in steps:
        asked = in_run(request, run, engine_backend.orders)
        assert outcome(fake, name, asked) == outcome(engine_backend, name, asked)
    for partition in PARTITIONS:
        assert fake.partition(run + partition) == engine_backend.partition(run + partition)
    for owner in OWNERS:
        assert indexed(fake, run + owner) == indexed(engine_backend, run + owner)


def in_run(request: Any, run: str, table: str) -> Any:
    """The request in partitions, of owners and under tokens that no other run uses."""
    if isinstance(request, list):
        return [in_run(each, run, table) for each in request]
    if not isinstance(request, dict):
        return request
    changed = {name: in_run(value, run, table) for name, value in request.items()}
    for name in ("PK", "owner", ":pk", ":owner"):
        if name in changed:
            changed[name] = {"S": run + changed[name]["S"]}
    if changed.pop("token", None):
        changed["ClientRequestToken"] = f"differential-{run}{request['token']}"
    if "Item" in changed or "Key" in changed:
        changed["TableName"] = table
    return changed


def outcome(backend: Backend, name: str, request: dict[str, Any]) -> dict[str, Any]:
    """What a call answers, or how it is refused."""
    try:
        return backend.call(name, **request)
    except ClientError as error:
        return refusal_of(error)


def indexed(backend: Backend, owner: str) -> list[Any]:
    """What the index by owner holds, in an order of our own: equal sort keys have none."""
    answer = backend.call(
        "query",
        IndexName="by-owner",
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": {"S": owner}},
    )
    return sorted(comparable(answer["Items"]), key=lambda item: (item["PK"]["S"], item["SK"]["S"]))
