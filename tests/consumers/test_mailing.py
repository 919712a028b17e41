"""Mails as SES takes them: the request, checked against the SDK's own model, and a real call to the embedded AWS."""

from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from consumers.letters import Letter
from consumers.mailing import Mail, open_sending, send
from local.aws.engine import Engine

MAIL = Mail("ord_a", "ada@example.com", Letter("Bestellung für Łukasz", "Grüße", "<p>Grüße</p>"))
ENVIRONMENT = {"MAIL_FROM": "orders@shop.example", "MAIL_SET": "orderbell-test", "AWS_REGION": "eu-west-1"}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "000000000042")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nobody's")


def told(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def test_a_mail_goes_out_in_both_forms_by_the_configuration_set() -> None:
    client: Any = boto3.client("sesv2", region_name="eu-west-1")
    expected = {
        "FromEmailAddress": "Shop <orders@shop.example>",
        "Destination": {"ToAddresses": ["ada@example.com"]},
        "Content": {
            "Simple": {
                "Subject": told("Bestellung für Łukasz"),
                "Body": {"Text": told("Grüße"), "Html": told("<p>Grüße</p>")},
            }
        },
        "ConfigurationSetName": "orderbell-test",
    }
    with Stubber(client) as stubber:
        stubber.add_response("send_email", {"MessageId": "m"}, expected)
        send(client, "Shop <orders@shop.example>", "orderbell-test", MAIL)
        stubber.assert_no_pending_responses()


@pytest.mark.engine
def test_an_address_that_is_not_verified_sends_nothing_and_one_that_is_sends(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", engine.endpoint)
    sends = open_sending(ENVIRONMENT, "Łoś & Söhne")
    with pytest.raises(ClientError, match="MessageRejected"):
        sends(MAIL)
    ses: Any = boto3.client("sesv2", region_name="eu-west-1")
    for address in ("orders@shop.example", MAIL.to):
        ses.create_email_identity(EmailIdentity=address)
    sends(MAIL)
    inbox = httpx.get(f"{engine.endpoint}/_ministack/ses/messages?account=000000000042", trust_env=False).text
    assert inbox.count("ada@example.com") == 1
