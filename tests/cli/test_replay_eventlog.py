"""Events of the log against frames."""

from datetime import UTC, datetime, timedelta

from cli.replay.eventlog import EventKey, Gap, LoggedEvent, count_events

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def event(sequence, seconds=0):
    return LoggedEvent(EventKey("ord_1", sequence), NOON + timedelta(seconds=seconds))


def counts(logged, frames=(), gaps=()):
    found = count_events(logged, [EventKey("ord_1", sequence) for sequence in frames], gaps)
    return found.expected, found.received, found.missing


def test_every_frame_of_the_log_is_received():
    assert counts([event(1), event(2)], frames=[1, 2]) == (2, 2, 0)


def test_event_that_never_came_is_missing():
    assert counts([event(1), event(2)], frames=[1]) == (2, 1, 1)


def test_frame_of_no_logged_event_makes_up_for_nothing():
    assert counts([event(1)], frames=[7]) == (1, 0, 1)


def test_dropped_connection_is_caught_up_from_the_log():
    gap = Gap(NOON, NOON + timedelta(seconds=30))
    assert counts([event(1, seconds=20)], gaps=[gap]) == (1, 1, 0)


def test_only_what_came_as_no_frame_is_caught_up():
    gap = Gap(NOON, NOON + timedelta(seconds=30))
    assert count_events([event(1), event(2)], [EventKey("ord_1", 1)], [gap]).caught_up == 1


def test_event_in_flight_when_the_connection_broke_is_caught_up():
    gap = Gap(NOON + timedelta(seconds=5), NOON + timedelta(seconds=6))
    assert counts([event(1)], gaps=[gap]) == (1, 1, 0)


def test_gap_excuses_nothing_after_it():
    gap = Gap(NOON, NOON + timedelta(seconds=30))
    assert counts([event(1, seconds=31)], gaps=[gap]) == (1, 0, 1)


def test_gap_excuses_nothing_long_before_it():
    gap = Gap(NOON + timedelta(minutes=5), NOON + timedelta(minutes=6))
    assert counts([event(1)], gaps=[gap]) == (1, 0, 1)
