"""A whole laptop for the journeys: one for the session, with a shelf of its own."""

from collections.abc import Iterator

import httpx
import pytest

from local.aws.demo import DEMO_PASSWORD
from local.laptop import Laptop, laptop
from tests.journeys.caller import Caller


@pytest.fixture(scope="session")
def running() -> Iterator[Laptop]:
    """The app as `make run` starts it, on a free port, keeping nothing."""
    with laptop(None, 0, tell=lambda _: None) as started:
        yield started


@pytest.fixture
def shop(running: Laptop) -> Iterator[Caller]:
    """Somebody to call as: a customer, staff, a guest."""
    with httpx.Client(base_url=f"http://localhost:{running.port}", trust_env=False, timeout=30) as client:
        yield Caller(running, client, DEMO_PASSWORD)
