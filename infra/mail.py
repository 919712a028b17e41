"""Mails to customers by SES: the stage's address, and the configuration set that every mail goes out with.

Bounces and complaints are counted, and operators are told of the count: SES's own notices name the address, which
belongs in no topic, log or mailbox. Who bounced stands in SES's suppression list (docs/mail.md).
"""

from aws_cdk import Stack
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra import symptoms
from infra.metrics import metric, total
from infra.operators import Operators
from infra.stages import StageConfig

COUNTED_BY = "ses:configuration-set"
"""A tag that SES puts on every mail by itself, so the metrics of stages are apart.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-cloudwatch.html
"""


class Mail(Construct):
    """The sender. Until its owner follows the link that SES mails to it, every mail is refused."""

    def __init__(self, scope: Construct, name: str, *, stage: StageConfig, operators: Operators) -> None:
        super().__init__(scope, name)
        self.sender = stage.mail_from
        self.set = ses.ConfigurationSet(
            self,
            "Set",
            configuration_set_name=f"orderbell-{stage.name}",
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
            reputation_metrics=True,
        )
        self.set_name = self.set.configuration_set_name
        self.identity = ses.EmailIdentity(
            self, "Sender", identity=ses.Identity.email(self.sender), configuration_set=self.set
        )
        ses.ConfigurationSetEventDestination(
            self,
            "Counted",
            configuration_set=self.set,
            events=[ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
            destination=ses.EventDestination.cloud_watch_dimensions(
                [
                    ses.CloudWatchDimension(
                        name=COUNTED_BY,
                        source=ses.CloudWatchDimensionSource.MESSAGE_TAG,
                        default_value=self.set_name,
                    )
                ]
            ),
        )
        symptom = symptoms.MAIL_BOUNCING
        counts = [
            metric("AWS/SES", each, {COUNTED_BY: self.set_name}, minutes=symptom.minutes)
            for each in ("Bounce", "Complaint")
        ]
        operators.alarm(self, symptom, total(*counts, minutes=symptom.minutes), of="mail")

    @property
    def arns(self) -> tuple[str, str]:
        """What a mail is sent with: the identity and the configuration set.

        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
        """
        stack = Stack.of(self)
        ours = f"arn:{stack.partition}:ses:{stack.region}:{stack.account}"
        identity = f"{ours}:identity/{self.identity.email_identity_name}"
        return identity, f"{ours}:configuration-set/{self.set_name}"
