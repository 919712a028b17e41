"""Functions that events call."""
