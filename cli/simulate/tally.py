"""What happened so far in the shop, counted; a line of it while it runs, and a summary at the end."""

import json
from collections import Counter
from dataclasses import dataclass, field

SHOWN = ("placed", "paid", "shipped", "delivered", "completed", "cancelled", "refunded")


@dataclass
class Tally:
    """Counts by what happened; `problems` by what the API said. `here`: buyers whose story goes on."""

    happened: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    events: int = 0
    here: int = 0
    away: bool = False

    def note(self, what: str) -> None:
        """One more of this."""
        self.happened[what] += 1

    def line(self, seconds: float) -> str:
        """How things stand."""
        told = ", ".join(f"{self.happened[name]} {name}" for name in SHOWN)
        state = "   SERVER AWAY, waiting for it" if self.away else ""
        return f"{seconds:6.0f} s   {told}   {self.here} buyers here, {self.events} live events{state}"

    def summary(self) -> str:
        """All that was counted, and what went wrong."""
        rows = [f"  {count:6,} {what}" for what, count in sorted(self.happened.items())]
        rows.append(f"  {self.events:6,} events seen live on the staff board")
        if self.here:
            rows.append(f"  {self.here:6,} buyers were left in the middle: their orders stay as they are")
        if not self.problems:
            return "\n".join([*rows, "  Nothing went wrong."])
        told = [f"  {count:6,} {what}" for what, count in self.problems.most_common()]
        return "\n".join([*rows, "What went wrong:", *told])

    def as_json(self) -> str:
        """The same for machines."""
        told = {
            "happened": self.happened,
            "problems": self.problems,
            "events": self.events,
            "here": self.here,
        }
        return json.dumps(told, sort_keys=True)
