"""`orderbell smoke` against a server started as `make run` starts it: it passes, leaves nothing, and can fail."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.aws.clients import make_client
from local.aws.pools import ensure_pools
from local.aws.record import read_record
from local.laptop import ROOT
from tests.journeys.serving import Served, serve

pytestmark = [pytest.mark.engine, pytest.mark.journey, pytest.mark.timeout(180)]


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
    record = read_record(served.folder / "state")
    assert record is not None
    cognito = make_client("cognito-idp", record.endpoint)
    users = cognito.list_users(UserPoolId=ensure_pools(cognito).customers.id)["Users"]
    return {
        attribute["Value"]
        for user in users
        for attribute in user["Attributes"]
        if attribute["Name"] == "email"
    }


def test_the_journey_passes_and_leaves_nobody_behind(served: Served) -> None:
    before = customers(served)
    done = smoke(served, "--json")
    told = json.loads(done.stdout)

    assert (done.returncode, told["passed"]) == (0, True), done.stdout + done.stderr
    assert [step["name"] for step in told["steps"]] == [
        "two customers sign in (SRP)",
        "a guest sees what is for sale",
        "a customer places an order",
        "a stranger sees nothing of it",
        "a change is pushed to its owner",
        "what was missed is caught up, without a gap",
        "the order is cancelled",
    ]
    assert customers(served) == before


def test_a_step_that_fails_says_where_to_look_and_fails_the_whole(served: Served) -> None:
    before = customers(served)
    done = smoke(served, "--sku", "NOT-FOR-SALE")

    assert done.returncode == 1
    assert "failed" in done.stdout
    assert "NOT-FOR-SALE is not for sale. Look at: the function `write`" in done.stdout
    assert customers(served) == before


def test_a_journey_that_takes_too_long_is_given_up(served: Served) -> None:
    before = customers(served)
    done = smoke(served, "--seconds", "0.01")

    assert done.returncode == 1
    assert customers(served) == before


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
