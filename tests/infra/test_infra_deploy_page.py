"""docs/deploy.md: what it tells to type is there."""

import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.error import GraphQLSyntaxError

from infra import stages
from infra.deploying.commands import COMMANDS
from wiring.access import STAFF_GROUPS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "deploy.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()

MAKE = re.compile(r"(?:`|^    )make ([a-z-]+)([^`\n]*)", re.MULTILINE)
DOCUMENT = re.compile(r"-d '(\{.*?\})'")
WRONG_ON_PURPOSE = {"{"}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    printed = (ROOT / "schema.graphql").read_text()
    return build_schema(f"scalar AWSDateTime scalar AWSJSON {printed}", assume_valid_sdl=True)


def rule(target: str) -> str:
    """The lines of a target's recipe, empty where there is no such target."""
    found = re.search(rf"^{re.escape(target)}(?: [a-z -]+)?:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    return found[1] if found else ""


def test_each_make_target_is_there_and_takes_what_it_is_given() -> None:
    where = re.search(r"^WHERE *= *(.*)$", MAKEFILE, re.MULTILINE)
    assert where

    for target, rest in MAKE.findall(PAGE):
        recipe = rule(target).replace("$(WHERE)", where[1])
        assert recipe, target
        for variable in re.findall(r"([A-Z_]+)=", rest):
            assert f"$({variable})" in recipe, (target, variable)


def test_every_deployment_command_is_told_of() -> None:
    assert set(COMMANDS) <= {target for target, _ in MAKE.findall(PAGE)}


def test_documents_are_valid_but_those_that_are_not_meant_to_be(schema: GraphQLSchema) -> None:
    documents = [json.loads(body)["query"] for body in DOCUMENT.findall(PAGE)]

    assert len(documents) >= 7
    for document in set(documents) - WRONG_ON_PURPOSE:
        assert validate(schema, parse(document)) == [], document
    for document in WRONG_ON_PURPOSE & set(documents):
        with pytest.raises(GraphQLSyntaxError):
            parse(document)


def test_files_and_headings_that_it_names_are_there() -> None:
    for file in re.findall(r"`((?:infra|tests|local)/[a-z_/]+\.[a-z]+)`", PAGE):
        assert (ROOT / file).is_file(), file
    for page, heading in re.findall(r"\]\(([a-zA-Z./-]*)#([a-z-]+)\)", PAGE):
        text = (DOCS / page).read_text() if page else PAGE
        headings = [
            re.sub(r"[^a-z0-9 -]", "", each.lower()) for each in re.findall(r"^#+ (.*)", text, re.MULTILINE)
        ]
        assert heading in [each.replace(" ", "-") for each in headings], (page, heading)


def test_it_says_what_is_so() -> None:
    groups = ", ".join(f"`{group}`" for group in STAFF_GROUPS)

    assert f"Groups: {groups}, several by commas" in PAGE
    assert f"a query {stages.DEV.requests.query_depth + 1} deep" in PAGE
    assert f"one with {stages.DEV.requests.resolver_count + 1} aliases" in PAGE
    assert "**Nothing of this was run on AWS.**" in PAGE.partition("##")[0]
