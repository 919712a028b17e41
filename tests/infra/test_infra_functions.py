"""Every function: size, environment, log, version, alias, role."""

from typing import Any

import pytest
from templates import Stacks, function_named, of_type, properties, target

from infra.declared import Declared
from infra.service import camel
from infra.stages import PROD, STAGES
from storage.settings import Settings
from wiring.functions import RESOLVER_FUNCTIONS

BY_NAME = {stage.name: stage for stage in STAGES}


def test_there_is_one_function_for_each_declaration(stacks: Stacks, declarations: Declared) -> None:
    assert len(of_type(stacks.service, "Lambda::Function")) == len(RESOLVER_FUNCTIONS) + len(
        declarations.consumers
    )


@pytest.mark.parametrize("name", RESOLVER_FUNCTIONS)
def test_a_resolver_function_has_its_declared_size(stacks: Stacks, name: str) -> None:
    made, size = function_named(stacks.service, name.capitalize())["Properties"], RESOLVER_FUNCTIONS[name]

    assert (made["MemorySize"], made["Timeout"]) == (size.memory_mb, size.timeout_seconds)
    assert made["Handler"] == "resolvers.handler.handler"


@pytest.mark.parametrize("name", RESOLVER_FUNCTIONS)
def test_a_resolver_function_has_the_environment_that_its_settings_read(stacks: Stacks, name: str) -> None:
    given = function_named(stacks.service, name.capitalize())["Properties"]["Environment"]["Variables"]
    settings = Settings.read(
        {name: value if isinstance(value, str) else "set" for name, value in given.items()}
    )

    assert (settings.stage, settings.work_shards) == (stacks.stage, BY_NAME[stacks.stage].work_shards)


@pytest.mark.parametrize("name", RESOLVER_FUNCTIONS)
def test_a_resolver_function_loads_the_modules_of_its_fields_alone(
    stacks: Stacks, declarations: Declared, name: str
) -> None:
    given = function_named(stacks.service, name.capitalize())["Properties"]["Environment"]["Variables"]
    modules = {field.function.__module__ for field in declarations.fields if field.runs_in == name}

    assert {f"resolvers.{module}" for module in given["FIELD_MODULES"].split(",")} == modules


def test_the_issuers_are_each_of_its_own_pool(stacks: Stacks) -> None:
    given = function_named(stacks.service, "Read")["Properties"]["Environment"]["Variables"]

    assert "CustomersE" not in str(given["STAFF_ISSUER"])
    assert "Customers" in str(given["CUSTOMER_ISSUER"])
    assert "Staff" in str(given["STAFF_ISSUER"])


def test_a_consumer_has_its_declared_size_and_environment(stacks: Stacks, declarations: Declared) -> None:
    for consumer in declarations.consumers:
        made = function_named(stacks.service, f"{camel(consumer.name)}Consumer")["Properties"]
        variables = made["Environment"]["Variables"]

        assert (made["MemorySize"], made["Timeout"]) == (consumer.memory_mb, consumer.timeout_seconds)
        assert (made["Handler"], variables["CONSUMER"]) == ("consumers.handler.handler", consumer.name)
        assert ("APPSYNC_ENDPOINT" in variables) == bool(consumer.publishes)
        assert ({"ORDERS_TABLE", "CATALOG_TABLE", "WORK_SHARDS"} <= set(variables)) == bool(consumer.writes)


def test_every_function_runs_python_3_13_on_arm(stacks: Stacks) -> None:
    runtimes = {
        (made["Runtime"], *made["Architectures"]) for made in properties(stacks.service, "Lambda::Function")
    }

    assert runtimes == {("python3.13", "arm64")}


def test_every_function_is_traced_and_starts_from_a_snapshot(stacks: Stacks) -> None:
    for made in properties(stacks.service, "Lambda::Function"):
        assert made["TracingConfig"] == {"Mode": "Active"}
        assert made["SnapStart"] == {"ApplyOn": "PublishedVersions"}


def test_every_function_has_the_one_layer_and_who_carries_more_has_that_alone(
    stacks: Stacks, declarations: Declared
) -> None:
    layers = {id_.rstrip("0123456789ABCDEF"): id_ for id_ in of_type(stacks.service, "Lambda::LayerVersion")}
    carried = {camel(each.name): camel(each.carries) for each in declarations.consumers if each.carries}
    assert set(layers) == {"Sdk", *carried.values()}
    for id_, made in of_type(stacks.service, "Lambda::Function").items():
        more = [name for start, name in carried.items() if id_.startswith(start)]
        has = sorted(target(each) for each in made["Properties"]["Layers"])
        assert has == sorted([layers["Sdk"], *(layers[name] for name in more)])


