"""Stages as values."""

import json
from dataclasses import replace
from datetime import date

from infra.context import CDK_JSON, load_context
from infra.stages import DEV, PROD, STAGES, ApiKey, problems

TODAY = date(2027, 1, 1)
READY = replace(PROD, account="123456789012", api_keys=(ApiKey("Only", date(2027, 6, 1)),))


def test_a_stage_with_an_account_and_a_valid_key_can_be_deployed() -> None:
    assert list(problems(READY, TODAY)) == []


def test_the_fake_account_is_not_deployed_to() -> None:
    (problem,) = problems(replace(READY, account=DEV.account), TODAY)

    assert "-c account=" in problem


def test_a_key_that_ends_within_30_days_is_named() -> None:
    (problem,) = problems(READY, date(2027, 5, 15))

    assert "API key Only ends on 2027-06-01" in problem


def test_a_key_of_more_than_a_year_is_named() -> None:
    (problem,) = problems(READY, date(2026, 1, 1))

    assert "365 days" in problem


def test_a_keys_end_is_midnight_utc_in_seconds() -> None:
    assert ApiKey("Only", date(2027, 1, 1)).epoch_seconds == 1798761600


def test_two_keys_overlap_in_every_stage() -> None:
    assert {len(stage.api_keys) for stage in STAGES} == {2}


def test_production_keeps_its_data() -> None:
    assert (DEV.keep_data, PROD.keep_data) == (False, True)


def test_the_context_is_what_the_cdk_command_would_read() -> None:
    assert load_context() == json.loads(CDK_JSON.read_text())["context"]


def test_references_between_stacks_are_exports() -> None:
    assert load_context()["@aws-cdk/core:defaultCrossStackReferences"] == "strong"
