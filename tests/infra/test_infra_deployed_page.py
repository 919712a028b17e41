"""docs/deployed.md is what the template draws; what is read off a template is tried on small ones."""

from typing import Any

from templates import Stacks, of_type

from infra.deployed_page import PAGE, edges, page


def template(kind: str, given: dict[str, Any], name: str = "Thing") -> dict[str, Any]:
    return {"Resources": {name: {"Type": f"AWS::{kind}", "Properties": given}}}


def test_the_page_is_what_the_template_draws(synthesized: dict[str, Stacks]) -> None:
    assert page(PAGE.read_text(), edges(synthesized["dev"].service)) == PAGE.read_text()


def test_every_function_is_woken_by_something(synthesized: dict[str, Stacks]) -> None:
    service = synthesized["dev"].service
    woken = {goal for _, does, goal in edges(service) if does in {"calls", "rule", "wakes"}}

    assert len({each for each in woken if each.startswith("function ")}) == len(
        of_type(service, "Lambda::Function")
    )


def test_a_queue_wakes_a_function() -> None:
    mapping = {
        "EventSourceArn": {"Fn::GetAtt": ["QueuesSendMailQueueE3ACEFDC", "Arn"]},
        "FunctionName": {"Ref": "SendMailConsumerLiveAE5C3C94"},
    }

    assert edges(template("Lambda::EventSourceMapping", mapping)) == [
        ("queue Send-Mail", "wakes", "function Send-Mail")
    ]


def test_a_right_of_a_role_is_an_arrow_and_dead_letters_are_none() -> None:
    def may(action: str, queue: str) -> dict[str, Any]:
        return {"Action": [action], "Resource": {"Fn::GetAtt": [queue, "Arn"]}}

    statements = [
        may("sqs:SendMessage", "QueuesPaymentEventsQueueD1B662D2"),
        may("sqs:SendMessage", "QueuesPaymentEventsDeadDFD48DAA"),
        {"Action": "ses:SendEmail", "Resource": "*"},
    ]
    policy = template(
        "IAM::Policy",
        {"PolicyDocument": {"Statement": statements}},
        "ReceiveWebhookConsumerRoleDefaultPolicyA4938230",
    )

    assert edges(policy) == [
        ("function Receive-Webhook", "mails by", "SES"),
        ("function Receive-Webhook", "sends to", "queue Payment-Events"),
    ]
