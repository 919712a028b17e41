"""docs/scale.md says what the declarations and stages say."""

import re

from infra import symptoms
from infra.declared import load
from infra.packages import ROOT
from infra.stages import DEV, PROD
from infra.symptoms import Symptom
from wiring.functions import RESOLVER_FUNCTIONS

PAGE = (ROOT / "docs" / "scale.md").read_text()
SYMPTOMS = {each.name for each in vars(symptoms).values() if isinstance(each, Symptom)}


def rows() -> list[list[str]]:
    """The table of limits: what, limit, told by, lever."""
    table = PAGE.partition("| what | its limit | told by | lever |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_every_limit_has_its_number_alarm_and_lever() -> None:
    assert len(rows()) > 15
    assert all(len(row) == 4 and all(row) for row in rows())


def test_every_alarm_that_a_limit_names_is_there() -> None:
    named = {name for row in rows() for name in re.findall(r"`([a-z-]+)`", row[2])}

    assert named <= SYMPTOMS


def test_most_limits_are_told_by_an_alarm() -> None:
    without = [row[0] for row in rows() if "`" not in row[2]]

    assert without == ["**sign-in**", "**mails of Cognito**", "**new versions**"]


def test_the_shares_of_functions_are_those_that_are_reserved() -> None:
    shares = ", ".join(f"`{name}` {size.concurrency}" for name, size in RESOLVER_FUNCTIONS.items())
    consumers = {each.name: each.concurrency for each in load().consumers}

    assert f"{shares}, consumers {consumers['push_status']}, sweep {consumers['sweep']} (ours)" in PAGE


def test_settings_of_the_stages_are_those_of_production() -> None:
    for said in (
        f"depth {PROD.requests.query_depth} (dev {DEV.requests.query_depth}), {PROD.requests.resolver_count} resolvers (ours)",
        f"{PROD.request_tokens:,} a second an account",
        f"{PROD.account_concurrency:,} an account and region",
        f"{PROD.requests_per_ip:,} in five minutes",
        f"by the order's id: {PROD.work_shards} on AWS",
    ):
        assert said in PAGE
