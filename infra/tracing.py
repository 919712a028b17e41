"""Which requests X-Ray follows: the API decides at the first hop, and every later hop heeds it."""

from aws_cdk import aws_xray as xray
from constructs import Construct

from infra.stages import StageConfig

ALWAYS = 1
"""Requests a second that are followed before the share counts: a quiet shop is seen, too."""


def sample(scope: Construct, stage: StageConfig, service_name: str) -> xray.CfnSamplingRule:
    """Follow the stage's share of what reaches the service."""
    return xray.CfnSamplingRule(
        scope,
        "Sampling",
        sampling_rule=xray.CfnSamplingRule.SamplingRuleProperty(
            rule_name=f"orderbell-{stage.name}",
            priority=100,  # before the account's own rule
            fixed_rate=stage.trace_share,
            reservoir_size=ALWAYS,
            service_name=service_name,
            service_type="*",
            host="*",
            http_method="*",
            url_path="*",
            resource_arn="*",
            version=1,
        ),
    )
