"""What the emulator was given of the template, and what not."""

import io
import zipfile

import pytest

from infra import packages
from tests.emulator.conftest import Stage
from tests.emulator.deploying import LOOP, DeployError, create_stack, start_script
from tests.emulator.front import CalledError, invoke
from tests.emulator.transforms import DROPPED, RULES


def test_every_type_that_is_dropped_is_in_the_template_and_listed(stage: Stage) -> None:
    """The list may not grow: what is dropped is proved by the template's tests alone."""
    dropped = {change.split()[1] for change in stage.deployed.changes if change.startswith("dropped ")}

    assert dropped == DROPPED
    assert len(DROPPED) <= 4


@pytest.mark.parametrize("kind", RULES)
def test_every_rule_is_needed(stage: Stage, kind: str) -> None:
    assert [change for change in stage.deployed.changes if change.startswith(f"{kind} ")]


def test_everything_else_was_created(stage: Stage) -> None:
    wanted = {
        id_
        for template in stage.deployed.templates.values()
        for id_, each in template["Resources"].items()
        if each["Type"] not in DROPPED
    }

    assert wanted <= set(stage.deployed.names)
    assert len(wanted) > 100


def test_a_stack_that_imports_what_nobody_exports_is_not_created(stage: Stage) -> None:
    topic = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"TopicName": {"Fn::ImportValue": "nobody-exports-this"}},
    }

    with pytest.raises(DeployError, match="nobody-exports-this"):
        create_stack(stage.account, "broken", {"Resources": {"Topic": topic}})


def test_a_function_sees_its_bundle_alone(stage: Stage) -> None:
    """The emulator's own libraries, and this checkout's, are out of reach: what is missing in a package fails."""
    lambda_ = stage.account.client("lambda")
    settings = lambda_.get_function_configuration(
        FunctionName=stage.deployed.named("Lambda::Function", "Browse")
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("needy.py", "import strawberry\n")
        archive.writestr(LOOP.name, LOOP.read_text())
        start = zipfile.ZipInfo("bootstrap")
        start.external_attr = 0o755 << 16
        archive.writestr(start, start_script(packages.build().interpreter))
    lambda_.create_function(
        FunctionName="needy",
        Runtime=settings["Runtime"],
        Role=settings["Role"],
        Handler="needy.handler",
        Code={"ZipFile": held.getvalue()},
        Environment=settings["Environment"],
    )

    with pytest.raises(CalledError, match="strawberry"):
        invoke(stage.account, "needy", {})
