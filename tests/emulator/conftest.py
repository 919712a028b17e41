"""The dev stage deployed into an emulator that enforces IAM, with our AppSync and our pump before and behind it."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra import packages
from infra.app import build_app
from infra.stages import DEV, FAKE_ACCOUNT
from local.appsync.serve import LocalServer, running
from local.appsync.server import create_app
from local.aws.engine import ephemeral_engine
from local.consuming import Delivery
from local.events.queues import Queues
from local.laptop import ENGINE_PYTHON
from tests.emulator import native
from tests.emulator.account import Account
from tests.emulator.customers import put_on_sale, token
from tests.emulator.delivering import delivering, queue_mappings, stream_mappings
from tests.emulator.deploying import Deployment, deploy
from tests.emulator.front import api_of
from tests.emulator.transforms import Placing

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("emulator"))


@dataclass(frozen=True, slots=True)
class Stage:
    """A deployed stage in use."""

    account: Account
    deployed: Deployment
    port: int
    delivery: Delivery

    @property
    def queues(self) -> Queues:
        """Who reads the deployed queues."""
        return self.delivery.queues

    @property
    def url(self) -> str:
        """Where GraphQL is asked."""
        return f"http://localhost:{self.port}/graphql"

    def alias(self, start: str) -> str:
        """The alias of the function whose logical id starts so."""
        return self.deployed.named("Lambda::Alias", f"{start}Live")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    package, out = packages.build(), tmp_path_factory.mktemp("cdk.out")
    build_app(package, [DEV], out).synth()
    sessions, port = tmp_path_factory.mktemp("sessions"), free_port()
    with ephemeral_engine(ENGINE_PYTHON, {"AUTH": "true", "MINISTACK_ACCOUNT_ID": FAKE_ACCOUNT}) as engine:
        account = Account(engine.endpoint)
        where = Placing(
            str(package.interpreter),
            str(package.layer),
            str(native.pictures(package.interpreter)),
            str(sessions),
            f"http://127.0.0.1:{port}/graphql",
            engine.endpoint,
        )
        deployed = deploy(account, out, DEV.name, where)
        print("\n".join(deployed.changes))  # noqa: T201 - what the emulator does not see as AWS would
        streams = stream_mappings(account, deployed)
        for mapping in streams:
            mapping.handler({"Records": []})  # its credentials are known from now on
        server = LocalServer(create_app(api_of(account, deployed, sessions)), port=port)
        behind = queue_mappings(account, deployed)
        with running(server), delivering(account, streams, behind) as delivery:
            yield Stage(account, deployed, port, delivery)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def ada(stage: Stage) -> dict[str, str]:
    return {"Authorization": token(stage, "Customers", "ada@example.com")}


@pytest.fixture(scope="session")
def staff(stage: Stage) -> dict[str, str]:
    return {"Authorization": token(stage, "Staff", "eve@shop.example", "admin")}


@pytest.fixture(scope="session")
def guest(stage: Stage) -> dict[str, str]:
    return {"x-api-key": stage.deployed.named("AppSync::ApiKey", "ApiSpring")}


@pytest.fixture(scope="session")
def shelf(stage: Stage, staff: dict[str, str]) -> str:
    """A SKU on sale."""
    return put_on_sale(stage, staff, "EMULATED", units=100)
