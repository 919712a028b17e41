"""What all tests share: the embedded AWS as a fixture, the checkout on the path, and groups that stay together."""

import pytest

pytest_plugins = ["tests.engine"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse a run that was asked to keep groups of tests together and does not.

    What a group shares is built once for all of it: an embedded AWS, a deployed stage, minutes of work. Where the
    workers' plugin misses the marks, everything passes and takes twice as long, and nobody is told why.

    Raises:
        UsageError: a worker of `--dist loadgroup` collected a grouped test without its group in its name.
    """
    if not session.config.getoption("loadgroup", default=False):
        return
    for item in session.items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and "@" not in item.nodeid:
            message = (
                f"{item.nodeid} is not kept with its group: pytest and pytest-xdist do not fit (DECISIONS.md)"
            )
            raise pytest.UsageError(message)
