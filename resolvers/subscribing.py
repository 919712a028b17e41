"""What a subscription's function returns: the filter that the server sets. A subscription without one is refused."""

from domain.actors import Actor
from domain.values import value


@value
class FilterRule:
    """One comparison of a payload's field (AppSync enhanced filtering); never with null."""

    field_name: str
    operator: str
    value: object


@value
class FilterSet:
    """Rules that must all hold."""

    filters: tuple[FilterRule, ...]


@value
class Invalidation:
    """Sets of which one must hold for the subscription to end."""

    filter_group: tuple[FilterSet, ...]


@value
class SubscriptionFilter:
    """Sets of which one must hold. Set by the server alone, never taken from the client.

    `invalidation` holds for what ends the subscription (`endOrderSubscriptions`); AppSync compares it with that
    mutation's input.
    """

    filter_group: tuple[FilterSet, ...]
    invalidation: Invalidation


def only(*rules: FilterRule, caller: Actor) -> SubscriptionFilter:
    """The filter of one set of rules; ending the caller's subscriptions ends it, and so does ending the order's."""
    orders = [rule for rule in rules if rule.field_name == "orderId"]
    ends = [FilterRule("actorId", "eq", caller.id), *orders]
    return SubscriptionFilter((FilterSet(rules),), Invalidation(tuple(FilterSet((rule,)) for rule in ends)))
