"""The neutral API's template: every field has its resolver, the function fits in, and nothing must be bootstrapped."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cfnlint import api
from cfnlint.config import ManualArgs

from infra.neutral.stack import AUTHORIZER, BATCHES, FUNCTION, SCHEMA, build, resolved_fields

pytestmark = pytest.mark.infra
INLINE_LIMIT = 4_096
"""Characters (AWS CloudFormation, AWS::Lambda::Function Code ZipFile)."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's file."""
    return build(tmp_path_factory.mktemp("neutral"))


def resources(path: Path, kind: str) -> list[dict[str, Any]]:
    """The properties of all resources of a kind."""
    found = json.loads(path.read_text())["Resources"].values()
    return [each["Properties"] for each in found if each["Type"] == kind]


def test_every_field_of_the_schema_has_its_resolver(path: Path) -> None:
    made = {(each["TypeName"], each["FieldName"]) for each in resources(path, "AWS::AppSync::Resolver")}
    assert made == set(resolved_fields())
    assert ("Query", "order") in made
    assert ("Query", "noResolver") not in made
    assert resources(path, "AWS::AppSync::GraphQLSchema")[0]["Definition"] == SCHEMA.read_text()


def test_what_takes_a_batch_says_so(path: Path) -> None:
    sizes = {
        (each["TypeName"], each["FieldName"]): each["MaxBatchSize"]
        for each in resources(path, "AWS::AppSync::Resolver")
        if "MaxBatchSize" in each
    }
    assert sizes == BATCHES


def test_the_functions_fit_into_the_template_and_need_nothing(path: Path) -> None:
    sources = [each["Code"]["ZipFile"] for each in resources(path, "AWS::Lambda::Function")]
    assert sorted(sources) == sorted((AUTHORIZER.read_text(), FUNCTION.read_text()))
    for source in sources:
        assert len(source) < INLINE_LIMIT
        assert set(re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE)) <= {"json", "time", "typing"}


def test_four_modes_are_on(path: Path) -> None:
    (api_,) = resources(path, "AWS::AppSync::GraphQLApi")
    more = {each["AuthenticationType"] for each in api_["AdditionalAuthenticationProviders"]}
    assert (api_["AuthenticationType"], more) == (
        "API_KEY", {"AWS_IAM", "AMAZON_COGNITO_USER_POOLS", "AWS_LAMBDA"},
    )  # fmt: skip
    (permission,) = resources(path, "AWS::Lambda::Permission")
    assert permission["Principal"] == "appsync.amazonaws.com"


def test_it_deploys_without_a_bootstrap_and_tells_where_it_is(path: Path) -> None:
    template = json.loads(path.read_text())
    assert set(template["Outputs"]) == {"Url", "Key", "Pool", "Client"}
    assert "Parameters" not in template


def test_the_linter_finds_nothing(path: Path) -> None:
    config = ManualArgs(regions=["eu-west-1"], ignore_checks=["W3005"])
    assert [str(match) for match in api.lint(path.read_text(), config=config)] == []
