"""A real payment provider's secret: read by the functions that take payments, and by nobody where a stage has none."""

from dataclasses import replace

import pytest
from templates import Stacks, allowed, of_type, read_stacks

from infra.app import build_app
from infra.packages import Package
from infra.stages import DEV

ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:payments-AbCdEf"
PAYS = {"Write", "SettleMoneyConsumer", "ReceiveWebhookConsumer", "TakeStepConsumer"}


@pytest.fixture(scope="module")
def paid(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    out = tmp_path_factory.mktemp("cdk.paid")
    build_app(package, [replace(DEV, payment_secret=ARN)], out).synth()
    return read_stacks(out, DEV.name)


def readers(stacks: Stacks) -> set[str]:
    return {who.partition("Role")[0] for who, _, resources, _ in allowed(stacks.service) if ARN in resources}


def told(stacks: Stacks) -> set[str]:
    functions = of_type(stacks.service, "Lambda::Function")
    return {
        id_.partition("Function")[0]
        for id_, each in functions.items()
        if each["Properties"].get("Environment", {}).get("Variables", {}).get("PAYMENT_SECRET_ID") == ARN
    }


def test_those_that_call_a_provider_or_hear_of_one_read_its_secret_and_no_others(paid: Stacks) -> None:
    assert readers(paid) == told(paid) == PAYS


def test_a_stage_without_one_tells_nobody_of_any(stacks: Stacks) -> None:
    assert readers(stacks) == told(stacks) == set()
    assert "PAYMENT_SECRET_ID" not in str(stacks.service)
