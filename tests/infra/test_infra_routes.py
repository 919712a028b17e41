"""HTTP routes, whoever declares them: the call reaches one alias, throttled and logged without personal data."""

import json
from typing import Any

from examples import HOOK
from templates import Stacks, of_type, properties, target

from infra.service import camel


def routes(stacks: Stacks) -> list[dict[str, Any]]:
    return properties(stacks.service, "ApiGatewayV2::Route")


def test_the_examples_route_is_there(exemplary: Stacks) -> None:
    assert "POST /examples/{provider}" in [each["RouteKey"] for each in routes(exemplary)]


def test_a_route_calls_its_consumers_alias_with_payload_2(routed: Stacks) -> None:
    for each in properties(routed.service, "ApiGatewayV2::Integration"):
        assert routed.service["Resources"][target(each["IntegrationUri"])]["Type"] == "AWS::Lambda::Alias"
        assert (each["IntegrationType"], each["PayloadFormatVersion"]) == ("AWS_PROXY", "2.0")
        assert each["TimeoutInMillis"] <= 30_000


def test_only_its_own_route_may_call_a_consumer(exemplary: Stacks) -> None:
    (found,) = (
        each["Properties"]
        for id_, each in of_type(exemplary.service, "Lambda::Permission").items()
        if id_.startswith(camel(HOOK.name))
    )
    (api,) = of_type(exemplary.service, "ApiGatewayV2::Api")
    assert found["Principal"] == "apigateway.amazonaws.com"
    source = found["SourceArn"]["Fn::Join"][1]
    assert (source[-2], source[-1]) == ({"Ref": api}, "/*/POST/examples/{provider}")


def test_every_http_api_is_throttled_logged_and_watched(routed: Stacks) -> None:
    apis = of_type(routed.service, "ApiGatewayV2::Api")
    stages = properties(routed.service, "ApiGatewayV2::Stage")
    assert sorted(target(each["ApiId"]) for each in stages) == sorted(apis)
    for each in stages:
        limits = each["DefaultRouteSettings"]
        assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"]
        assert routed.service["Resources"][target(each["AccessLogSettings"]["DestinationArn"])]
    watched = [
        target(each["Dimensions"][0]["Value"])
        for each in properties(routed.service, "CloudWatch::Alarm")
        if each.get("Namespace") == "AWS/ApiGateway"
    ]
    assert sorted(watched) == sorted(apis)


def test_the_access_log_says_nothing_of_who_called(exemplary: Stacks) -> None:
    (stage,) = properties(exemplary.service, "ApiGatewayV2::Stage")
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert set(logged) == {
        "requestId", "routeKey", "status", "responseLatency", "integrationErrorMessage", "requestTimeEpoch",
    }  # fmt: skip


def test_where_webhooks_go_is_told(exemplary: Stacks) -> None:
    (api,) = of_type(exemplary.service, "ApiGatewayV2::Api")
    assert exemplary.service["Outputs"]["WebhookUrl"]["Value"] == {"Fn::GetAtt": [api, "ApiEndpoint"]}
