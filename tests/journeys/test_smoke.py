"""`orderbell smoke` against a server started as `make run` starts it: it passes, leaves nothing, and can fail."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from local.aws.clients import make_client
from local.aws.demo import DEMO_PASSWORD
from local.aws.pools import ensure_pools, sign_in
from local.aws.record import read_record
from local.identity import kept_identity
from local.laptop import ROOT
from tests.journeys.caller import CREATE, RECEIVE
from tests.journeys.serving import Served, serve

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

pytestmark = [
    pytest.mark.engine,
    pytest.mark.journey,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("smoke"),
]


MUTE = """
import sys
from consumers.publisher import Publisher
Publisher.publish = lambda *_, **__: None
from cli.main import main
sys.exit(main())
"""
"""A server whose publisher is off."""

OPEN = "{ orders { nodes { id } } }"
"""Without a filter: all open work."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("smoke")) as started:
        yield started


def smoke(served: Served, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "cli.main", "smoke", *words]
    return subprocess.run(
        command, cwd=ROOT, env=served.environment, capture_output=True, text=True, check=False, timeout=120
    )


def customers(served: Served) -> set[str]:
    cognito = cognito_of(served)
    users = cognito.list_users(UserPoolId=ensure_pools(cognito).customers.id)["Users"]
    return {
        attribute["Value"]
        for user in users
        for attribute in user["Attributes"]
        if attribute["Name"] == "email"
    }


def cognito_of(served: Served) -> "CognitoIdentityProviderClient":
    record = read_record(served.folder / "state")
    assert record is not None
    return make_client("cognito-idp", record.endpoint)


def as_deployed(served: Served, key: str) -> list[str]:
    """The laptop, as options would name a stage; the embedded AWS stands in for AWS."""
    client = cognito_of(served)
    pool = ensure_pools(client).customers
    served.environment.update(
        AWS_ENDPOINT_URL=client.meta.endpoint_url, AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local"
    )
    endpoint = f"http://localhost:{served.port}/graphql"
    return [
        f"--endpoint={endpoint}",
        f"--api-key={key}",
        f"--customer-pool={pool.id}",
        f"--customer-client={pool.client_id}",
    ]


def ask(served: Served, document: str, **variables: object) -> dict[str, Any]:
    """The data of an answer to an administrator."""
    client = cognito_of(served)
    token = sign_in(client, ensure_pools(client).staff, "admin@shop.example", DEMO_PASSWORD).access
    url, headers = f"http://localhost:{served.port}/graphql", {"Authorization": token}
    body = {"query": document, "variables": variables}
    answer = httpx.post(url, json=body, headers=headers, trust_env=False).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def test_the_journey_passes_and_leaves_nobody_behind(served: Served) -> None:
    before = customers(served)
    done = smoke(served, "--json")
    told = json.loads(done.stdout)

    assert (done.returncode, told["passed"]) == (0, True), done.stdout + done.stderr
    assert [step["name"] for step in told["steps"]] == [
        "two customers sign in (SRP)",
        "a guest sees what is for sale",
        "a customer places an order, once",
        "a stranger sees nothing of it",
        "staff confirm it, live on their board and with its owner",
        "its cancelling is pushed to its owner",
        "its events are caught up with, without a gap",
        "the order is left cancelled",
        "both customers are deleted",
    ]
    assert not any(step["skipped"] for step in told["steps"])
    assert ask(served, OPEN)["orders"]["nodes"] == []
    assert customers(served) == before


def test_a_step_that_fails_says_where_to_look_and_fails_the_whole(served: Served) -> None:
    before = customers(served)
    done = smoke(served, "--sku", "NOT-FOR-SALE")

    assert done.returncode == 1
    assert "✗" in done.stdout
    assert "NOT-FOR-SALE is not for sale. Look at: docs/runbooks/resolver-errors.md" in done.stdout
    assert customers(served) == before


def test_a_journey_that_takes_too_long_is_given_up(served: Served) -> None:
    before = customers(served)
    done = smoke(served, "--seconds", "0.01", "--json")

    assert (done.returncode, json.loads(done.stdout)["passed"]) == (1, False)
    assert customers(served) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_leaves_nobody_behind(served: Served, number: signal.Signals) -> None:
    before = customers(served)
    command = [sys.executable, "-u", "-m", "cli.main", "smoke"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=served.environment, stdout=pipe, stderr=pipe, text=True
    ) as going:
        assert going.stdout is not None
        for line in going.stdout:
            if "a stranger sees nothing of it" in line:
                break
        going.send_signal(number)
        out, error = going.communicate(timeout=60)

    assert (going.returncode, error) == (130, "")
    assert "it was stopped before its end" in out
    assert customers(served) == before
    assert ask(served, OPEN)["orders"]["nodes"] == []


def test_a_key_that_the_stage_does_not_know_fails_it(served: Served) -> None:
    done = smoke(served, *as_deployed(served, "da2-" + "x" * 26))

    assert done.returncode == 1
    assert "✗" in done.stdout.splitlines()[1]
    assert "Look at: the API key" in done.stdout
    assert "✓" in done.stdout.splitlines()[-1], "the customers are deleted all the same"


def test_a_stage_is_tried_by_options_alone_and_staff_are_left_out(served: Served) -> None:
    done = smoke(served, *as_deployed(served, kept_identity(served.folder / "state").api_key))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "not tried: staff bring a second factor; give --staff-token" in done.stdout


def test_a_stage_that_pushes_nothing_fails_it(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True, program=("-c", MUTE)) as mute:
        ask(mute, CREATE, sku="SMOKE", price="2.50")
        ask(mute, RECEIVE, sku="SMOKE", units=10, key="smoke-stock-00001")
        done = smoke(mute)
        left = customers(mute)

    assert done.returncode == 1
    assert "no event came within 10 s of the change, on 2 of 2 subscriptions" in done.stdout
    assert "docs/runbooks/push-failing.md" in done.stdout
    assert not [email for email in left if email.startswith("smoke-")]


def test_an_empty_shop_is_told_how_to_fill_it(tmp_path: Path) -> None:
    with serve(tmp_path, seeded=True) as empty:
        done = smoke(empty)

    assert done.returncode == 1
    assert "make a product (docs/console/catalog.graphql)" in done.stdout


def test_a_stage_that_was_not_deployed_from_here_is_nowhere_to_go(served: Served) -> None:
    done = smoke(served, "--stage", "never")

    assert done.returncode == 2
    assert "make deploy STAGE=never" in done.stderr


def test_without_a_server_there_is_nowhere_to_go(tmp_path: Path) -> None:
    environment = {**os.environ, "ORDERBELL_STATE": str(tmp_path)}
    done = smoke(Served(None, 0, tmp_path, environment))  # type: ignore[arg-type]

    assert done.returncode == 2
    assert "make run" in done.stderr


def test_the_laptop_serves_what_it_is_asked(served: Served) -> None:
    assert httpx.get(f"http://localhost:{served.port}/healthz", trust_env=False).text == "ok\n"
