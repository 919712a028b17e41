"""The page of who gets where is the schema's, and the comparison behind it sees what is missing or too much."""

import pytest
from graphql import ObjectTypeDefinitionNode, parse

from resolvers.sdl import NARROWER
from tests.resolvers.access_page import PAGE, page
from tests.resolvers.schema_document import ROOTS, TEXT, TYPES, actual, expected, field_names
from tests.resolvers.test_schema_access import DECLARED


def test_the_page_is_what_the_schema_says() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.resolvers.access_page"


def test_the_page_has_every_field_once() -> None:
    for root in ROOTS:
        for name in field_names(root):
            assert PAGE.read_text().count(f"| {name} |") == 1, name
    for name in set(TYPES) - set(ROOTS):
        rows = [row for row in PAGE.read_text().splitlines() if row.startswith(f"| **{name}**: ")]
        shown = [field for row in rows for field in row.split("|")[1].partition(": ")[2].strip().split(", ")]
        assert sorted(shown) == sorted(field_names(name)), name


def test_no_directive_that_appsync_ignores_beside_other_modes() -> None:
    assert "@aws_auth" not in TEXT


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Money", "@aws_api_key ", ""),
        ("OrderSummary", "@aws_cognito_user_pools", "@aws_api_key @aws_cognito_user_pools"),
        ("PageInfo", "@aws_api_key @aws_cognito_user_pools", ""),
        (
            "Mutation",
            "publishOrderEvent(input: OrderEventInput!): OrderEvent! @aws_iam",
            "publishOrderEvent: OrderEvent! @aws_api_key",
        ),
        ("OrderEvent", " @aws_iam", ""),
    ],
)
def test_a_directive_too_few_or_too_many_is_seen(
    monkeypatch: pytest.MonkeyPatch, name: str, before: str, after: str
) -> None:
    text = TEXT[TEXT.index(f"type {name} ") :]
    assert before in text, f"nothing to spoil in {name}"
    (spoilt,) = (
        node
        for node in parse(TEXT.replace(text, text.replace(before, after, 1))).definitions
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value == name
    )
    monkeypatch.setitem(TYPES, name, spoilt)
    assert actual() != expected(DECLARED, NARROWER)
