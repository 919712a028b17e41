"""Takes an action from a deployed function's role for a while."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.emulator.conftest import Stage


@contextmanager
def without(stage: Stage, start: str, action: str) -> Iterator[None]:
    """Take an action from a function's role for as long as the block lasts."""
    iam, role = stage.account.client("iam"), stage.deployed.named("IAM::Role", start)
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(spoilt(document, action)))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


def spoilt(document: dict[str, Any], action: str) -> dict[str, Any]:
    kept = []
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        left = [each for each in actions if each != action]
        kept += [statement | {"Action": left}] if left else []
    return document | {"Statement": kept}
