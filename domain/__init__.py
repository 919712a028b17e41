"""Business rules: pure functions over frozen values. Standard library alone."""
