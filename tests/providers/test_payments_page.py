"""docs/payments.md says what the code does: its table of tokens, its worked example, its bodies, its ranks."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.lifecycle import CarrierStatus
from providers import signatures
from providers.carriers import read_carrier_event
from providers.signatures import HEADER, BadSignatureError, sign
from providers.trial_tokens import TOKENS
from providers.trial_webhooks import read_webhook

PAGE = (Path(__file__).parents[2] / "docs" / "payments.md").read_text()
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SECRET = b"whsec_example"
BODIES = [body.encode() for body in re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)]


def test_the_table_names_every_token_and_what_it_does() -> None:
    rows = re.findall(r"^\| `(test_\w+)` \| (.+) \|$", PAGE, re.MULTILINE)

    assert rows == [(token.name, token.meaning) for token in TOKENS]


def test_the_worked_example_is_right() -> None:
    (header,) = re.findall(rf"^{HEADER}: (.+)$", PAGE, re.MULTILINE)

    assert sign(BODIES[0], NOW, [SECRET]) == header
    event = read_carrier_event({HEADER: header}, BODIES[0], [SECRET], NOW)
    assert (event.tracking, event.status) == ("RM1234", CarrierStatus.DELIVERED)
    assert f"body of {len(BODIES[0])} bytes" in PAGE
    with pytest.raises(BadSignatureError):
        read_carrier_event({HEADER: header}, BODIES[0] + b" ", [SECRET], NOW)


def test_the_test_providers_body_is_read() -> None:
    event = read_webhook({HEADER: sign(BODIES[1], NOW, [SECRET])}, BODIES[1], [SECRET], NOW)

    assert event.payment is not None
    assert (event.order_id, event.payment.captured) == ("ord_x", 1_250)


def test_ranks_and_limits_are_those_of_the_code() -> None:
    *most, last = (status.name for status in CarrierStatus)

    assert f"{', '.join(most)} or {last}" in PAGE.replace("\n", " ")
    assert f"more than {signatures.TOLERANCE_SECONDS} seconds" in PAGE
    assert f"above {signatures.LARGEST_BODY // 1024} KB" in PAGE


def test_every_refusal_of_the_test_provider_is_listed() -> None:
    folder = Path(__file__).parents[2] / "providers"
    sources = "".join(path.read_text() for path in sorted(folder.glob("trial*.py")))
    codes = set(re.findall(r'ProviderRefusedError\(\s*"(\w+)"', sources))
    listed = PAGE.split("Refusals: ")[1].split(".\n")[0]

    assert codes == set(re.findall(r"`(\w+)`", listed))
