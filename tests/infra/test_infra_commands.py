"""AWS commands in the documents: each operation and option exists, by the models of the pinned SDK."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.model import OperationModel
from botocore.session import get_session

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [DOCS / "operations.md", DOCS / "deploy.md", *sorted((DOCS / "runbooks").glob("*.md"))]
COMMAND = re.compile(r"\baws ([a-z0-9]+(?:-[a-z]+)*) ([a-z0-9-]+)([^`\n;|]*)")
OPTION = re.compile(r" --([a-z-]+)")

RENAMED = {"deploy": "codedeploy", "s3api": "s3"}
OF_THE_CLI = {"query", "output", "cli-binary-format", "max-items"}
NO_OPERATIONS = {
    ("s3", "ls"),
    ("s3", "cp"),
    ("s3", "rb"),
    ("logs", "tail"),
    ("configure", "sso"),
    ("sso", "login"),
}
"""What the command line adds to the API."""


def commands(page: Path) -> Iterator[tuple[str, str, set[str]]]:
    for service, operation, rest in COMMAND.findall(page.read_text()):
        if (service, operation) not in NO_OPERATIONS:
            yield service, operation, set(OPTION.findall(rest)) - OF_THE_CLI


@cache
def operations(service: str) -> dict[str, OperationModel]:
    model = get_session().get_service_model(RENAMED.get(service, service))
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_name_what_there_is(page: Path) -> None:
    for service, operation, given in commands(page):
        shape = operations(service)[operation].input_shape
        known = {xform_name(name, "-") for name in shape.members} if shape else set()
        needed = {xform_name(name, "-") for name in shape.required_members} if shape else set()

        assert given <= known, (operation, given - known)
        # A command that is only named has no options at all.
        assert not given or needed <= given, (operation, needed - given)


def test_there_are_commands_to_check() -> None:
    assert len([command for page in PAGES for command in commands(page)]) > 30
