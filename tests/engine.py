"""A pytest plugin: one embedded AWS for a test worker's session, and a table prefix of its own for each test."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.aws.engine import Engine, ephemeral_engine

ENGINE_PYTHON = Path(__file__).resolve().parent.parent / ".venv-engine" / "bin" / "python"

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An embedded AWS that keeps nothing; shared by the tests of one worker."""
    with ephemeral_engine(ENGINE_PYTHON) as running:
        yield running


@pytest.fixture
def table_prefix() -> str:
    """A prefix for table names that no other test of this run uses."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{next(_NUMBERS)}-"
