"""An engine that outlived its server."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.aws import record as records
from local.aws.processes import terminate

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-engine" / "bin" / "python"

# A server that starts an engine in the folder it is given, writes one item, and is then killed.
KILLED_SERVER = """
import os, signal, sys
from pathlib import Path
from local.aws.clients import make_client
from local.aws.engine import start_engine
from local.aws.tables import ensure_tables
running = start_engine(Path(sys.argv[1]), Path(sys.argv[2]))
client = make_client("dynamodb", running.endpoint)
ensure_tables(client)
client.put_item(TableName="orders", Item={"PK": {"S": "O#1"}, "SK": {"S": "A"}})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def orphaned(tmp_path: Path) -> Iterator[Path]:
    """A state folder whose engine outlived the server that started it."""
    arguments = [sys.executable, "-c", KILLED_SERVER, str(PYTHON), str(tmp_path)]
    subprocess.run(arguments, check=False, timeout=60, cwd=ROOT)
    yield tmp_path
    record = records.read_record(tmp_path)
    terminate(record.pid, record.process_mark, 10)
