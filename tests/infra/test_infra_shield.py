"""The firewall."""

from typing import Any

from templates import Stacks, of_type, properties, target

from infra.shield import COUNTED, MANAGED
from infra.stages import STAGES

LIMITS = {stage.name: stage.requests_per_ip for stage in STAGES}


def rules(stacks: Stacks) -> dict[str, dict[str, Any]]:
    (acl,) = properties(stacks.service, "WAFv2::WebACL")
    return {rule["Name"]: rule for rule in acl["Rules"]}


def test_it_stands_before_the_api(stacks: Stacks) -> None:
    (association,) = properties(stacks.service, "WAFv2::WebACLAssociation")
    (api,), (acl,) = of_type(stacks.service, "AppSync::GraphQLApi"), of_type(stacks.service, "WAFv2::WebACL")

    assert (target(association["ResourceArn"]), target(association["WebACLArn"])) == (api, acl)


def test_an_address_may_send_so_many_unsigned_requests(stacks: Stacks) -> None:
    rule = rules(stacks)["too-many-from-one-address"]
    limited = rule["Statement"]["RateBasedStatement"]

    assert (rule["Action"], limited["Limit"], limited["AggregateKeyType"]) == (
        {"Block": {}},
        LIMITS[stacks.stage],
        "IP",
    )
    assert "AWS4-HMAC-SHA256" in str(limited["ScopeDownStatement"]["NotStatement"])


def test_signed_requests_have_a_limit_of_their_own(stacks: Stacks) -> None:
    limited = rules(stacks)["too-many-signed"]["Statement"]["RateBasedStatement"]

    assert limited["Limit"] > LIMITS[stacks.stage]
    assert "NotStatement" not in str(limited)


def test_aws_own_rules_block(stacks: Stacks) -> None:
    for group in MANAGED:
        assert rules(stacks)[group]["OverrideAction"] == {"None": {}}


def test_only_a_listed_rule_counts_in_place_of_blocking(stacks: Stacks) -> None:
    counting = {
        group: tuple(
            each["Name"]
            for each in rules(stacks)[group]["Statement"]["ManagedRuleGroupStatement"].get(
                "RuleActionOverrides", ()
            )
        )
        for group in MANAGED
    }

    assert {group: names for group, names in counting.items() if names} == COUNTED


def test_no_sample_of_a_request_is_kept(stacks: Stacks) -> None:
    """Its headers hold its caller's token."""
    (acl,) = properties(stacks.service, "WAFv2::WebACL")

    for each in (acl, *acl["Rules"]):
        assert each["VisibilityConfig"]["SampledRequestsEnabled"] is False


def test_priorities_are_all_different(stacks: Stacks) -> None:
    given = [rule["Priority"] for rule in rules(stacks).values()]

    assert len(set(given)) == len(given)
