"""One spelling rule between Python and GraphQL: `shipping_address` is `shippingAddress`, `from_` is `from`."""


def camel(name: str) -> str:
    """The GraphQL name of a Python name."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in rest)
