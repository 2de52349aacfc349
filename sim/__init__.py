"""A simulator of the chip war: what a notebook imports.

    >>> import sim
    >>> sim.scenarios()  # doctest: +SKIP
    >>> run = sim.run("service_ban", draws=500)  # doctest: +SKIP
    >>> run.headline  # doctest: +SKIP
    >>> sim.plot.fan(run, "frontier_lag_months", actor="china")  # doctest: +SKIP

Names are looked up when they are first used, so that importing the package is quick.
"""

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.presentation import plot
    from sim.presentation.written_run import load
    from sim.presentation.written_sweep import load_sweep
    from sim.tasks.notebook import (
        attribute,
        break_even,
        brief,
        compare,
        discover,
        forecast,
        hindcast,
        law_figures,
        news,
        rerun,
        run,
        score,
        search,
        sensitivity,
        session,
        sweep,
        verify,
        voi,
        why,
    )
    from sim.tasks.notebook_questions import (
        actors,
        assumptions,
        chips,
        diverge,
        instruments,
        law,
        measures,
        replay,
        scenarios,
    )

__all__ = [
    "actors",
    "assumptions",
    "attribute",
    "break_even",
    "brief",
    "chips",
    "compare",
    "discover",
    "diverge",
    "forecast",
    "hindcast",
    "instruments",
    "law",
    "law_figures",
    "load",
    "load_sweep",
    "measures",
    "news",
    "plot",
    "replay",
    "rerun",
    "run",
    "scenarios",
    "score",
    "search",
    "sensitivity",
    "session",
    "sweep",
    "verify",
    "voi",
    "why",
]

_QUESTIONS = (
    *("actors", "assumptions", "chips", "diverge", "instruments"),
    *("law", "measures", "replay", "scenarios"),
)

_ELSEWHERE = {
    "load": "sim.presentation.written_run",
    "load_sweep": "sim.presentation.written_sweep",
    **dict.fromkeys(_QUESTIONS, "sim.tasks.notebook_questions"),
}
"""Where names are that are not functions of `sim.tasks.notebook`."""


# A library that is imported would like to draw a bar of progress that nobody draws.
warnings.filterwarnings("ignore", message="IProgress not found")


def __getattr__(name: str) -> Any:
    if name == "plot":
        return import_module("sim.presentation.plot")
    if name == "__version__":
        return import_module("sim.experiments.provenance").project_version()
    if name in __all__:
        return getattr(import_module(_ELSEWHERE.get(name, "sim.tasks.notebook")), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
