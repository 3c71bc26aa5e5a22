#!/usr/bin/env python3
"""Run a command beside ministack, which is started and filled as `e2e/run` does it.

    tests/with_ministack.py COMMAND [ARGUMENT ...]

COGNITO_WORLD names a JSON file with the endpoint, the pool, its clients and its users. The status is the command's.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
from types import ModuleType

E2E = pathlib.Path(__file__).resolve().parents[3] / "e2e" / "run"


def program(path):
    """A program of the repository as a module; nothing is written beside it."""
    made = ModuleType(path.name)
    made.__file__ = str(path)
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), made.__dict__)
    return made


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # A signal must not leave the server behind: turned into an exception, it runs the `finally` of the block.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    e2e = program(E2E)
    e2e.prepare(["ministack"])
    with tempfile.TemporaryDirectory() as folder:
        e2e.WORK = pathlib.Path(folder)
        world_file = e2e.WORK / "world.json"
        with e2e.ministack(json.loads(json.dumps(e2e.WORLD)), world_file):
            environment = e2e.ENVIRONMENT | {"COGNITO_WORLD": str(world_file)}
            ended = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    sys.exit(ended if ended >= 0 else 128 - ended)


if __name__ == "__main__":
    main()
