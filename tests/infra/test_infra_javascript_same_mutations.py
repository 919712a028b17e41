"""The two mutations without a data source: publish.js and ending.js under Node answer what the laptop answers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from random import Random
from typing import Any

import pytest
from appsync_javascript import Call, Runtime
from graphql import GraphQLEnumType, GraphQLNonNull

from local.appsync.api import Api, Auth, IamCaller, Kind, Mode, Resolver
from local.appsync.callers import iam_caller
from local.appsync.engine import Engine, GraphQLRequest
from local.appsync.events import Request
from local.declared_api import SCHEMA_FILE, ending
from resolvers.fields import load
from wiring.declarations import Source, fields
from wiring.dispatch import RefusedQuery

load()
PUBLISHING = [field.name for field in fields() if field.source is Source.NONE]
(ENDING,) = (field for field in fields() if field.source is Source.ENDING)
CALLER = IamCaller("KEY", "secret of nobody", "000000000000", "arn:aws:iam::000000000000:role/r", "r")
PAYLOADS = 100


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """The laptop's AppSync over the project's schema, with the publishing mutations alone."""
    resolvers = tuple(Resolver("Mutation", name, Kind.PUBLISH) for name in PUBLISHING)
    with ThreadPoolExecutor(1) as executor:
        yield Engine(
            Api(SCHEMA_FILE.read_text(), resolvers, Auth(Mode.AWS_IAM, iam_callers=(CALLER,))), executor
        )


@pytest.mark.parametrize("name", PUBLISHING)
async def test_a_publishing_mutation_answers_the_same(appsync: Runtime, engine: Engine, name: str) -> None:
    mutation = engine.model.schema.type_map["Mutation"].fields[name]
    wanted = mutation.args["input"].type.of_type
    selected = list(mutation.type.of_type.fields)
    query = f"mutation($input: {wanted.name}!) {{ {name}(input: $input) {{ {' '.join(selected)} }} }}"
    random = Random(name)
    payloads = [payload(wanted.fields, random) for _ in range(PAYLOADS)]

    published = through_node(appsync, "publish.js", payloads)
    for given, seen in zip(payloads, published, strict=True):
        answer = await engine.execute(
            GraphQLRequest(query, {"input": given}, None), Request(iam_caller(CALLER))
        )
        assert answer == {"data": {name: {each: seen["result"].get(each) for each in selected}}}


def payload(declared: dict[str, Any], random: Random) -> dict[str, Any]:
    """An input of these fields; where null may be, it sometimes is, and sometimes nothing is there."""
    made: dict[str, Any] = {}
    for name, field in declared.items():
        needed = isinstance(field.type, GraphQLNonNull)
        how = "value" if needed else random.choice(("value", "null", "nothing"))
        if how != "nothing":
            made[name] = (
                leaf(field.type.of_type if needed else field.type, random) if how == "value" else None
            )
    return made


def leaf(kind: Any, random: Random) -> Any:
    if isinstance(kind, GraphQLEnumType):
        return random.choice(list(kind.values))
    texts = ["", "a", "ord_1", "é\u2028😀", '{"a":"\\"}', "x" * 300]
    ways: dict[str, list[Any]] = {
        "ID": texts,
        "String": texts,
        "Int": [0, 1, -1, 2**31 - 1],
        "AWSDateTime": ["2026-11-26T01:02:03.004Z"],
    }
    return random.choice(ways[kind.name])


def through_node(appsync: Runtime, file: str, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What AppSync does without a data source: the request's payload is the response's result, unless it failed."""
    asked = appsync.all([Call(file, "request", {"args": {"input": given}}) for given in inputs])
    results = [(each["result"] or {}).get("payload") for each in asked]
    calls = [
        Call(file, "response", {"args": {"input": given}, "result": result})
        for given, result in zip(inputs, results, strict=True)
    ]
    answered = appsync.all(calls)
    return [first if first["error"] else then for first, then in zip(asked, answered, strict=True)]


def on_the_laptop(given: dict[str, Any]) -> Any:
    try:
        answer = ending(ENDING)({"arguments": {"input": given}})
    except RefusedQuery as refused:
        return type(refused).__name__
    return answer["result"], answer["invalidate"]


def in_node(seen: dict[str, Any]) -> Any:
    if seen["error"] is not None:
        assert seen["ended"] == []
        return seen["error"]["type"]
    return {"orderId": None, "actorId": None} | seen["result"], seen["ended"]


def test_ending_ends_the_same_or_refuses_with_the_same_type(appsync: Runtime) -> None:
    ids = ("nothing", None, "", "ord_1", " ", "é", "x" * 64, "x" * 65)
    inputs = [
        {name: id_ for name, id_ in (("orderId", order), ("actorId", actor)) if id_ != "nothing"}
        for order, actor in product(ids, ids)
    ]
    seen = [in_node(each) for each in through_node(appsync, "ending.js", inputs)]
    laptop = [on_the_laptop(given) for given in inputs]

    assert [(i, s, p) for i, s, p in zip(inputs, seen, laptop, strict=True) if s != p] == []
    assert {"InvalidInput"} < {each if isinstance(each, str) else "ended" for each in seen}
