"""Errors as boto3 raises them: the SDK's own exception classes, filled as DynamoDB fills them."""

from functools import cache
from typing import Any, cast

from botocore.errorfactory import BaseClientExceptions, ClientExceptionsFactory
from botocore.exceptions import ClientError
from botocore.model import ServiceModel, Shape
from botocore.session import get_session

SERVER_FAULTS = {"InternalServerError": 500, "InternalFailure": 500, "ServiceUnavailable": 503}


class Refusal(Exception):
    """What DynamoDB refuses, before it is dressed as the SDK's exception."""

    def __init__(self, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.extra = extra


def invalid(message: str) -> Refusal:
    """A ValidationException with this message."""
    return Refusal("ValidationException", message)


def unequal_operand(operator: str, kind: str, expression: str) -> Refusal:
    """The refusal of a literal whose type this operator or function does not take."""
    return invalid(
        f"Invalid {expression}: Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {kind}"
    )


@cache
def _service_model() -> ServiceModel:
    """DynamoDB's model as the installed SDK knows it."""
    return get_session().get_service_model("dynamodb")


@cache
def input_shape(operation: str) -> Shape:
    """The parameters that an operation takes, for the SDK's own check of them."""
    shape = _service_model().operation_model(operation).input_shape
    if shape is None:
        raise ValueError(f"{operation} takes no parameters")
    return shape


@cache
def exceptions() -> BaseClientExceptions:
    """The classes of `client.exceptions`, made as boto3 makes them."""
    return ClientExceptionsFactory().create_client_exceptions(_service_model())


def client_error(code: str, message: str = "injected", *, operation: str, **extra: Any) -> ClientError:
    """The exception that boto3 raises for this code. `extra` is what the answer holds beside the error."""
    response: dict[str, Any] = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {
            "RequestId": "FAKE",
            "HTTPStatusCode": SERVER_FAULTS.get(code, 400),
            "HTTPHeaders": {},
            "RetryAttempts": 0,
        },
        **extra,
    }
    kind = cast("Any", exceptions().from_code(code))
    error: ClientError = kind(response, operation)
    return error
