"""Stages as values."""

import json
from collections import Counter
from dataclasses import fields, replace
from datetime import date

from templates import Stacks

from infra.context import CDK_JSON, load_context
from infra.stages import DEV, PROD, STAGES, ApiKey, problems
from wiring.limits import DEVELOPING, SERVING

TODAY = date(2027, 1, 1)
READY = replace(PROD, account="123456789012", api_keys=(ApiKey("Only", date(2027, 6, 1)),))


def test_a_stage_with_an_account_and_a_valid_key_can_be_deployed() -> None:
    assert list(problems(READY, TODAY)) == []


def test_the_fake_account_is_not_deployed_to() -> None:
    (problem,) = problems(replace(READY, account=DEV.account), TODAY)

    assert "ACCOUNT=" in problem


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


DIFFERENT = {
    "name": ("dev", "prod"),
    "keep_data": (False, True),
    "requests": (DEVELOPING, SERVING),
    "log_days": (7, 30),
    "trace_share": (1.0, 0.05),
    "platform_logs": (True, False),
    "canary": (False, True),
    "reserve_concurrency": (False, True),
    "monthly_budget_usd": (200, 500),
}
"""Every way in which production differs from the stage that it is tried on."""


def test_the_stages_differ_in_the_listed_ways_alone() -> None:
    values = {each.name: (getattr(DEV, each.name), getattr(PROD, each.name)) for each in fields(DEV)}

    assert {name: pair for name, pair in values.items() if pair[0] != pair[1]} == DIFFERENT


def test_templates_differ_in_canaries_alone_by_type(synthesized: dict[str, Stacks]) -> None:
    kinds = {
        stage: Counter(
            each["Type"] for part in (made.data, made.service) for each in part["Resources"].values()
        )
        for stage, made in synthesized.items()
    }
    more = kinds["prod"] - kinds["dev"]

    assert not kinds["dev"] - kinds["prod"]
    assert set(more) == {
        "AWS::CloudWatch::Alarm",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
    }


def test_everything_that_can_be_tagged_is_billed_by_stage(stacks: Stacks) -> None:
    tagged = {}
    for template in (stacks.data, stacks.service):
        for id_, each in template["Resources"].items():
            tags = each["Properties"].get("Tags") or each["Properties"].get("UserPoolTags")
            tagged[id_] = tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags or ()}
    wanted = {"service": "orderbell", "stage": stacks.stage, "cost-center": "shop"}

    marked = {stacks_type(stacks, id_) for id_, tags in tagged.items() if tags}
    assert all(tags == wanted for tags in tagged.values() if tags)
    assert marked >= BILLED


def stacks_type(stacks: Stacks, id_: str) -> str:
    found = stacks.data["Resources"].get(id_) or stacks.service["Resources"][id_]
    return str(found["Type"]).removeprefix("AWS::")


BILLED = {
    "AppSync::GraphQLApi", "CloudWatch::Alarm", "DynamoDB::Table", "KMS::Key", "Lambda::Function", "Logs::LogGroup", "S3::Bucket",
    "SNS::Topic", "SecretsManager::Secret", "WAFv2::WebACL", "Cognito::UserPool",
}  # fmt: skip
