"""What Lambda imports for every resolver function: everything is built here, before the first request."""

import os

from resolvers.app import build
from wiring.logs import to_standard_output

to_standard_output()
handler = build(os.environ)
