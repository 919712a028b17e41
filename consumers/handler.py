"""What Lambda imports for every consumer; `CONSUMER` in the environment says which one it is."""

import gc

gc.disable()  # start-up makes thousands of objects that all stay: collecting among them is wasted time

import os  # noqa: E402

import boto3  # noqa: E402, F401 - first, at this depth: imported from deeper down it costs CPython 3.13 a fifth more

from consumers.app import build  # noqa: E402
from wiring.logs import to_standard_output  # noqa: E402

to_standard_output()
handler = build(os.environ["CONSUMER"], os.environ)

gc.freeze()
gc.enable()
