"""What an annotation says, whichever way Python spells it: `X | None` is a union of two classes in its library."""

import types
import typing


def optional(annotation: object) -> object | None:
    """The annotation without None, or None where it does not admit it. Raises TypeError for any other union."""
    if typing.get_origin(annotation) not in {types.UnionType, typing.Union}:
        return None
    members = typing.get_args(annotation)
    if len(members) != 2 or types.NoneType not in members:
        raise TypeError(f"{annotation!r}: GraphQL knows no union of plain values but with null")
    return members[members[0] is types.NoneType]  # type: ignore[no-any-return]
