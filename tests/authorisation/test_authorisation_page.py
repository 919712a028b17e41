"""The page of who may do what is what the rules say."""

from tests.authorisation.page import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run `make access`"
