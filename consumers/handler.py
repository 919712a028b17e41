"""What Lambda imports for every consumer; `CONSUMER` in the environment says which one it is."""

import os

from consumers.app import build
from wiring.logs import to_standard_output

to_standard_output()
handler = build(os.environ["CONSUMER"], os.environ)
