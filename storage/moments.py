"""Times as they are stored, read back."""

from datetime import UTC, datetime


def read_moment(text: str) -> datetime:
    """A stored time."""
    return datetime.fromisoformat(text).astimezone(UTC)
