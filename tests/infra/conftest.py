"""One synthesis for the whole folder: each takes seconds, and reading a template takes none."""

from pathlib import Path

import pytest
from appsync_javascript import Runtime, prepared
from examples import with_examples
from templates import Stacks, read_stacks

from infra import declared, packages
from infra.app import build_app
from infra.declared import Declared
from infra.deploying.asking import Asked, placed
from infra.packages import Package
from infra.stages import DEV, STAGES

FOLDER = Path(__file__).parent
REGION, MAILBOXES = "eu-central-1", ("a@example.com", "b@example.com")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.infra)
            item.add_marker(pytest.mark.xdist_group("infra"))  # with several workers, one of them synthesizes


@pytest.fixture(scope="session")
def package() -> Package:
    return packages.build()


@pytest.fixture(scope="session")
def appsync(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    return prepared(tmp_path_factory.mktemp("javascript"))


@pytest.fixture(scope="session")
def declarations() -> Declared:
    return declared.load()


@pytest.fixture(scope="session")
def synthesized(package: Package, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stacks]:
    out = tmp_path_factory.mktemp("cdk.out")
    build_app(package, outdir=out).synth()
    return {stage.name: read_stacks(out, stage.name) for stage in STAGES}


@pytest.fixture(scope="session")
def deployable(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly of `dev` as a deployment writes it: in an account, in another region, with mailboxes."""
    out = tmp_path_factory.mktemp("deployable")
    build_app(
        package, [placed(Asked("deploy", "dev", "123456789012", REGION, ",".join(MAILBOXES)))], outdir=out
    ).synth()
    return out


@pytest.fixture(scope="session")
def exemplary(package: Package, declarations: Declared, tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    """The dev stage with a consumer of each kind of source, whatever the product has."""
    out = tmp_path_factory.mktemp("cdk.examples")
    build_app(package, [DEV], out, with_examples(declarations)).synth()
    return read_stacks(out, DEV.name)


@pytest.fixture(params=[*(stage.name for stage in STAGES), "examples"])
def routed(request: pytest.FixtureRequest) -> Stacks:
    """Each stage in turn, and the one with examples."""
    if request.param == "examples":
        found: Stacks = request.getfixturevalue("exemplary")
        return found
    by_stage: dict[str, Stacks] = request.getfixturevalue("synthesized")
    return by_stage[request.param]


@pytest.fixture(params=[stage.name for stage in STAGES])
def stacks(request: pytest.FixtureRequest, synthesized: dict[str, Stacks]) -> Stacks:
    return synthesized[request.param]
