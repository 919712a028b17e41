"""What Lambda imports for every resolver function: everything is built here, before the first request."""

import gc

gc.disable()  # start-up makes thousands of objects that all stay: collecting among them is wasted time

import os  # noqa: E402

import boto3  # noqa: E402, F401 - first, at this depth: imported from deeper down it costs CPython 3.13 a fifth more

from resolvers.app import build  # noqa: E402
from wiring.logs import to_standard_output  # noqa: E402

to_standard_output()
handler = build(os.environ)

gc.freeze()
gc.enable()
