"""One command, timed by stage in this process: what `benchmarks.command` runs.

It imports nothing of the project before it starts the clock, so that it can be run on
the code of another checkout. Prints processor seconds by stage as JSON.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from typing import Any

STAGES = {
    "compose": ["sim.settings.compose:read_command"],
    "records": ["sim.tasks.prepare:read_records", "sim.tasks.prepare:posterior_for"],
    "steps": ["sim.tasks.run:run_pair"],
    "headline": ["sim.outcomes.run_tables:headline", "sim.tasks.run:summarise"],
    "answer": [
        "sim.presentation.written_run:print_summary",
        "sim.presentation.written_run:print_headline",
    ],
    "files": [
        "sim.outcomes.folder_writer:_write_tables",
        "sim.outcomes.folder_writer:_write_metadata",
    ],
    "figures": ["sim.tasks.run:_draw_figures"],
}
"""The functions of each stage, each in the module that calls it."""


class Clock:
    """Processor seconds by stage; a stage within another counts for itself alone."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(["imports", *STAGES], 0.0)
        self._open: list[str] = []
        self._since = 0.0

    def enter(self, stage: str) -> None:
        """Begin a stage."""
        self._count()
        self._open.append(stage)

    def leave(self) -> None:
        """End the stage begun last."""
        self._count()
        self._open.pop()

    def _count(self) -> None:
        now = time.process_time()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now


def timed(clock: Clock, stage: str, place: str) -> None:
    """Have a function counted for a stage, if the checkout has one of that name."""
    name, _, attribute = place.partition(":")
    module = importlib.import_module(name)
    function = getattr(module, attribute, None)
    if function is None:
        return

    def counted(*arguments: Any, **options: Any) -> Any:
        clock.enter(stage)
        try:
            return function(*arguments, **options)
        finally:
            clock.leave()

    setattr(module, attribute, counted)


def stages_of(words: Sequence[str]) -> dict[str, float]:
    """Return the processor seconds of a run by stage."""
    clock = Clock()
    clock.enter("imports")
    main: Callable[..., int] = importlib.import_module("sim.__main__").main
    importlib.import_module("sim.settings.compose")
    importlib.import_module("sim.settings.task_list").TASKS["run"].load()
    clock.leave()
    for stage, places in STAGES.items():
        for place in places:
            timed(clock, stage, place)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        assert main(list(words)) == 0
    return clock.seconds


if __name__ == "__main__":
    print(json.dumps(stages_of(sys.argv[1:])))
