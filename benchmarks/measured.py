"""What measurements have in common: processes of their own, and files of results."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"

BYTES_A_KIBIBYTE = 1024
MEBIBYTE = 2**20


def in_own_process(module: str, name: str, **arguments: Any) -> dict[str, float]:
    """Take one measurement in a process of its own, which computes with one thread.

    Args:
        module: what is run with ``--only``, and prints its results as JSON.
        name: the measurement.
        arguments: its arguments.
    """
    order = json.dumps({"name": name, "arguments": arguments})
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    answer = subprocess.run(
        [sys.executable, "-m", module, "--only", order],
        cwd=ROOT,
        env={**os.environ, **threads},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    taken: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    print(f"{name} {arguments}: {taken}", flush=True)
    return taken


def peak_memory(whose: int = resource.RUSAGE_SELF) -> float:
    """Return the most memory that this process, or any it waited for, held, in MiB."""
    peak = resource.getrusage(whose).ru_maxrss
    unit = 1 if sys.platform == "darwin" else BYTES_A_KIBIBYTE
    return peak * unit / MEBIBYTE


def machine() -> dict[str, str]:
    """Return where and when something was measured."""
    return {
        "when": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "processor": platform.machine(),
        "cores": str(os.cpu_count()),
    }


def write(
    name: str, title: str, results: Mapping[str, Any], table: Sequence[str]
) -> None:
    """Write what was measured, for programs and for readers.

    Args:
        name: of the files, and of the module that measured.
        title: what readers see first.
        results: all that was measured.
        table: lines for readers.
    """
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(results, indent=2)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    head = [f"# {title}", "", f"Written by `python -m benchmarks.{name}`.", ""]
    lines = "\n".join([*head, *table])
    (RESULTS / f"{name}.md").write_text(lines + "\n", encoding="utf-8")
