"""A member of staff by a command, in cases that the embedded AWS is too slow or too kind for."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from fake_account import NUMBER, Account, refusal

from infra import staff
from infra.deploying.asking import RefusedError

EMAIL = "anna@example.com"
ASKED = ["--stage=dev", f"--account={NUMBER}", "--region=eu-west-1"]


class ExistsError(Exception):
    pass


@dataclass
class Pool:
    """A user pool; `known` is the status of whoever is in it already."""

    known: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    class exceptions:  # noqa: N801 - as boto3 spells it
        UsernameExistsException = ExistsError

    def admin_create_user(self, **given: Any) -> None:
        if given["Username"] in self.known and "MessageAction" not in given:
            raise ExistsError
        self.done.append(f"create {given['Username']} {given.get('MessageAction', 'INVITE')}")

    def admin_get_user(self, **given: Any) -> dict[str, str]:
        return {"UserStatus": self.known[given["Username"]]}

    def admin_add_user_to_group(self, **given: Any) -> None:
        self.done.append(f"group {given['GroupName']}")


def test_somebody_new_is_invited_and_in_the_groups() -> None:
    pool = Pool()

    told = list(staff.add(pool, "pool", EMAIL, ["admin", "support"], resend=False))

    assert pool.done == [f"create {EMAIL} INVITE", "group admin", "group support"]
    assert "is invited" in told[0]


@pytest.mark.parametrize("resend", [True, False])
def test_somebody_who_has_signed_in_is_never_invited_again(*, resend: bool) -> None:
    pool = Pool({EMAIL: "CONFIRMED"})

    told = list(staff.add(pool, "pool", EMAIL, ["admin"], resend=resend))

    assert pool.done == ["group admin"]
    assert "no invitation is sent" in told[0]


def test_who_never_signed_in_is_invited_again_where_that_is_asked_for() -> None:
    pool = Pool({EMAIL: staff.INVITED})

    told = list(staff.add(pool, "pool", EMAIL, ["admin"], resend=True))

    assert pool.done == [f"create {EMAIL} RESEND", "group admin"]
    assert "invited again" in told[0]


@pytest.mark.parametrize(
    ("email", "groups"), [("anna", "admin"), ("", "admin"), (EMAIL, ""), (EMAIL, "admin,boss")]
)
def test_a_mailbox_or_group_that_cannot_be_is_refused(email: str, groups: str) -> None:
    with pytest.raises(RefusedError, match="Type"):
        staff.checked(email, groups)


def refused(account: Account, capsys: pytest.CaptureFixture[str]) -> str:
    code = staff.main([*ASKED, f"--email={EMAIL}", "--group=admin"], clients_of=lambda region: account)

    assert code == 2
    return capsys.readouterr().err


def test_a_wrong_account_is_refused_before_a_pool_is_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    account = Account(number="999999999999")

    assert "not of 123456789012" in refused(account, capsys)
    assert account.done == ["identity"]


def test_a_stage_that_is_not_deployed_has_no_staff(capsys: pytest.CaptureFixture[str]) -> None:
    assert "run make deploy first" in refused(Account(), capsys)


def test_what_aws_refuses_is_told_and_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    def clients_of(region: str) -> Any:
        def client(service: str) -> Any:
            if service == "cloudformation":
                raise refusal("AccessDenied", "not you")
            return Account()(service)

        return client

    code = staff.main([*ASKED, f"--email={EMAIL}", "--group=admin"], clients_of=clients_of)

    assert code == 1
    assert "not you" in capsys.readouterr().err
