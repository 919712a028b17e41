"""Signing in to a deployed stage: every challenge that the pools ask, and what goes wrong."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.main import main
from cli.signing_in import Person, SignInError, sign_in
from cli.smoke import place
from local.aws.clients import make_client
from local.aws.engine import Engine
from local.aws.pools import ensure_pools, ensure_user

USER = "4f0c-anna"
VERIFIER = {
    "ChallengeName": "PASSWORD_VERIFIER",
    "ChallengeParameters": {
        "USER_ID_FOR_SRP": USER,
        "SRP_B": "abcdef01",
        "SALT": "0a0b",
        "SECRET_BLOCK": "c2VjcmV0",
    },
}
SIGNED_IN = {"AuthenticationResult": {"AccessToken": "the token"}}


class Pool:
    """Cognito as a script of challenges; it keeps what it was answered."""

    def __init__(self, *challenges: object) -> None:
        self.left = list(challenges)
        self.answers: list[tuple[str, dict[str, str], object]] = []
        self.digits: list[str] = []

    def initiate_auth(self, **_: object) -> object:
        return self.left.pop(0)

    def respond_to_auth_challenge(self, **given: Any) -> object:
        self.answers.append((given["ChallengeName"], given["ChallengeResponses"], given.get("Session")))
        found = self.left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    def associate_software_token(self, *, Session: str) -> dict[str, str]:  # noqa: N803
        return {"SecretCode": "APPSECRET", "Session": f"{Session}+app"}

    def verify_software_token(self, *, Session: str, UserCode: str) -> dict[str, str]:  # noqa: N803
        self.digits.append(UserCode)
        return {"Session": f"{Session}+proved"}


class Terminal:
    """Somebody who types these, one after another."""

    def __init__(self, *typed: str) -> None:
        self.typed, self.asked, self.told = list(typed), [], []

    def ask(self, words: str, hidden: bool) -> str:
        self.asked.append((words, hidden))
        return self.typed.pop(0)

    def person(self) -> Person:
        return Person("anna@example.com", self.ask, self.told.append)


def signed_in(pool: Pool, terminal: Terminal) -> str:
    return sign_in(pool, "eu-west-1_abc", "client", terminal.person())


def test_password_and_digits_are_a_later_sign_in() -> None:
    pool, terminal = (
        Pool(VERIFIER, {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s2"}, SIGNED_IN),
        Terminal("pw", "123456"),
    )

    assert signed_in(pool, terminal) == "the token"
    assert pool.answers[1] == (
        "SOFTWARE_TOKEN_MFA",
        {"USERNAME": USER, "SOFTWARE_TOKEN_MFA_CODE": "123456"},
        "s2",
    )
    assert terminal.asked == [("Password: ", True), ("Six digits of the app: ", False)]


def test_the_first_sign_in_sets_a_password_and_adds_an_app() -> None:
    asked = [
        {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s2"},
        {"ChallengeName": "MFA_SETUP", "Session": "s3"},
    ]
    pool, terminal = (
        Pool(VERIFIER, *asked, SIGNED_IN),
        Terminal("temporary", "a-longer-one-1A", "a-longer-one-1A", "654321"),
    )

    assert signed_in(pool, terminal) == "the token"
    assert pool.answers[1:] == [
        ("NEW_PASSWORD_REQUIRED", {"USERNAME": USER, "NEW_PASSWORD": "a-longer-one-1A"}, "s2"),
        ("MFA_SETUP", {"USERNAME": USER}, "s3+app+proved"),
    ]
    assert pool.digits == ["654321"]
    assert terminal.told == ["Add this secret to your authenticator app: APPSECRET"]


def test_the_password_itself_is_never_sent() -> None:
    pool = Pool(VERIFIER, SIGNED_IN)
    signed_in(pool, Terminal("a-secret-word"))

    assert "a-secret-word" not in str(pool.answers)


def test_two_new_passwords_that_differ_are_refused() -> None:
    pool = Pool(VERIFIER, {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s2"})
    with pytest.raises(SignInError, match="not the same"):
        signed_in(pool, Terminal("temporary", "one", "another"))


def test_a_wrong_password_is_told_in_the_pools_own_words() -> None:
    wrong = ClientError(
        {"Error": {"Code": "NotAuthorizedException", "Message": "Incorrect username or password."}}, "x"
    )
    with pytest.raises(SignInError, match=r"Incorrect username or password\. \(NotAuthorizedException\)"):
        signed_in(Pool(VERIFIER, wrong), Terminal("pw"))


def test_a_challenge_that_is_not_known_is_named() -> None:
    with pytest.raises(SignInError, match="SMS_MFA"):
        signed_in(Pool(VERIFIER, {"ChallengeName": "SMS_MFA", "Session": "s2"}), Terminal("pw"))


def test_a_pool_that_asks_on_and_on_is_not_obeyed() -> None:
    pool = Pool(VERIFIER, *[{"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s"}] * 9)
    with pytest.raises(SignInError, match="on and on"):
        signed_in(pool, Terminal("pw", *["1"] * 9))


@pytest.mark.engine
def test_a_pool_that_checks_the_proof_signs_in(engine: Engine) -> None:
    cognito = make_client("cognito-idp", engine.endpoint)
    pool = ensure_pools(cognito).customers
    ensure_user(cognito, pool, "srp@example.com", "Right-password-1")
    terminal, wrong = Terminal("Right-password-1"), Terminal("Wrong-password-1")

    assert (
        sign_in(cognito, pool.id, pool.client_id, Person("srp@example.com", terminal.ask, print)).count(".")
        == 2
    )
    with pytest.raises(SignInError, match="NotAuthorized"):
        sign_in(cognito, pool.id, pool.client_id, Person("srp@example.com", wrong.ask, print))


def test_a_stage_that_was_not_deployed_from_here_is_said(
    tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(place, "outputs_file", lambda stage: tmp_path / stage)

    assert main(["token", "anna@example.com", "--stage", "dev"]) == 1
    assert "make deploy STAGE=dev" in capsys.readouterr().err
