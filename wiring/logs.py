"""Structured logs: one JSON line an entry, fields from an allow-list, no personal data."""

import json
import logging
import sys

LOGGER = logging.getLogger("orderbell")

_ALLOWED = frozenset({
    "correlation_id", "field", "function", "consumer", "outcome", "refusals", "duration_ms", "order_id", "sequence",
    "records", "failed", "attempt", "error", "stack",
})  # fmt: skip


def log(message: str, level: int = logging.INFO, **fields: object) -> None:
    """Write one entry. Raises ValueError for a field that the allow-list does not name."""
    unknown = fields.keys() - _ALLOWED
    if unknown:
        raise ValueError(f"fields not allowed in logs: {sorted(unknown)}")
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, json.dumps({"message": message, **fields}, separators=(",", ":")))


def to_standard_output() -> None:
    """Send entries to standard output, where Lambda collects them."""
    if not LOGGER.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)
        LOGGER.propagate = False
