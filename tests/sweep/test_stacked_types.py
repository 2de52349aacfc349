"""Types are checked, as elsewhere in the tests, while stacked law is run."""

from dataclasses import replace

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.simulation import Simulation
from tests.experiments.questions import ready
from tests.sweep.side_by_side import silent
from tests.sweep.test_stacked_law import CHANGES
from tests.worlds import unchecked

CHECKED = (Month(2022, 10), Month(2023, 10), Month(2025, 7), Month(2026, 2))
"""Months from which two are run with all checks: the rules of October 2022 and 2023,
the ban's start, and a time when nearly every act that is changed is in force."""


def test_every_number_of_law_may_be_one_per_draw(tmp_path):
    ban = ready(tmp_path, "service_ban", "horizon=2026-06")
    law = ban.scenario.regime
    changed = (
        law.with_instruments([change(law.instruments[x])])
        for x, change in CHANGES.values()
    )
    laws = [law, *(other for other in changed if other.shape == law.shape)]
    assert len(laws) > len(CHANGES) / 2
    cases = [replace(ban.scenario, regime=each) for each in laws]
    life = Simulation.side_by_side(ban, cases, Draws(1))
    for month in CHECKED:
        with unchecked():
            life.run_until(month, ban, silent)
        life.run_until(month + 2, ban, silent)
