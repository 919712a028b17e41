"""The API that portable cases ask, and the credentials without which some cannot be asked."""

from collections.abc import Iterator

import pytest

from tests.conformance.callers import EXPORTS
from tests.conformance.target import Target, target


@pytest.fixture(scope="session")
def api() -> Iterator[Target]:
    """AppSync's, or the laptop's."""
    with target() as one:
        yield one


@pytest.fixture
def token(api: Target) -> str:
    """A user's who is in no group."""
    return api.callers.token or pytest.skip(f"{EXPORTS[0]} is not set: python -m tests.conformance.callers")


@pytest.fixture
def admin(api: Target) -> str:
    """A user's of the group Admin."""
    return api.callers.admin_token or pytest.skip(
        f"{EXPORTS[1]} is not set: python -m tests.conformance.callers"
    )


@pytest.fixture
def signer(api: Target) -> Target:
    """The API, where requests to it can be signed."""
    return (
        api if api.callers.credentials else pytest.skip("there are no AWS credentials, or no APPSYNC_REGION")
    )
