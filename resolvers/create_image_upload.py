"""Let a picture of a product be uploaded, straight to storage."""

from enum import Enum

from domain.actors import ShopAction, groups_for
from domain.ids import Id
from domain.pictures import MAX_BYTES
from domain.refusals import Refused, not_allowed
from domain.values import value
from resolvers.cataloguing import current
from resolvers.context import Context
from resolvers.shapes.uploads import FormField, ImageUpload, ImageUploadPayload
from storage.uploads import upload_key
from wiring.access import staff
from wiring.declarations import field


class ImageType(Enum):
    """What kind of file a picture is."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"

    @property
    def content_type(self) -> str:
        """As HTTP names it."""
        return f"image/{self.value.lower()}"


@value
class CreateImageUploadInput:
    """Of which product, and what kind of file will come."""

    product_id: Id
    """The product's id."""
    type: ImageType
    """What kind of file it is."""


@field("Mutation.createImageUpload", access=staff(*groups_for(ShopAction.EDIT_CATALOG)), runs_in="write")
def create_image_upload(input: CreateImageUploadInput, context: Context) -> ImageUploadPayload:
    """A form to post one picture with, within 15 minutes. The product shows it a moment after, in place of the one before.

    What is no picture, has more than 10 MB or more than 40 million pixels, changes nothing.
    """
    context.require(ShopAction.EDIT_CATALOG)
    product = current(context, input.product_id, None).product
    if context.uploads is None:
        raise Refused(not_allowed("NO_UPLOADS", "This deployment takes no pictures."))
    key = upload_key(product.id, context.now, context.store.token())
    form = context.uploads().form(key, input.type.content_type, context.now)
    fields = tuple(FormField(name, value) for name, value in form.fields.items())
    return ImageUploadPayload(ImageUpload(form.url, fields, form.expires_at, MAX_BYTES))
