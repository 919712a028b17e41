"""What one request may ask for: AppSync is given it by CDK, and the laptop keeps it too."""

from domain.values import value


@value
class RequestLimits:
    """Levels of a query, resolvers that one request may run, and whether the schema may be asked for (1 to 75; 1 to 10,000).

    AWS: AppSync developer guide, "GraphQL run complexity, query depth, and introspection".
    """

    query_depth: int
    resolver_count: int
    introspection: bool


DEVELOPING = RequestLimits(query_depth=16, resolver_count=60, introspection=True)
"""A developer's introspection query is 13 deep. The laptop and the stage dev."""

SERVING = RequestLimits(query_depth=8, resolver_count=60, introspection=False)
"""The stage prod."""
