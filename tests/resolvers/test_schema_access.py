"""Mode x field for the whole schema: what the directives admit is what is declared, and nothing more."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from graphql import InterfaceTypeDefinitionNode

from resolvers import fields as modules
from resolvers import shapes
from resolvers.sdl import NARROWER
from tests.resolvers.schema_document import (
    MODES,
    ROOTS,
    TYPES,
    Modes,
    actual,
    expected,
    field_names,
    field_type,
    marked,
    members,
    modes_of,
    printed,
)
from wiring.access import Access
from wiring.declarations import WITHOUT_FUNCTION, Source, fields
from wiring.naming import camel

modules.load()
DECLARED = {field.key: field.access for field in fields()}
TABLE = actual()


def test_every_field_admits_exactly_the_modes_that_are_declared() -> None:
    declared = expected(DECLARED, NARROWER)
    assert declared == TABLE, "\n" + printed(TABLE, declared)


def test_no_field_is_left_to_the_default_mode_by_accident() -> None:
    system = {key for key, modes in TABLE.items() if modes == {"IAM"}}
    internal = {field.key for field in fields() if field.source in WITHOUT_FUNCTION}
    ended = {"EndedOrderSubscriptions.orderId", "EndedOrderSubscriptions.actorId"}
    assert system == internal | ended | {"OrderEvent.ownerKey", "StaffOrderEvent.ownerKey"}


def test_every_object_type_is_marked_and_an_interface_by_its_fields_since_appsync_marks_no_interface() -> (
    None
):
    for name, node in TYPES.items():
        if isinstance(node, InterfaceTypeDefinitionNode):
            assert not node.directives, name
            assert all(marked(field.directives) for field in node.fields or ()), name
        elif name not in ROOTS:
            assert marked(node.directives), name


@pytest.mark.parametrize("key", DECLARED)
def test_a_root_field_admits_whom_its_declaration_names(key: str) -> None:
    assert TABLE[key] == modes_of(DECLARED[key])


@pytest.mark.parametrize("key", [field.key for field in fields() if field.source is Source.NONE])
def test_all_that_a_publishing_mutation_returns_admits_iam_and_the_mutation_nobody_else(key: str) -> None:
    returned = field_type(*key.split("."))
    assert TABLE[key] == {"IAM"}
    assert all("IAM" in TABLE[f"{returned}.{name}"] for name in field_names(returned))


def test_guests_reach_no_list_of_orders_nothing_of_stock_and_no_facts_for_staff() -> None:
    reached = {key.split(".")[0] for key, modes in TABLE.items() if "guest" in modes} - set(ROOTS)
    others = {"OrderSummary", "OrderSummaryConnection", "OrderSummaryEdge", "StaffOrderEvent", "StockLevel"}
    moved = {"StockMovement", "StockMovementConnection", "StockMovementEdge"}
    payloads = {
        "FormField",
        "ImageUpload",
        "ImageUploadPayload",
        "StockPayload",
        "ProductPayload",
        "EndedOrderSubscriptions",
        "RefundPreview",
        "RefundPreviewPayload",
    }
    assert set(TYPES) - set(ROOTS) - reached == others | moved | payloads
    narrower = {f"{kind}.{name}" for kind, name in NARROWER}
    assert not [key for key in narrower if "guest" in TABLE[key]]


def test_the_root_fields_for_guests_are_these() -> None:
    opened = {key for key, modes in TABLE.items() if "guest" in modes and key.split(".")[0] in ROOTS}
    assert opened == {
        "Query.me", "Query.products", "Query.product", "Query.categories", "Query.cart",
        "Query.order", "Query.orderEvents", "Query.cancelPreview",
        "Mutation.createCart", "Mutation.addToCart", "Mutation.updateCartLine", "Mutation.removeFromCart",
        "Mutation.setCartContact", "Mutation.setCartAddress", "Mutation.setCartShipping",
        "Mutation.placeOrder", "Mutation.cancelOrder", "Mutation.retryPayment", "Subscription.onOrderEvent",
    }  # fmt: skip


@pytest.mark.parametrize("interface", ["UserError"])
def test_whoever_sees_an_interface_sees_every_field_behind_it(interface: str) -> None:
    for field in field_names(interface):
        for member in members(interface):
            assert TABLE[f"{member}.{field}"] >= TABLE[f"{interface}.{field}"], (member, field)


def ways_in(mode: str) -> Iterator[tuple[str, Modes]]:
    """The fields that a mode may ask for, with the modes of the type behind each."""
    for key, modes in TABLE.items():
        behind = field_type(*key.split("."))
        if mode in modes and behind in TYPES:
            yield key, frozenset().union(*(TABLE[f"{behind}.{name}"] for name in field_names(behind)))


@pytest.mark.parametrize("mode", MODES)
def test_no_mode_is_led_to_a_type_of_which_it_may_see_nothing(mode: str) -> None:
    assert [key for key, behind in ways_in(mode) if mode not in behind] == []


def test_the_shapes_that_are_marked_for_fewer_are_those_that_the_schema_narrows() -> None:
    marks: dict[tuple[str, str], Access] = {}
    for module in pkgutil.iter_modules(shapes.__path__):
        for kind in vars(importlib.import_module(f"{shapes.__name__}.{module.name}")).values():
            for field in getattr(kind, "__dataclass_fields__", {}).values():
                if "access" in field.metadata:
                    marks[kind.__name__, camel(field.name)] = field.metadata["access"]
    outside = {("OrderEvent", "ownerKey"), ("StaffOrderEvent", "ownerKey"), ("ShortLine", "available")}
    assert marks == {key: access for key, access in NARROWER.items() if key not in outside}
