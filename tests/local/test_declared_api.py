"""The laptop keeps the limits that are deployed: of requests and of each function."""

from local.appsync.api import Auth, Mode
from local.declared_api import declared_api
from resolvers.fields import load
from wiring.functions import RESOLVER_FUNCTIONS
from wiring.limits import DEVELOPING


def test_every_function_has_its_deployed_limits_and_requests_theirs() -> None:
    load()
    api = declared_api(lambda *_: None, lambda: None, Auth(Mode.API_KEY))
    sizes = {each.function.name: each.function for each in api.resolvers if each.function is not None}

    assert {name: (size.timeout_seconds, size.concurrency) for name, size in sizes.items()} == {
        name: (size.timeout_seconds, size.concurrency) for name, size in RESOLVER_FUNCTIONS.items()
    }
    assert (api.limits.depth, api.limits.resolver_count) == (
        DEVELOPING.query_depth,
        DEVELOPING.resolver_count,
    )
    assert api.limits.introspection
