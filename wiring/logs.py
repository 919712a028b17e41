"""Structured logs: one JSON line an entry, fields from an allow-list, no personal data."""

import json
import logging
import sys
from datetime import UTC, datetime

from wiring.tracing import current

LOGGER = logging.getLogger("orderbell")

_ALLOWED = frozenset({
    "correlation_id", "field", "function", "consumer", "outcome", "refusals", "duration_ms", "order_id", "product_id", "sku", "available",
    "sequence",
    "records", "failed", "attempt", "error", "stack", "request_id", "cold_start",
})  # fmt: skip


def log(message: str, level: int = logging.INFO, **fields: object) -> None:
    """Write one entry, with the id of the request that is being worked on. Raises ValueError for a field not allowed."""
    unknown = fields.keys() - _ALLOWED
    if unknown:
        raise ValueError(f"fields not allowed in logs: {sorted(unknown)}")
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, _line(message, level, fields))


def _line(message: str, level: int, fields: dict[str, object]) -> str:
    """The names `timestamp`, `level` and `message` are those of Lambda's own JSON lines."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    entry: dict[str, object] = {"timestamp": now, "level": logging.getLevelName(level), "message": message}
    trace = current()
    if trace and "correlation_id" not in fields:
        entry["correlation_id"] = trace.id
    return json.dumps(entry | fields, separators=(",", ":"))


def to_standard_output() -> None:
    """Send entries to standard output, where Lambda collects them."""
    if not LOGGER.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)
        LOGGER.propagate = False


def write_line(line: str) -> None:
    """One line of a function's log as it is."""
    sys.stdout.write(line + "\n")
