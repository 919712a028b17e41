"""Every case is held by a test, or says why not; the page says the same."""

from tests.conformance.cases import COUNT, OUT_OF_SCOPE, SOURCES, WORDS, held
from tests.conformance.page import PAGE, page


def test_every_case_is_held_or_says_why_not() -> None:
    tested = {each.number for each in held()}

    assert tested | OUT_OF_SCOPE.keys() == set(range(1, COUNT + 1))
    assert not tested & OUT_OF_SCOPE.keys()


def test_every_case_has_a_source() -> None:
    assert len(SOURCES) == COUNT
    assert set("".join(SOURCES)) == set(WORDS)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run `make conformance`"
