"""Cases 70 to 72: what AppSync would refuse in an SDL."""

import enum

import pytest
import strawberry
from neutral_api import SDL

from local.appsync.api import Api, Kind, Resolver
from local.appsync.schema import SchemaProblem, load
from local.appsync.sdl import check_sdl

QUERY = "type Query { a: Int }\n"


def test_the_neutral_api_is_accepted():
    assert check_sdl(SDL) == []


@pytest.mark.parametrize(
    ("addition", "problem"),
    [
        pytest.param("scalar X", "custom scalars", id="scalar"),
        pytest.param("scalar AWSDate", "custom scalars", id="built_in_scalar"),
        pytest.param("directive @x on OBJECT", "Directive definitions are not supported", id="directive"),
        pytest.param("input I @oneOf { a: Int }", "@oneOf is not supported", id="oneOf"),
        pytest.param("interface A { a: Int } interface B implements A { a: Int }", "cannot implement", id="interface"),
        pytest.param("type AWSFoo { a: Int }", "reserved", id="reserved"),
        pytest.param("# " + "x" * 1024 * 1024, "over 1 MB", id="size"),
        pytest.param("enum E {\n  # null\n  A\n}", "null, true or false", id="case_071"),
        pytest.param("enum E {\n  # it is true\n  # or so\n  A\n}", "null, true or false", id="case_071_lines"),
        pytest.param('enum E { """text""" A }', "descriptions of enum values", id="enum_description"),
        pytest.param('""" """ type T { a: Int }', "empty description", id="empty_description"),
        pytest.param("input I { a: Int! = 5 }", "make it nullable", id="default"),
        pytest.param("type T { a: Foo }", "Unknown type 'Foo'", id="unknown_type"),
        pytest.param("type T {", "cannot be parsed", id="syntax"),
        pytest.param("interface I @aws_iam { a: Int }", "may not be used", id="directive_place"),
        pytest.param("type Subscription { s: Int! }", "must be nullable", id="subscription_null"),
        pytest.param('type Subscription { s: Int @aws_subscribe(mutations: ["m"]) }', "not a mutation", id="mutation"),
        pytest.param('type Mutation { m: Int } type Subscription { s: ID @aws_subscribe(mutations: ["m"]) }',
                     "must be that of the mutation", id="mutation_type"),
    ],
)  # fmt: skip
def test_cases_070_071_each_refusal_is_named(addition, problem):
    problems = check_sdl(QUERY + addition)
    assert any(problem in found for found in problems), problems


def test_nullability_of_a_subscription_may_differ_from_its_mutation():
    sdl = 'type Mutation { m: Int! } type Subscription { s: Int @aws_subscribe(mutations: ["m"]) }'
    assert check_sdl(QUERY + sdl) == []


def test_case_072_a_raw_strawberry_export_is_refused():
    @strawberry.enum
    class Color(enum.Enum):
        RED = strawberry.enum_value("r", description="text")

    @strawberry.type
    class Query:
        @strawberry.field
        def a(self, first: int = 5) -> Color | None:
            return None

    text = strawberry.Schema(Query).as_str()
    assert len(check_sdl(text)) == 2


@pytest.mark.parametrize(
    ("sdl", "resolvers", "message"),
    [
        pytest.param("type Query {", (), "cannot be loaded", id="syntax"),
        pytest.param("type T { a: Int }", (), "Query root type", id="query"),
        pytest.param(QUERY, (Resolver("Query", "b", invoke=len),), "does not have", id="orphan"),
        pytest.param(QUERY, (Resolver("Query", "a", invoke=len),) * 2, "Two resolvers", id="twice"),
        pytest.param(QUERY, (Resolver("Query", "a", Kind.LAMBDA),), "no function", id="function"),
    ],
)
def test_an_api_that_cannot_be_loaded_says_why(sdl, resolvers, message):
    with pytest.raises(SchemaProblem, match=message):
        load(Api(sdl, resolvers))
