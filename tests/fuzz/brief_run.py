"""A run of two months and one draw: what is accepted must run, too."""

from dataclasses import replace

from sim.domain.ensemble import Draws
from sim.experiments.run_warnings import run_warnings
from sim.experiments.setup import Setup
from sim.experiments.simulation import run_chunk
from sim.tasks.prepare import PreparedRun

MONTHS = 2


def run_briefly(made: object) -> None:
    """Run the first months of what an input asks for, if it asks for a run."""
    setup = made.setup if isinstance(made, PreparedRun) else made
    if not isinstance(setup, Setup):
        return
    for warning in run_warnings(setup):
        assert "\n" not in warning
    first = setup.records.start
    brief = replace(setup, start=first, horizon=first + (MONTHS - 1), workers=1)
    run_chunk(brief, Draws(1, setup.draws.first), lambda: None)
