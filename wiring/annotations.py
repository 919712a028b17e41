"""What an annotation says, whichever way Python spells it: `X | None` is a union of two classes in its library."""

import types
import typing


def optional(annotation: object) -> object | None:
    """The annotation without None, or None where it does not admit it."""
    if typing.get_origin(annotation) not in {types.UnionType, typing.Union}:
        return None
    (inner,) = (each for each in typing.get_args(annotation) if each is not types.NoneType)
    return inner  # type: ignore[no-any-return]
