"""Signs a person in to a deployed stage by SRP: answers the pool's challenges one after another, asking for what it needs.

The first time of a member of staff is: the mailed password, a new one, and an authenticator app; later password and digits.
docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP  # type: ignore[import-untyped]

from domain.values import value

MOST_CHALLENGES = 6
"""More than any sign-in has: a pool that asks on and on is not obeyed."""


class SignInError(Exception):
    """Nobody was signed in; the message says why."""


@value
class Person:
    """Who signs in: `ask` shows words and answers what was typed, unseen if `hidden`; `tell` shows words."""

    email: str
    ask: Callable[[str, bool], str]
    tell: Callable[[str], None]


def sign_in(cognito: Any, pool_id: str, client_id: str, person: Person) -> str:
    """The access token. Raises SignInError: wrong password or digits, or a challenge that we do not know."""
    srp = AWSSRP(
        username=person.email,
        password=person.ask("Password: ", True),
        pool_id=pool_id,
        client_id=client_id,
        client=cognito,
    )
    try:
        answer = cognito.initiate_auth(
            AuthFlow="USER_SRP_AUTH", AuthParameters=srp.get_auth_params(), ClientId=client_id
        )
        name = person.email
        for _ in range(MOST_CHALLENGES):
            if "AuthenticationResult" in answer:
                token: str = answer["AuthenticationResult"]["AccessToken"]
                return token
            told = answer.get("ChallengeParameters", {})
            name = told.get("USER_ID_FOR_SRP", name)  # what later answers must call the user
            answer = _answered(cognito, client_id, answer, {"USERNAME": name}, srp, person)
    except ClientError as error:
        raise SignInError(
            f"{error.response['Error']['Message']} ({error.response['Error']['Code']})"
        ) from None
    raise SignInError("The pool asks on and on.")


def _answered(
    cognito: Any,
    client_id: str,
    asked: Mapping[str, Any],
    who: Mapping[str, str],
    srp: Any,
    person: Person,
) -> Mapping[str, Any]:
    challenge, session = asked["ChallengeName"], asked.get("Session")
    match challenge:
        case "PASSWORD_VERIFIER":
            said = srp.process_challenge(asked["ChallengeParameters"], srp.get_auth_params())
        case "NEW_PASSWORD_REQUIRED":
            said = {**who, "NEW_PASSWORD": _new_password(person)}
        case "SOFTWARE_TOKEN_MFA":
            said = {**who, "SOFTWARE_TOKEN_MFA_CODE": person.ask("Six digits of the app: ", False)}
        case "MFA_SETUP":
            session, said = _app_added(cognito, session, person), dict(who)
        case _:
            raise SignInError(f"The pool asks for {challenge}, which this command does not know.")
    answer: Mapping[str, Any] = cognito.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName=challenge,
        ChallengeResponses=said,
        **({"Session": session} if session else {}),
    )
    return answer


def _new_password(person: Person) -> str:
    new = person.ask("New password (14 characters or more): ", True)
    if person.ask("Once more: ", True) != new:
        raise SignInError("The two are not the same.")
    return new


def _app_added(cognito: Any, session: str | None, person: Person) -> str:
    """Let the person's authenticator app know its secret, and prove that it does; the session goes on."""
    made = cognito.associate_software_token(Session=session)
    person.tell(f"Add this secret to your authenticator app: {made['SecretCode']}")
    digits = person.ask("Six digits of the app: ", False)
    proved: str = cognito.verify_software_token(Session=made["Session"], UserCode=digits)["Session"]
    return proved
