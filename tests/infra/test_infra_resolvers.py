"""The template answers exactly the declared fields."""

from pathlib import Path
from typing import Any

import pytest
from graphql import ObjectTypeDefinitionNode, parse
from templates import Stacks, of_type, properties, target

from infra.answering import CODE, JAVASCRIPT, logical_id
from infra.api import SCHEMA_FILE
from infra.declared import Declared
from wiring.declarations import WITHOUT_FUNCTION, Field
from wiring.functions import RESOLVER_FUNCTIONS


def source_name(stacks: Stacks, resolver: dict[str, Any]) -> str:
    return str(stacks.service["Resources"][target(resolver["DataSourceName"])]["Properties"]["Name"])


def as_declared(field: Field) -> dict[str, Any]:
    code = (JAVASCRIPT / CODE[field.source]).read_text() if field.source in CODE else None
    return {
        "source": field.runs_in or "none",
        "batch": field.batch_size or None,
        "code": code,
        "runtime": {"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"} if code else None,
    }


def test_every_field_has_the_resolver_of_its_record_and_none_is_left_over(
    stacks: Stacks, declarations: Declared
) -> None:
    made = {
        f"{each['TypeName']}.{each['FieldName']}": {
            "source": source_name(stacks, each),
            "batch": each.get("MaxBatchSize"),
            "code": each.get("Code"),
            "runtime": each.get("Runtime"),
        }
        for each in properties(stacks.service, "AppSync::Resolver")
    }

    assert made == {field.key: as_declared(field) for field in declarations.fields}


def test_the_schema_has_the_declared_root_fields_and_no_other(declarations: Declared) -> None:
    roots = {
        f"{node.name.value}.{field.name.value}"
        for node in parse(SCHEMA_FILE.read_text()).definitions
        if isinstance(node, ObjectTypeDefinitionNode)
        and node.name.value in {"Query", "Mutation", "Subscription"}
        for field in node.fields
    }

    assert roots == {field.key for field in declarations.fields}


def test_logical_ids_come_from_type_and_field_alone(stacks: Stacks, declarations: Declared) -> None:
    ids = of_type(stacks.service, "AppSync::Resolver")

    assert set(ids) == {logical_id(field) for field in declarations.fields}
    assert "MutationPlaceOrderResolver" in ids


def test_every_function_has_its_data_source_through_the_alias(stacks: Stacks) -> None:
    sources = {
        each["Name"]: target(each["LambdaConfig"]["LambdaFunctionArn"])
        for each in properties(stacks.service, "AppSync::DataSource")
        if each["Type"] == "AWS_LAMBDA"
    }

    assert set(sources) == set(RESOLVER_FUNCTIONS)
    for name, alias in sources.items():
        made = stacks.service["Resources"][alias]
        assert made["Type"] == "AWS::Lambda::Alias"
        assert target(made["Properties"]["FunctionName"]).startswith(f"{name.capitalize()}Function")


def test_internal_mutations_have_no_data_source_behind_them(stacks: Stacks, declarations: Declared) -> None:
    internal = {field.name for field in declarations.fields if field.source in WITHOUT_FUNCTION}
    without = {
        each["FieldName"]
        for each in properties(stacks.service, "AppSync::Resolver")
        if source_name(stacks, each) == "none"
    }

    assert without == internal
    assert {"publishOrderEvent", "publishStaffOrderEvent", "endOrderSubscriptions"} <= without


@pytest.mark.parametrize("file", sorted(JAVASCRIPT.glob("*.js")), ids=lambda path: path.name)
def test_every_javascript_file_is_in_use(file: Path) -> None:
    assert file.name in CODE.values()
