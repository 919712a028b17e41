"""What all tests share: the embedded AWS as a fixture, and the checkout on the path."""

pytest_plugins = ["tests.engine"]
