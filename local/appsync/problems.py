"""Errors as AppSync writes them: the two envelopes of HTTP and the three key sets of an error object."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]
GENERIC_401 = "You are not authorized to make this call."


class TransportProblem(Exception):
    """A request that is refused as a whole: `{"errors": [{errorType, message}]}` with a status of 4xx or 5xx."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type
        self.message = message

    def body(self) -> Json:
        """The body; no `data`, no `path`, no `locations`."""
        return {"errors": [{"errorType": self.error_type, "message": self.message}]}


def unauthorized(message: str = GENERIC_401) -> TransportProblem:
    """A 401; Amplify takes the error's name from its x-amzn-errortype header."""
    return TransportProblem(401, "UnauthorizedException", message)


def unparsable() -> TransportProblem:
    """A body that holds no GraphQL request (cases 8 to 10)."""
    return TransportProblem(400, "MalformedHttpRequestException", "Unable to parse GraphQL query.")


class DocumentProblem(Exception):
    """A document or its variables cannot be executed: status 200, `data` null, these error objects."""

    def __init__(self, errors: list[Json]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why a field has no value: what a resolver or the authorization of a field says."""

    error_type: str | None
    message: str


def location(line: int, column: int) -> Json:
    """One entry of `locations`."""
    return {"line": line, "column": column, "sourceName": None}


def execution_error(path: Path, problem: FieldProblem, places: list[Json]) -> Json:
    """An error of a resolver or of field authorization (case 81)."""
    return {
        "path": list(path),
        "data": None,
        "errorType": problem.error_type,
        "errorInfo": None,
        "locations": places,
        "message": problem.message,
    }


def validation_error(message: str, places: list[Json]) -> Json:
    """An error of a document or a variable: exactly these keys (case 11)."""
    return {"path": None, "locations": places, "message": message}


def completion_error(path: Path, message: str) -> Json:
    """A value that does not fit its type: `locations` is null (cases 60, 66, 67)."""
    return {"path": list(path), "locations": None, "message": message}


def path_text(path: Path) -> str:
    """`("orders", 1, "status")` as AppSync prints it: `/orders[1]/status`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f"/{step}" for step in path)


def denial(field_name: str, type_name: str) -> FieldProblem:
    """The caller's mode or groups do not admit the field (case 43)."""
    return FieldProblem("Unauthorized", f"Not Authorized to access {field_name} on type {type_name}")
