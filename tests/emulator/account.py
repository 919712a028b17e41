"""An account in a running emulator: clients with the root's keys, or with those of somebody else."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from infra.stages import FAKE_ACCOUNT
from local.aws.clients import REGION

CONFIG = Config(
    retries={"total_max_attempts": 1}, read_timeout=60, proxies={}, s3={"addressing_style": "path"}
)


@dataclass(frozen=True, slots=True)
class Account:
    """Where the emulator answers, and the account that templates are synthesized for; its id is root's key."""

    endpoint: str
    id: str = FAKE_ACCOUNT

    def client(self, service: str) -> Any:
        """A client of the account's root."""
        session = boto3.Session(aws_access_key_id=self.id, aws_secret_access_key="test", region_name=REGION)
        return session.client(service, endpoint_url=self.endpoint, config=CONFIG)  # type: ignore[call-overload]
