"""What a subscription's function returns: the filter that the server sets. A subscription without one is refused."""

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
class SubscriptionFilter:
    """Sets of which one must hold. Set by the server alone, never taken from the client."""

    filter_group: tuple[FilterSet, ...]


def only(*rules: FilterRule) -> SubscriptionFilter:
    """The filter of one set of rules."""
    return SubscriptionFilter((FilterSet(rules),))