def test_every_function_logs_json(stacks: Stacks) -> None:
    for made in properties(stacks.service, "Lambda::Function"):
        assert made["LoggingConfig"]["LogFormat"] == "JSON"


def test_a_function_reserves_its_declared_share_where_the_stage_reserves(
    stacks: Stacks, declarations: Declared
) -> None:
    shares = {name.capitalize(): size.concurrency for name, size in RESOLVER_FUNCTIONS.items()}
    shares |= {f"{camel(each.name)}Consumer": each.concurrency for each in declarations.consumers}
    reserves = BY_NAME[stacks.stage].reserve_concurrency

    for start, share in shares.items():
        made = function_named(stacks.service, start)["Properties"]
        assert made.get("ReservedConcurrentExecutions") == (share if reserves else None)


def test_what_is_reserved_leaves_the_account_its_unreserved_hundred(declarations: Declared) -> None:
    """Lambda refuses to reserve the last 100: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html."""
    reserved = sum(size.concurrency for size in RESOLVER_FUNCTIONS.values())
    reserved += sum(each.concurrency for each in declarations.consumers)

    assert reserved <= PROD.account_concurrency - 100


def test_every_function_has_a_log_group_of_its_own_with_the_stages_retention(stacks: Stacks) -> None:
    groups = [
        target(made["LoggingConfig"]["LogGroup"]) for made in properties(stacks.service, "Lambda::Function")
    ]
    retentions = {stacks.service["Resources"][group]["Properties"]["RetentionInDays"] for group in groups}

    assert len(set(groups)) == len(groups)
    assert retentions == {BY_NAME[stacks.stage].log_days}


def test_every_function_has_a_role_of_its_own_without_managed_policies(stacks: Stacks) -> None:
    roles = [target(made["Role"]) for made in properties(stacks.service, "Lambda::Function")]

    assert len(set(roles)) == len(roles)
    assert not [role for role in properties(stacks.service, "IAM::Role") if role.get("ManagedPolicyArns")]


def test_every_function_has_a_version_behind_the_alias_live(stacks: Stacks) -> None:
    aliases = {target(made["FunctionName"]): made for made in properties(stacks.service, "Lambda::Alias")}

    assert set(aliases) == set(of_type(stacks.service, "Lambda::Function"))
    for function, made in aliases.items():
        version = stacks.service["Resources"][target(made["FunctionVersion"])]
        assert (made["Name"], target(version["Properties"]["FunctionName"])) == ("live", function)


def test_versions_are_retained(stacks: Stacks) -> None:
    versions = of_type(stacks.service, "Lambda::Version").values()

    assert {version["DeletionPolicy"] for version in versions} == {"Retain"}


NAMES_A_FUNCTION = {
    f"AWS::Lambda::{kind}" for kind in ("Version", "Alias", "Function", "EventInvokeConfig")
} | {f"AWS::CloudWatch::{kind}" for kind in ("Alarm", "Dashboard")}
"""What belongs to a function or watches it, and calls it not; an invoke config names its alias beside it."""


def test_nothing_reaches_a_function_but_by_its_alias(stacks: Stacks) -> None:
    """A snapshot serves published versions only: a caller of $LATEST would start cold, every time."""
    for id_, made in stacks.service["Resources"].items():
        if made["Type"] in NAMES_A_FUNCTION:
            continue
        assert not references(made) & set(of_type(stacks.service, "Lambda::Function")), id_


def references(node: Any) -> set[str]:
    if isinstance(node, list):
        return {name for each in node for name in references(each)}
    if not isinstance(node, dict):
        return set()
    if node.get("Fn::Join", [None, [None]])[1][-1] == ":live":
        return set()  # the alias, spelled by the function's name
    own = {target(node)} if node.keys() & {"Ref", "Fn::GetAtt"} else set()
    return own | {name for each in node.values() for name in references(each)}


def test_no_resource_is_a_custom_one(stacks: Stacks) -> None:
    kinds = {
        made["Type"] for template in (stacks.data, stacks.service) for made in template["Resources"].values()
    }

    assert not [
        kind for kind in kinds if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"
    ]
