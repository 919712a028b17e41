"""What a long run tells while it works."""

import io

from rich.console import Console

from cli.replay.phases import Bars, Lines


def test_lines_tell_a_quarter_at_a_time():
    told = []
    lines = Lines(told.append)
    lines.begin("Products", 8)
    for _ in range(8):
        lines.done()
    assert told == [f"Products: {count} of 8" for count in (2, 4, 6, 8)]


def test_bars_sum_up_what_was_done():
    with Bars(Console(file=io.StringIO())) as bars:
        bars.begin("import", 1336)
        bars.done(1336)
        bars.begin("place", 128)
        bars.done(57)
        assert bars.summary() == "import 1,336 of 1,336, place 57 of 128"


def test_bars_show_a_rate():
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    with Bars(console) as bars:
        bars.begin("import", 2)
        bars.done(1)
        bars.done(1)
    assert "/s" in console.file.getvalue()
