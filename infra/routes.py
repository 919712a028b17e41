"""Consumers behind HTTP routes: one HTTP API a stage, throttled, its calls logged without personal data."""

import json

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import symptoms
from infra.consuming import consumer_function
from infra.log_groups import log_group_of
from infra.metrics import metric
from infra.surroundings import Surroundings
from wiring.declarations import Consumer, HttpRoute

CALLS_A_SECOND, BURST = 50, 100
"""Providers send some a second; whoever floods a route is turned away before a function is paid for."""

LOGGED = ("requestId", "routeKey", "status", "responseLatency", "integrationErrorMessage", "requestTimeEpoch")
"""Of each call: no address, no header, no body."""


class HttpGate(Construct):
    """The API. Who may call is decided by each consumer, by the signature over the very bytes."""

    def __init__(self, scope: Construct, name: str, *, around: Surroundings) -> None:
        super().__init__(scope, name)
        stage = around.stage
        self.api = http.CfnApi(self, "Api", name=f"orderbell-{stage.name}", protocol_type="HTTP")
        logs = log_group_of(self, stage, f"/aws/vendedlogs/orderbell-{stage.name}/http")
        http.CfnStage(
            self,
            "Stage",
            api_id=self.api.ref,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=http.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=CALLS_A_SECOND, throttling_burst_limit=BURST
            ),
            access_log_settings=http.CfnStage.AccessLogSettingsProperty(
                destination_arn=logs.log_group_arn,
                format=json.dumps({each: f"$context.{each}" for each in LOGGED}),
            ),
        )
        symptom = symptoms.ROUTE_ERRORS
        errors = metric("AWS/ApiGateway", "5xx", {"ApiId": self.api.ref}, minutes=symptom.minutes)
        around.operators.alarm(self, symptom, errors, of="http")
        CfnOutput(Stack.of(self), "WebhookUrl", value=self.api.attr_api_endpoint)


class Routing(Construct):
    """One consumer. Its function answers the caller; what raises is a 500, and the caller comes again."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        consumer: Consumer,
        source: HttpRoute,
        gate: HttpGate,
        around: Surroundings,
    ) -> None:
        super().__init__(scope, name)
        self.function = consumer_function(self, consumer, around)
        integration = http.CfnIntegration(
            self,
            "Integration",
            api_id=gate.api.ref,
            integration_type="AWS_PROXY",
            integration_uri=self.function.alias.function_arn,
            payload_format_version="2.0",
            timeout_in_millis=consumer.timeout_seconds * 1000,
        )
        http.CfnRoute(
            self,
            "Route",
            api_id=gate.api.ref,
            route_key=source.route,
            authorization_type="NONE",
            target=f"integrations/{integration.ref}",
        )
        stack = Stack.of(self)
        calls = f"arn:{stack.partition}:execute-api:{stack.region}:{stack.account}:{gate.api.ref}"
        lambda_.CfnPermission(
            self,
            "ByTheRoute",
            action="lambda:InvokeFunction",
            function_name=self.function.alias.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=f"{calls}/*/{source.method}{source.path}",
        )
