"""Shows developers on the terminal what was raised, and where: clients and the log's readers are told less."""

import json
import logging
import sys

from wiring.logs import LOGGER


class Traceback(logging.Formatter):
    """An entry of the log with its stack, as a person reads it."""

    def format(self, record: logging.LogRecord) -> str:
        """The field or consumer, the error's class, and the stack."""
        told = json.loads(record.getMessage())
        where = told.get("field") or told.get("consumer") or told["message"]
        return f"{where}: {told.get('error', told['message'])}\n{told.get('stack', '')}".rstrip()


def errors_to_terminal() -> None:
    """From now on every error of our own functions is shown on standard error."""
    shown = logging.StreamHandler(sys.stderr)
    shown.setLevel(logging.ERROR)
    shown.setFormatter(Traceback())
    LOGGER.addHandler(shown)
