"""The ready-made operations for the AppSync console fit the schema, and leave no field out."""

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from local.appsync.schema import PRELUDE
from local.declared_api import SCHEMA_FILE
from resolvers import fields as modules
from tests.journeys.console import FOLDER, TAKEN, operations, written_variables
from wiring.declarations import fields

FILES = sorted(FOLDER.glob("*.graphql"))
OPERATIONS = operations()


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(PRELUDE + SCHEMA_FILE.read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_valid(schema: GraphQLSchema, path: object) -> None:
    assert validate(schema, parse(path.read_text())) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_has_just_the_variables_that_it_needs(path: object) -> None:
    caller: str = path.stem  # type: ignore[attr-defined]
    declared = {name for (owner, _), each in OPERATIONS.items() if owner == caller for name in each.variables}

    assert set(written_variables(caller)) == declared


def test_what_is_copied_comes_from_an_operation_that_is_there() -> None:
    names = {name for _, name in OPERATIONS}
    values = [value for path in FILES for value in written_variables(path.stem).values()]
    copied = [taken[2] for value in values if (taken := TAKEN.fullmatch(str(value)))]

    assert set(copied) <= names
    assert len(names) == len(OPERATIONS), "two operations have one name"


def test_every_root_field_has_its_operation() -> None:
    modules.load()

    assert {each.field for each in OPERATIONS.values()} == {each.name for each in fields()}


def by_token(schema: GraphQLSchema) -> set[str]:
    """The root fields that an order's token opens: it is an argument of theirs, or in their input."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    named = {name: field.args for root in roots if root for name, field in root.fields.items()}
    inputs = {
        name: getattr(args["input"].type, "of_type", None) for name, args in named.items() if "input" in args
    }
    return {
        name
        for name, args in named.items()
        if "token" in args or "token" in getattr(inputs.get(name), "fields", ())
    }


def test_every_field_that_a_token_opens_has_its_operation_with_one(schema: GraphQLSchema) -> None:
    assert {each.field for each in OPERATIONS.values() if "orderToken" in each.variables} == by_token(schema)


def test_every_operation_says_what_it_is_or_is_plain_by_its_name() -> None:
    assert all(path.read_text().startswith("# ") for path in FILES)
