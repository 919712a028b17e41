"""Make a product's pictures of what was uploaded for it. Alone in carrying a library that reads other people's files."""

from collections.abc import Mapping
from typing import Any

from consumers.messages import body_of, each_message
from consumers.picturing import Studio
from storage.uploads import PICTURES, UPLOADS
from wiring.declarations import Upload, on
from wiring.tracing import following, new_trace


@on(
    Upload(UPLOADS),
    memory_mb=2048,
    timeout_seconds=60,
    concurrency=5,
    reads=("catalog",),
    writes=("catalog",),
    puts_under=PICTURES,
    carries="pictures",
)
def make_pictures(event: Mapping[str, Any], studio: Studio) -> dict[str, Any]:
    """Show what these messages say was uploaded. Answers the messages that are to come again."""

    def work(message: Mapping[str, Any]) -> None:
        with following(new_trace()):
            studio.show(body_of(message)["detail"]["object"]["key"])

    return each_message(event, work)
