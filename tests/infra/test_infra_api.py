"""The API's ways in, limits, log and schema."""

import re
from typing import Any

from templates import Stacks, of_type, properties, target

from infra.api import SCHEMA_FILE
from infra.declared import Declared
from infra.stages import STAGES
from local.appsync.sdl import check_sdl

BY_NAME = {stage.name: stage for stage in STAGES}


def api(stacks: Stacks) -> dict[str, Any]:
    (found,) = properties(stacks.service, "AppSync::GraphQLApi")
    return found


def test_iam_is_the_default_mode(stacks: Stacks) -> None:
    assert api(stacks)["AuthenticationType"] == "AWS_IAM"


def test_an_api_key_and_both_user_pools_are_the_other_modes(stacks: Stacks) -> None:
    modes = [each["AuthenticationType"] for each in api(stacks)["AdditionalAuthenticationProviders"]]

    assert sorted(modes) == ["AMAZON_COGNITO_USER_POOLS", "AMAZON_COGNITO_USER_POOLS", "API_KEY"]


def test_the_two_pools_are_two_and_take_tokens_of_their_own_client_alone(stacks: Stacks) -> None:
    pools = [
        each["UserPoolConfig"]
        for each in api(stacks)["AdditionalAuthenticationProviders"]
        if "UserPoolConfig" in each
    ]

    assert len({str(pool["UserPoolId"]) for pool in pools}) == 2
    for pool in pools:
        name = "Customers" if "RefCustomers" in str(pool["UserPoolId"]) else "Staff"
        assert f"ExportsOutputRef{name}Client" in str(pool["AppIdClientRegex"])


def test_the_limits_are_the_stages(stacks: Stacks) -> None:
    made, stage = api(stacks), BY_NAME[stacks.stage]

    assert (made["QueryDepthLimit"], made["ResolverCountLimit"]) == (
        stage.requests.query_depth,
        stage.requests.resolver_count,
    )
    assert made["IntrospectionConfig"] == ("ENABLED" if stage.requests.introspection else "DISABLED")


def test_production_answers_no_introspection_and_is_8_deep(synthesized: dict[str, Stacks]) -> None:
    made = api(synthesized["prod"])

    assert (made["IntrospectionConfig"], made["QueryDepthLimit"]) == ("DISABLED", 8)


def test_the_log_holds_errors_only_and_no_content(stacks: Stacks) -> None:
    log = api(stacks)["LogConfig"]

    assert (log["FieldLogLevel"], log["ExcludeVerboseContent"]) == ("ERROR", True)


def test_the_log_group_is_our_own_with_a_retention(stacks: Stacks) -> None:
    groups = [
        each
        for each in properties(stacks.service, "Logs::LogGroup")
        if "/aws/appsync/apis/" in str(each.get("LogGroupName"))
    ]

    assert len(groups) == 1
    assert groups[0]["RetentionInDays"] == BY_NAME[stacks.stage].log_days


def test_requests_are_traced(stacks: Stacks) -> None:
    assert api(stacks)["XrayEnabled"] is True


def test_every_api_key_says_when_it_ends(stacks: Stacks) -> None:
    expiries = [each["Expires"] for each in properties(stacks.service, "AppSync::ApiKey")]

    assert sorted(expiries) == sorted(key.epoch_seconds for key in BY_NAME[stacks.stage].api_keys)


def test_the_deployed_schema_is_the_committed_file(stacks: Stacks) -> None:
    (schema,) = properties(stacks.service, "AppSync::GraphQLSchema")

    assert schema["Definition"] == SCHEMA_FILE.read_text()


def test_every_resolver_waits_for_the_schema(stacks: Stacks) -> None:
    (schema,) = of_type(stacks.service, "AppSync::GraphQLSchema")

    assert all(schema in each["DependsOn"] for each in of_type(stacks.service, "AppSync::Resolver").values())


def test_appsync_would_accept_the_schema() -> None:
    assert check_sdl(SCHEMA_FILE.read_text()) == []


def test_subscriptions_follow_mutations_that_exist(declarations: Declared) -> None:
    lists = re.findall(r"@aws_subscribe\(mutations: \[([^\]]*)\]\)", SCHEMA_FILE.read_text())
    followed = {name for each in lists for name in re.findall(r'"(\w+)"', each)}
    mutations = {field.name for field in declarations.fields if field.type_name == "Mutation"}

    assert len(lists) == len([field for field in declarations.fields if field.type_name == "Subscription"])
    assert followed
    assert followed <= mutations


def test_the_api_role_writes_to_its_log_group_alone(stacks: Stacks) -> None:
    role = target(api(stacks)["LogConfig"]["CloudWatchLogsRoleArn"])
    (policy,) = (
        each for each in properties(stacks.service, "IAM::Policy") if target(each["Roles"][0]) == role
    )

    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert stacks.service["Resources"][target(statement["Resource"])]["Properties"]["LogGroupName"]
