"""The cost page and the table of types, against the templates as they are synthesized."""

from templates import Stacks

from infra.budget import TOLD
from infra.cost.__main__ import PAGE
from infra.cost.assumed import ASSUMED_MS, Inputs
from infra.cost.capacity import read_capacity
from infra.cost.deployed import deployed, types_of
from infra.cost.model import Model
from infra.cost.page import page
from infra.cost.prices import read_prices
from infra.cost.resource_types import COSTED, unknown
from infra.declared import Declared
from infra.stages import STAGES


def model_of(stacks: Stacks, declarations: Declared) -> Model:
    return Model(deployed([stacks.data, stacks.service]), declarations, read_capacity(), read_prices())


def test_the_page_is_what_the_command_says(synthesized: dict[str, Stacks], declarations: Declared) -> None:
    """`python -m infra.cost --write` renews it."""
    prod, dev = (model_of(synthesized[stage], declarations) for stage in ("prod", "dev"))

    assert PAGE.read_text() == page(prod, Inputs(), dev)


def test_every_type_of_resource_is_costed_or_free_for_a_reason(stacks: Stacks) -> None:
    assert unknown(types_of([stacks.data, stacks.service])) == []


def test_every_costed_type_is_deployed_in_production(synthesized: dict[str, Stacks]) -> None:
    prod = synthesized["prod"]

    assert {f"AWS::{kind}" for kind in COSTED} <= types_of([prod.data, prod.service])


def test_every_function_has_an_assumed_duration(stacks: Stacks) -> None:
    assert {each.name for each in deployed([stacks.data, stacks.service]).functions} == set(ASSUMED_MS)


def test_every_function_does_work_in_the_model(stacks: Stacks, declarations: Declared) -> None:
    model = model_of(stacks, declarations)

    assert {each.function for each in model.work(Inputs())} == {
        each.name for each in model.deployed.functions
    }


def test_a_month_without_a_visit_is_not_told_by_the_budget(stacks: Stacks, declarations: Declared) -> None:
    (budget,) = (each.monthly_budget_usd for each in STAGES if each.name == stacks.stage)
    standing = model_of(stacks, declarations).bill(Inputs()).standing

    assert standing < budget * min(percent for _, percent in TOLD) / 100
