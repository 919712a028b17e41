"""What the API shows of uploads."""

from datetime import datetime

from domain.refusals import UserError
from domain.values import value


@value
class FormField:
    """A field of the form, which comes before the file."""

    name: str
    """The field's name."""
    value: str
    """What stands in it."""


@value
class ImageUpload:
    """A form (multipart/form-data) that storage takes once: all fields as they are, then the file in a field `file`."""

    url: str
    """Where to post it."""
    fields: tuple[FormField, ...]
    """The fields before the file."""
    expires_at: datetime
    """Until when it is taken: UTC."""
    maximum_bytes: int
    """How large the file may be."""


@value
class ImageUploadPayload:
    """The form, or why it was refused."""

    upload: ImageUpload | None = None
    """What to post; null where it was refused."""
    user_errors: tuple[UserError, ...] = ()
    """Why it was refused; empty where it was not."""
