"""The only import of Strawberry: wraps the plain shapes and functions, prints the SDL that AppSync accepts.

The schema is executable too: it runs the same functions in process (`context_value={"context": Context}`), which is
how an operation is tested without a server. Nothing that runs in Lambda imports this module.
"""

import dataclasses
import inspect
import typing
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type
from strawberry.types.base import StrawberryType

