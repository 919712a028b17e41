"""Uses what was saved: before a request, resolvers are loaded anew if a file that they are made of has changed.

Everything below `resolvers` is imported once more, apart from what the laptop itself runs on, and a new handler is built
of it: open subscriptions, the engine and the consumers are untouched. A file that cannot be loaded fails the request, as
a function that cannot start would, until it is mended.
"""

import importlib
import importlib.util
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDERS = ("domain", "storage", "wiring", "providers", "resolvers")
"""What resolvers are made of. Consumers, `local` and `cli` stay as they were at the start."""

LOOK_SECONDS = 0.1
"""Files are not looked at more often."""

Handler = Callable[[Any, object], Any]
Stamps = Mapping[Path, tuple[int, int]]


class NotLoadedError(Exception):
    """The resolvers' files cannot be loaded; the message names the error, the terminal has its traceback."""


class Reloading:
    """A handler that `build` makes, made anew of the files under `root` once one of them has changed. Takes part in no start."""

    def __init__(self, build: Callable[[], Handler], root: Path, tell: Callable[[str], None]) -> None:
        self._build, self._root, self._tell = build, root, tell
        self._stamps, self._looked = stamps(root), time.monotonic()
        self._handler: Handler = build()
        self._problem: NotLoadedError | None = None
        self._lock = threading.Lock()

    def __call__(self, event: Any, context: object = None) -> Any:
        """Answer by what is saved now. Raises NotLoadedError where that cannot be loaded."""
        with self._lock:
            if time.monotonic() - self._looked >= LOOK_SECONDS:
                self._look()
            handler, problem = self._handler, self._problem
        if problem is not None:
            raise problem
        return handler(event, context)

    def _look(self) -> None:
        self._looked = time.monotonic()
        found = stamps(self._root)
        changed = [path for path, stamp in found.items() if self._stamps.get(path) != stamp]
        if not changed and found.keys() == self._stamps.keys():
            return
        self._stamps = found
        forget_compiled(changed)
        names = ", ".join(str(path.relative_to(self._root)) for path in changed) or "a file is gone"
        started = time.monotonic()
        try:
            with apart():
                self._handler = self._build()
        except Exception as error:  # whatever is wrong with somebody's file in the middle of being written
            self._problem = NotLoadedError(f"{type(error).__name__}: {error}")
            self._tell(f"Not loaded ({names}):\n{traceback.format_exc()}")
        else:
            self._problem = None
            self._tell(f"Loaded anew in {time.monotonic() - started:.2f} s ({names}).")


def stamps(root: Path) -> Stamps:
    """When each file was changed last, and its size."""
    files = [root / "shop.toml", *(path for name in FOLDERS for path in (root / name).rglob("*.py"))]
    found = {}
    for path in files:
        try:
            told = path.stat()
        except FileNotFoundError:  # an editor puts a new file in the place of the old one
            continue
        found[path] = (told.st_mtime_ns, told.st_size)
    return found


def forget_compiled(files: list[Path]) -> None:
    """Python takes a file for unchanged that was saved twice within a second at the same size."""
    for path in files:
        if path.suffix == ".py":
            Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


@contextmanager
def apart() -> Iterator[None]:
    """Imports of these folders are made anew in the block, and are nobody else's after it."""
    before = _ours()
    for name in before:
        del sys.modules[name]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in _ours():
            del sys.modules[name]
        sys.modules.update(before)


def _ours() -> dict[str, Any]:
    return {name: module for name, module in sys.modules.items() if name.partition(".")[0] in FOLDERS}
