"""Metrics as log lines: CloudWatch reads them out of the log (Embedded Metric Format), and a function calls nothing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import time
from collections.abc import Callable, Mapping

from domain.values import value
from wiring.logs import write_line

NAMESPACE = "Orderbell"
UNITS = {
    "OrdersPlaced": "Count",
    "Refusals": "Count",
    "Bugs": "Count",
    "PushLatency": "Milliseconds",
    "PushFailures": "Count",
    "RelayFailures": "Count",
    "IteratorAge": "Milliseconds",
    "SweepEnded": "Count",
    "SweepLeft": "Count",
    "LowStock": "Count",
    "PicturesShown": "Count",
    "PicturesRefused": "Count",
}
"""Every metric there is, with its unit."""

DIMENSIONS = frozenset({"Code", "Consumer"})
"""Beside `Stage`; their values come from our own closed sets, never from a client: each one is a metric to pay for."""


def nowhere(_line: str) -> None:
    """Where the metrics of a laptop go."""


@value
class Meter:
    """Writes metrics of one stage; tests and laptops give another `write`."""

    stage: str = "laptop"
    write: Callable[[str], None] = nowhere
    clock: Callable[[], float] = time.time

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> "Meter":
        """The meter of a function's environment (`STAGE`): to standard output, which is the function's log."""
        return cls(environment.get("STAGE", "dev"), write_line)

    def put(self, name: str, *values: float, **more: str) -> None:
        """Record values of a metric (100 at most are sent in one line); `more` are dimensions beside the stage.

        Raises KeyError for an unknown metric, ValueError for an unknown dimension.
        """
        unit, unknown = UNITS[name], more.keys() - DIMENSIONS
        if unknown:
            raise ValueError(f"not a dimension: {sorted(unknown)}")
        for start in range(0, len(values), 100):
            self.write(self._line(name, unit, values[start : start + 100], more))

    def _line(self, name: str, unit: str, values: tuple[float, ...], more: Mapping[str, str]) -> str:
        dimensions = [["Stage"], ["Stage", *more]] if more else [["Stage"]]
        described = {
            "Namespace": NAMESPACE,
            "Dimensions": dimensions,
            "Metrics": [{"Name": name, "Unit": unit}],
        }
        about = {"Timestamp": round(self.clock() * 1000), "CloudWatchMetrics": [described]}
        body = {"_aws": about, "Stage": self.stage, **more, name: values[0] if len(values) == 1 else values}
        return json.dumps(body, separators=(",", ":"))
