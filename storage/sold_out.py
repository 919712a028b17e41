"""What this container knows to be sold out, for a second: it then refuses without asking the counters of a hot SKU.

Never the ground of a sale, so it cannot oversell; a restock elsewhere is seen a second later. Empty at the start, also
of a function that is restored from a snapshot.
"""

from dataclasses import dataclass, field

SECONDS = 1.0


@dataclass(slots=True)
class SoldOut:
    """By SKU: units that were left when it was last found too few, and until when that holds (of the store's clock)."""

    _left: dict[str, tuple[int, float]] = field(default_factory=dict)

    def note(self, sku: str, left: int, now: float) -> None:
        """No more than `left` units are there at this moment."""
        self._left[sku] = left, now + SECONDS

    def left(self, sku: str, now: float) -> int | None:
        """Units that are left as far as this is known; None where it is not."""
        left, until = self._left.get(sku, (0, 0.0))
        return left if now < until else None

    def reopen(self, sku: str) -> None:
        """Units came in here: ask again."""
        self._left.pop(sku, None)
