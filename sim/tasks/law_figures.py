"""The task `law_figures`: instruments by kind and issuer, and chips against limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import yaml
from rich.console import Console

from sim.domain.ensemble import Draws
from sim.domain.errors import SettingsError
from sim.domain.supply import CHINA
from sim.experiments.provenance import provenance
from sim.outcomes.folder_writer import LAW, RunMetadata
from sim.outcomes.frames import law_frame
from sim.outcomes.instrument_status import instrument_status
from sim.policy.headroom import RuleVintage, rule_vintages
from sim.presentation import style
from sim.presentation.headroom_chart import (
    TABLE,
    headroom_figure,
    headroom_in_words,
    headroom_table,
)
from sim.presentation.law_chart import (
    LawStatuses,
    instruments_figure,
    instruments_in_words,
)
from sim.presentation.terminal_tables import plain
from sim.records import Records
from sim.records.trade_partners import chip_lines
from sim.records.vintage import hindsight
from sim.settings.compose import Command
from sim.settings.hydra_composition import ComposedScenario
from sim.tasks.inputs import read_records, read_scenario
from sim.tasks.study_run import Study, StudyRun, WrittenResult

_NO_DRAWS = Draws(1)
"""The law is the same in every draw; provenance names one."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LawFigures(WrittenResult):
    """The law of a scenario in two figures and their tables.

    Attributes:
        records: the facts.
        scenarios: the scenario and its baseline as composed; one, if they are the same.
        statuses: its instruments month by month.
        vintages: what each vintage of the chip rule says to each chip.
    """

    records: Records
    scenarios: tuple[ComposedScenario, ...]
    statuses: LawStatuses
    vintages: tuple[RuleVintage, ...]

    @property
    def law(self) -> pd.DataFrame:
        """The status of each instrument in each month."""
        return self.statuses.table

    @cached_property
    def headroom(self) -> pd.DataFrame:
        """Each chip under each vintage of the rule, with the limit that decides."""
        return headroom_table(self.vintages)

    @cached_property
    def instruments_figure(self) -> style.StyledFigure:
        """The instruments by kind and issuer: announced, in force, suspended."""
        return instruments_figure(self.statuses)

    @cached_property
    def headroom_figure(self) -> style.StyledFigure:
        """Chips as multiples of the limits, under each vintage of the rule."""
        makers = self.records.actors
        return headroom_figure(self.vintages, self.statuses.scenario, makers)

    def run_metadata(self, run: StudyRun) -> RunMetadata:
        """Return settings, and where the law comes from."""
        settings, known = run.command.settings, hindsight(self.records)
        origin = provenance(
            command=run.command_line,
            seed=settings.seed,
            draws=_NO_DRAWS,
            data=self.records.folder,
            law_folder=self.records.law_folder,
            scenarios={
                one.name: yaml.safe_dump(one.content, sort_keys=True)
                for one in self.scenarios
            },
            assumptions={},
            started=run.started,
            vintage=None if known is None else known.as_mapping(),
        )
        return RunMetadata(
            run.command.resolved(),
            origin,
            {one.name: one.text for one in self.scenarios},
            self.records.own_law_files,
        )

    def print_to(self, out: Console) -> None:
        """Print in words what the figures show."""
        for words in (
            headroom_in_words(self.vintages, self.statuses.scenario),
            instruments_in_words(self.statuses),
        ):
            out.print(plain(words))


def law_in_figures(command: Command) -> LawFigures:
    """Return the law of a scenario, or of the baseline if none is named.

    Raises:
        SettingsError: no threshold of that law is ever in force on chips to China.
    """
    settings, records = command.settings, read_records(command.settings)
    chosen, compared = command.scenario_or_baseline, command.baseline
    law, other = (read_scenario(one, records).regime for one in (chosen, compared))
    vintages = rule_vintages(law, chip_lines(records.facts, CHINA))
    if not vintages:
        raise SettingsError(
            f"scenario={chosen.name}: no threshold on chips to China is ever in force "
            "under its law, so there is no limit to draw"
        )
    count = settings.horizon + 1 - settings.start
    months = [settings.start + number for number in range(count)]
    return LawFigures(
        records=records,
        scenarios=tuple({one.name: one for one in (compared, chosen)}.values()),
        statuses=LawStatuses(
            chosen.name,
            compared.name,
            law_frame(instrument_status(law, other, months)),
        ),
        vintages=tuple(vintages),
    )


def _tables(result: LawFigures) -> Mapping[str, pd.DataFrame]:
    return {LAW: result.law, TABLE: result.headroom}


def _draw(folder: Path, result: LawFigures) -> None:
    style.save(result.headroom_figure, folder / "headroom.png")
    style.save(result.instruments_figure, folder / "instruments.png")


LAW_FIGURES: Study[LawFigures] = Study(
    name="law_figures",
    compute=lambda run: law_in_figures(run.command),
    tables=_tables,
    draw=_draw,
)
