"""The web firewall before the API: known bad requests, and too many from one address."""

from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra import symptoms
from infra.metrics import metric
from infra.operators import Operators
from infra.stages import StageConfig

Acl = waf.CfnWebACL
MANAGED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
)
COUNTED = {"AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY", "SizeRestrictions_QUERYSTRING")}
"""Rules that only count: an order of 1,000 lines is larger than the 8 KB that the first allows, and has its own limit.

A subscription's handshake carries its token, in base64, in the query string, of which the second allows 2 KB.
"""

WINDOW_SECONDS = 300
SIGNED_REQUESTS_PER_IP = 500_000
"""In five minutes, of signed requests: our own publisher's come from few addresses, 600 a second at its most."""


class Shield(Construct):
    """One web ACL on the API."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: StageConfig,
        api: appsync.CfnGraphQLApi,
        operators: Operators,
    ) -> None:
        super().__init__(scope, name)
        acl_name = f"orderbell-{stage.name}"
        unsigned = Acl.StatementProperty(not_statement=Acl.NotStatementProperty(statement=_signed()))
        acl = Acl(
            self,
            "Acl",
            name=acl_name,
            scope="REGIONAL",
            default_action=Acl.DefaultActionProperty(allow={}),
            visibility_config=_counted_as(acl_name),
            rules=[
                _rate("too-many-from-one-address", 0, stage.requests_per_ip, unsigned),
                _rate("too-many-signed", 1, SIGNED_REQUESTS_PER_IP, _signed()),
                *(_managed(group, priority) for priority, group in enumerate(MANAGED, start=2)),
            ],
        )
        waf.CfnWebACLAssociation(self, "OnTheApi", resource_arn=api.attr_arn, web_acl_arn=acl.attr_arn)
        where = {"WebACL": acl_name, "Rule": "ALL", "Region": api.stack.region}
        blocked = metric("AWS/WAFV2", "BlockedRequests", where, minutes=symptoms.BLOCKED.minutes)
        operators.alarm(self, symptoms.BLOCKED, blocked, of="api")


def _rate(
    name: str, priority: int, most: int, of: waf.CfnWebACL.StatementProperty
) -> waf.CfnWebACL.RuleProperty:
    """Block an address that sends more of these requests than `most` within five minutes."""
    return Acl.RuleProperty(
        name=name,
        priority=priority,
        action=Acl.RuleActionProperty(block={}),
        visibility_config=_counted_as(name),
        statement=Acl.StatementProperty(
            rate_based_statement=Acl.RateBasedStatementProperty(
                aggregate_key_type="IP",
                limit=most,
                evaluation_window_sec=WINDOW_SECONDS,
                scope_down_statement=of,
            )
        ),
    )


def _signed() -> waf.CfnWebACL.StatementProperty:
    """Requests that say they are signed by an AWS identity; AppSync verifies it, the firewall cannot."""
    return Acl.StatementProperty(
        byte_match_statement=Acl.ByteMatchStatementProperty(
            field_to_match=Acl.FieldToMatchProperty(single_header={"Name": "authorization"}),
            positional_constraint="STARTS_WITH",
            search_string="AWS4-HMAC-SHA256",
            text_transformations=[Acl.TextTransformationProperty(priority=0, type="NONE")],
        )
    )


def _managed(group: str, priority: int) -> waf.CfnWebACL.RuleProperty:
    """A rule group that AWS keeps."""
    return Acl.RuleProperty(
        name=group,
        priority=priority,
        override_action=Acl.OverrideActionProperty(none={}),
        visibility_config=_counted_as(group),
        statement=Acl.StatementProperty(
            managed_rule_group_statement=Acl.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[
                    Acl.RuleActionOverrideProperty(name=rule, action_to_use=Acl.RuleActionProperty(count={}))
                    for rule in COUNTED.get(group, ())
                ],
            )
        ),
    )


def _counted_as(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    """Its metric. No samples are kept: a request's headers hold its caller's token."""
    return Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
