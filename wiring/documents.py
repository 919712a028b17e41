"""GraphQL selections written from plain classes, so that a publishing document cannot leave a field out."""

import dataclasses

from wiring.naming import camel


def selection(kind: type) -> str:
    """Every field of a flat class: `{ id orderId ... }`."""
    return "{ " + " ".join(camel(field.name) for field in dataclasses.fields(kind)) + " }"
