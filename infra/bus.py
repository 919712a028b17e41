"""The bus that the relay puts order events on, and the archive that they can be replayed from."""

from aws_cdk import aws_events as events
from constructs import Construct

from infra.stages import StageConfig
from wiring.sources import ORDERS

ARCHIVED_DAYS = 14
"""As long as a queue keeps a message: what is found broken within two weeks can be sent once more."""


class Bus(Construct):
    """One bus a stage. Events hold no personal data but ids; the log in the table stays the truth."""

    def __init__(self, scope: Construct, name: str, *, stage: StageConfig) -> None:
        super().__init__(scope, name)
        self.name = f"orderbell-{stage.name}"
        self.bus = events.CfnEventBus(self, "Bus", name=self.name)
        events.CfnArchive(
            self,
            "Archive",
            description="Every event of orders",
            source_arn=self.bus.attr_arn,
            event_pattern={"source": [ORDERS]},
            retention_days=ARCHIVED_DAYS,
        )
