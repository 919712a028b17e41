"""What Lambda imports: the handlers start from their environment alone, and without what only the schema needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from consumers.app import load_all

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"strawberry", "graphql", "pydantic", "cli", "local", "infra", "tests", "pytest"}
READS_PICTURES = {"make_pictures"}
RESOLVERS = {
    "ORDERS_TABLE": "orders",
    "CATALOG_TABLE": "catalog",
    "CUSTOMER_ISSUER": "https://customers.example.com",
    "STAFF_ISSUER": "https://staff.example.com",
    "SECRET_ID": "secret",
}
AWS = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
    "PICTURES_BUCKET": "pictures",
    "TOPIC_ARN": "arn:aws:sns:eu-west-1:000000000000:low-stock",
    "APPSYNC_ENDPOINT": "https://api.example.com/graphql",
    "BUS_NAME": "orders",
    "MAIL_FROM": "orders@shop.example",
    "MAIL_SET": "orderbell-dev",
}
SCRIPT = "import importlib, json, sys; importlib.import_module(sys.argv[1]).handler; print(json.dumps(sorted(sys.modules)))"


def imported(module: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Import a handler in a process of its own, as Lambda does."""
    path = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, module],
        cwd=ROOT, env=path | environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def roots_of(done: subprocess.CompletedProcess[str]) -> set[str]:
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_the_resolvers_import_nothing_that_only_the_schema_needs() -> None:
    roots = roots_of(imported("resolvers.handler", AWS | RESOLVERS))
    assert {"resolvers", "storage", "wiring", "domain", "boto3"} <= roots
    assert roots & (FORBIDDEN | {"consumers", "PIL"}) == set()


@pytest.mark.parametrize("name", [consumer.name for consumer in load_all()])
def test_a_consumer_imports_nothing_that_only_the_schema_needs(name: str) -> None:
    roots = roots_of(imported("consumers.handler", AWS | RESOLVERS | {"CONSUMER": name}))
    assert {"consumers", "wiring", "domain"} <= roots
    assert roots & (FORBIDDEN | {"resolvers"}) == set()
    assert ("PIL" in roots) == (name in READS_PICTURES)


@pytest.mark.parametrize("missing", RESOLVERS)
def test_the_resolvers_do_not_start_without_a_setting_and_name_it(missing: str) -> None:
    done = imported("resolvers.handler", AWS | {k: v for k, v in RESOLVERS.items() if k != missing})
    assert done.returncode != 0
    assert f"missing in the environment: {missing}" in done.stderr
