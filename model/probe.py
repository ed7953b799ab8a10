"""Ask a library one question in a fresh interpreter, where its crash hurts nobody.

The doctor asks libraries that may be missing, half installed, or that abort the whole process when
a system library is not there (Qt does). The question is a function of ours that takes nothing and
returns plain values; it runs in a child process and its answer comes back as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from model.errors import ModelError

JsonObject = dict[str, Any]

_ROOT = Path(__file__).resolve().parent.parent
_ASK = """
import importlib, json, os, sys
answer = os.fdopen(os.dup(1), "w")  # whatever a library prints must not mix with the answer
os.dup2(2, 1)
module, name = sys.argv[1:]
json.dump(getattr(importlib.import_module(module), name)(), answer)
answer.close()
"""


class ProbeError(ModelError):
    """The question got no answer: the child process failed, crashed or took too long."""


def probe(
    question: Callable[[], JsonObject],
    *,
    timeout_s: float = 60.0,
    environment: Mapping[str, str] | None = None,
) -> JsonObject:
    """Answer of `question`, a module's top-level function, asked in a fresh interpreter.

    Args:
        question: Found again in the child by module and name, so no lambda and no closure.
        timeout_s: Seconds after which the child is ended.
        environment: Variables to set on top of this process's own.

    Raises:
        ProbeError: With the last line the child said, which names the cause.
    """
    command = [sys.executable, "-c", _ASK, question.__module__, question.__qualname__]
    variables = {**os.environ, **(environment or {}), "PYTHONPATH": _search_path()}
    what = f"{question.__module__}.{question.__qualname__}"
    try:
        done = subprocess.run(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as err:
        raise ProbeError(f"{what} gave no answer within {timeout_s:g} s.") from err
    if done.returncode != 0:
        raise ProbeError(_cause(done.returncode, done.stderr))
    answer: JsonObject = json.loads(done.stdout)
    return answer


def _search_path() -> str:
    """Our own folder first, then what the caller's environment says."""
    inherited = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(_ROOT), inherited] if inherited else [str(_ROOT)])


def _cause(returncode: int, stderr: str) -> str:
    """The last line of a traceback, or how the process died."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    last = lines[-1] if lines else "it said nothing"
    return f"{last} (ended by signal {-returncode})" if returncode < 0 else last
