"""What each request takes, as the laptop's meter measured it (bench/capacity.py): a value read from capacity.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("capacity.toml")


@dataclass(frozen=True, slots=True)
class Capacity:
    """Usage by request (`placeOrder.5`: of an order with 5 lines), and what an order leaves in the table, by lines."""

    measured: date
    usage: Mapping[str, Mapping[str, float]]
    stored_bytes: Mapping[str, float]

    def of(self, request: str, lines: int) -> dict[str, float]:
        """One request's usage: as measured, or on the straight line between the two sizes measured around `lines`.

        Raises KeyError for a request that was not measured.
        """
        if request in self.usage:
            return dict(self.usage[request])
        sizes = sorted(
            int(name.rpartition(".")[2]) for name in self.usage if name.rpartition(".")[0] == request
        )
        if not sizes:
            raise KeyError(request)
        low, high = around(sizes, lines)
        small, large = self.usage[f"{request}.{low}"], self.usage[f"{request}.{high}"]
        return {
            kind: between(lines, (low, small.get(kind, 0)), (high, large.get(kind, 0)))
            for kind in small.keys() | large.keys()
        }

    def stored(self, lines: int) -> float:
        """Bytes of an order of so many lines at its end, its index entries included."""
        low, high = around(sorted(map(int, self.stored_bytes)), lines)
        return between(lines, (low, self.stored_bytes[str(low)]), (high, self.stored_bytes[str(high)]))


def around(sizes: list[int], wanted: int) -> tuple[int, int]:
    """The two sizes that a line is drawn through; beyond the ends, the last two."""
    above = next((index for index, size in enumerate(sizes) if size >= wanted), len(sizes) - 1)
    high = max(1, above)
    return sizes[high - 1], sizes[high]


def between(wanted: int, low: tuple[int, float], high: tuple[int, float]) -> float:
    """The value at `wanted` on the line through two points."""
    (left, small), (right, large) = low, high
    return small + (large - small) * (wanted - left) / (right - left)


def read_capacity(path: Path = FILE) -> Capacity:
    """The table as it was last measured."""
    held = tomllib.loads(path.read_text())
    return Capacity(held["measured"], held["usage"], held["stored_bytes"])
