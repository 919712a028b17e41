"""Hands mails to SES, one call each. Nothing here logs: an address belongs in no log."""

from collections.abc import Callable, Mapping
from email.utils import formataddr
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

from consumers.letters import Letter
from domain.values import value

CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=0.5, read_timeout=5)
"""One attempt: a second after a lost answer could be a second mail. The queue tries again, by the letter's claim."""


@value
class Mail:
    """A letter on its way: of which order, to which address."""

    order_id: str
    to: str
    letter: Letter


Send = Callable[[Mail], None]
"""Sends a mail, or raises."""


def open_sending(environment: Mapping[str, str], shop_name: str) -> Send:
    """SES, as a function's environment names it: `MAIL_FROM` is the address, `MAIL_SET` the configuration set."""
    client = boto3.client("sesv2", region_name=environment.get("AWS_REGION", "eu-west-1"), config=CONFIG)
    sender = formataddr((shop_name, environment["MAIL_FROM"]))
    return partial(send, client, sender, environment["MAIL_SET"])


def send(client: Any, sender: str, configuration_set: str, mail: Mail) -> None:
    """Send one mail. Raises what boto3 raises: a sender that is not verified, too (docs/mail.md)."""
    client.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [mail.to]},
        Content={
            "Simple": {
                "Subject": _told(mail.letter.subject),
                "Body": {"Text": _told(mail.letter.text), "Html": _told(mail.letter.html)},
            }
        },
        ConfigurationSetName=configuration_set,
    )


def _told(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
