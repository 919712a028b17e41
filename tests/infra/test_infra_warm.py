"""Functions that stay warm, by configuration, and what they then do not have."""

from dataclasses import replace

import pytest
from templates import Stacks, function_named, of_type, properties, read_stacks, target

from infra.app import build_app
from infra.packages import Package
from infra.stages import PROD, Hours, Provisioned

WARM = Provisioned(least=2, most=20, schedule=(Hours("Morning", "0 7 ? * MON-FRI *", 10),))


@pytest.fixture(scope="module")
def warm(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    out = tmp_path_factory.mktemp("warm")
    build_app(package, [replace(PROD, provisioned={"write": WARM})], out).synth()
    return read_stacks(out, PROD.name)


def test_a_warm_function_has_copies_and_no_snapshot(warm: Stacks) -> None:
    alias = alias_of(warm, "Write")

    assert alias["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": WARM.least}
    assert "SnapStart" not in function_named(warm.service, "Write")["Properties"]


def test_no_function_has_both(warm: Stacks) -> None:
    """AWS refuses it, and synthesis does not."""
    for id_, made in of_type(warm.service, "Lambda::Function").items():
        (alias,) = (
            each for each in properties(warm.service, "Lambda::Alias") if target(each["FunctionName"]) == id_
        )
        assert ("SnapStart" in made["Properties"]) != ("ProvisionedConcurrencyConfig" in alias), id_


def test_copies_follow_use_and_the_hours(warm: Stacks) -> None:
    (scaled,) = properties(warm.service, "ApplicationAutoScaling::ScalableTarget")
    (policy,) = properties(warm.service, "ApplicationAutoScaling::ScalingPolicy")
    (hours,) = scaled["ScheduledActions"]

    assert (scaled["MinCapacity"], scaled["MaxCapacity"]) == (2, 20)
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 0.7
    assert (hours["Schedule"], hours["ScalableTargetAction"]["MinCapacity"]) == (
        "cron(0 7 ? * MON-FRI *)",
        10,
    )


def test_a_stage_names_functions_that_there_are() -> None:
    with pytest.raises(ValueError, match="'wriet'"):
        replace(PROD, provisioned={"wriet": WARM}).check({"write": 200})


def test_copies_never_go_to_none() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        replace(PROD, provisioned={"write": replace(WARM, least=0)}).check({"write": 200})


def test_copies_fit_into_the_functions_share() -> None:
    with pytest.raises(ValueError, match="share of 200"):
        replace(PROD, provisioned={"write": replace(WARM, most=201)}).check({"write": 200})


def alias_of(stacks: Stacks, start: str) -> dict[str, object]:
    (found,) = (
        each
        for each in properties(stacks.service, "Lambda::Alias")
        if target(each["FunctionName"]).startswith(f"{start}Function")
    )
    return found
