"""One line of a bill, and the units that months and bytes are counted in."""

from dataclasses import dataclass

HOURS_A_MONTH = 730
MINUTES_A_MONTH = HOURS_A_MONTH * 60
SECONDS_A_MONTH = HOURS_A_MONTH * 3600
DAYS_A_MONTH = HOURS_A_MONTH / 24
GB = 1024**3


@dataclass(frozen=True, slots=True)
class Line:
    """So much of something at a named price; `fixed` where it is paid whether or not anything is sold."""

    part: str
    what: str
    quantity: float
    price: str
    fixed: bool = False
