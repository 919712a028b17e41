"""The month's budget of a stage: operators are told at 80 % of it, and when the month is about to exceed it.

Costs are found by the tag `stage`, which the account's owner activates once as a cost allocation tag (docs/deploy.md).
"""

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from infra.operators import Operators
from infra.stages import StageConfig

TOLD = (("ACTUAL", 80), ("FORECASTED", 100))


def budget(scope: Construct, stage: StageConfig, operators: Operators) -> budgets.CfnBudget:
    """One budget in US dollars, which AWS bills in."""
    made = budgets.CfnBudget(
        scope,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_name=f"orderbell-{stage.name}",
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=stage.monthly_budget_usd, unit="USD"),
            cost_filters={"TagKeyValue": [f"user:stage${stage.name}"]},
        ),
        notifications_with_subscribers=[
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    notification_type=kind,
                    comparison_operator="GREATER_THAN",
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[
                    budgets.CfnBudget.SubscriberProperty(
                        subscription_type="SNS", address=operators.topic.topic_arn
                    )
                ],
            )
            for kind, percent in TOLD
        ],
    )
    made.node.add_dependency(operators.topic)  # with its policy: a budget is refused that may not publish
    return made
