"""The contract: the committed schema is what the code prints, wholly described, and every field is declared."""

import dataclasses
import inspect
import re

import pytest
from graphql import NonNullTypeNode, build_schema, parse, validate

from consumers import push_status
from consumers.app import load_all
from domain import refusals
from domain.refusals import InvalidCursor, UnsupportedFilter, UserError
from resolvers import fields as modules
from resolvers.schema import print_sdl
from tests.resolvers.schema_document import (
    ENUMS,
    INPUTS,
    ROOTS,
    TEXT,
    TYPES,
    fields_of,
    follows,
    members,
    named,
)
from wiring.declarations import WITHOUT_FUNCTION, fields
from wiring.functions import RESOLVER_FUNCTIONS
from wiring.naming import camel

modules.load()
DECLARED = {field.key: field for field in fields()}
ROOT_FIELDS = {f"{root}.{field.name.value}": field for root in ROOTS for field in fields_of(root)}
PUBLISHING = {"Mutation.publishOrderEvent", "Mutation.publishStaffOrderEvent"}
INTERNAL = {*PUBLISHING, "Mutation.endOrderSubscriptions"}


def test_the_committed_schema_is_what_the_code_prints() -> None:
    assert print_sdl() == TEXT, "run `python -m resolvers.schema > schema.graphql`"


def test_every_type_has_a_description() -> None:
    nodes = {**TYPES, **INPUTS, **ENUMS}
    assert [name for name, node in nodes.items() if name not in ROOTS and not node.description] == []


def test_every_field_has_a_description() -> None:
    assert [
        f"{name}.{field.name.value}"
        for name, node in {**TYPES, **INPUTS}.items()
        for field in node.fields or ()
        if not (field.description and field.description.value.strip())
    ] == []


def test_every_description_of_a_field_says_more_than_its_bound() -> None:
    assert [
        f"{name}.{field.name.value}"
        for name, node in INPUTS.items()
        for field in node.fields or ()
        if field.description and re.match(r"It (must|has)", field.description.value)
    ] == []


def test_every_root_field_is_declared_and_nothing_is_left_over() -> None:
    assert set(ROOT_FIELDS) == set(DECLARED)


def test_every_declared_field_has_a_deployed_function_or_is_declared_to_have_none() -> None:
    without = {key for key, field in DECLARED.items() if field.source in WITHOUT_FUNCTION}
    assert without == INTERNAL
    assert {field.runs_in for key, field in DECLARED.items() if key not in without} <= set(RESOLVER_FUNCTIONS)


def test_every_deployed_function_answers_a_field() -> None:
    assert {field.runs_in for field in DECLARED.values()} - {None} == set(RESOLVER_FUNCTIONS)


@pytest.mark.parametrize("key", DECLARED)
def test_a_fields_arguments_are_its_functions_parameters(key: str) -> None:
    parameters = [name for name in inspect.signature(DECLARED[key].function).parameters if name != "context"]
    assert [each.name.value for each in ROOT_FIELDS[key].arguments or ()] == [
        camel(name) for name in parameters
    ]


def test_the_root_types_come_first_and_the_rest_by_name() -> None:
    names = re.findall(r"^(?:type|input|enum|interface) (\w+)", TEXT, re.MULTILINE)
    assert names == [*ROOTS, *sorted(names[3:])]


def test_nothing_is_defined_that_appsync_defines_itself() -> None:
    assert re.findall(r"^(?:scalar|directive|schema|extend)\b.*", TEXT, re.MULTILINE) == []


def test_only_appsyncs_own_directives_are_used_and_never_aws_auth() -> None:
    used = set(re.findall(r"@(\w+)", re.sub(r'"""[\s\S]*?"""', "", TEXT)))
    assert used <= {"aws_api_key", "aws_cognito_user_pools", "aws_iam", "aws_subscribe"}


@pytest.mark.parametrize("key", [key for key in ROOT_FIELDS if key.startswith("Subscription.")])
def test_a_subscription_is_nullable_and_follows_publishing_mutations_of_its_type(key: str) -> None:
    field = ROOT_FIELDS[key]
    assert not isinstance(field.type, NonNullTypeNode)
    followed = [f"Mutation.{name}" for name in follows(field.directives)]
    assert followed
    assert set(followed) <= PUBLISHING
    assert {named(ROOT_FIELDS[each].type) for each in followed} == {named(field.type)}


@pytest.mark.parametrize("consumer", load_all(), ids=lambda each: each.name)
def test_a_consumer_publishes_by_internal_mutations_alone(consumer) -> None:  # type: ignore[no-untyped-def]
    assert {f"Mutation.{name}" for name in consumer.publishes} <= INTERNAL


@pytest.mark.parametrize("document", [push_status.BOTH, push_status.STAFF_ONLY])
def test_what_the_publisher_sends_is_valid_and_selects_every_field(document: str) -> None:
    schema = build_schema(f"scalar AWSDateTime scalar AWSJSON {TEXT}", assume_valid_sdl=True)
    assert validate(schema, parse(document)) == []
    assert all(field.name.value in document for field in fields_of("StaffOrderEvent"))


def test_what_ends_subscriptions_is_valid() -> None:
    schema = build_schema(f"scalar AWSDateTime scalar AWSJSON {TEXT}", assume_valid_sdl=True)
    assert validate(schema, parse(push_status.END)) == []


def test_a_published_event_and_its_input_have_the_same_fields() -> None:
    for name in ("OrderEvent", "StaffOrderEvent"):
        event = {field.name.value: named(field.type) for field in fields_of(name)}
        assert {field.name.value: named(field.type) for field in INPUTS[f"{name}Input"].fields or ()} == event


def test_every_refusal_that_a_payload_can_carry_implements_the_interface() -> None:
    kinds = {
        each for each in vars(refusals).values() if isinstance(each, type) and issubclass(each, UserError)
    }
    assert set(members("UserError")) == {
        kind.__name__ for kind in kinds - {UserError, InvalidCursor, UnsupportedFilter}
    }
    assert not {kind.__name__ for kind in kinds} & set(INPUTS)


def test_every_mutation_answers_a_payload_that_can_refuse_but_the_internal_ones() -> None:
    payloads = {
        named(field.type)
        for key, field in ROOT_FIELDS.items()
        if key[:9] == "Mutation." and key not in INTERNAL
    }
    for name in payloads:
        errors = [field.type for field in fields_of(name) if field.name.value == "userErrors"]
        assert [named(each) for each in errors] == ["UserError"]


def test_a_refusals_fields_are_all_in_the_schema() -> None:
    for kind in (refusals.TransitionNotAllowed, refusals.PriceChanged, refusals.UnknownOutcome):
        shown = [field.name.value for field in fields_of(kind.__name__)]
        assert shown == [camel(field.name) for field in dataclasses.fields(kind)]
