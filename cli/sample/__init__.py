"""A real day of invoices, the default input of `orderbell replay` and the demo catalogue (see NOTICE.md)."""

from pathlib import Path

SAMPLE_DAY = Path(__file__).with_name("2010-12-01.csv.gz")
