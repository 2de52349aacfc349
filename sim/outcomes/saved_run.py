"""A saved run: what it was, and its numbers as they were when it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pyarrow import parquet

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError, SettingsError, choices
from sim.domain.months import Month
from sim.outcomes import folder_writer as files
from sim.outcomes.attribution import CHANNELS, WHOLE, Attribution
from sim.outcomes.bargaining_table import Proposal
from sim.outcomes.checked_folder import derived_from
from sim.outcomes.event_table import reasons
from sim.outcomes.exchange_forms import (
    ExperimentsAndOutcomes,
    experiments_and_outcomes,
    iamc_table,
)
from sim.outcomes.folder_path import RUN_FOLDER
from sim.outcomes.manifest import LOAD_ANYWAY
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.network_graph import actor_names
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.results import Results
from sim.outcomes.saved_tables import SavedTables
from sim.outcomes.worlds import BASELINE, DIFFERENCE, SCENARIO

SomeRun = TypeVar("SomeRun", bound="RunFolder")


@dataclass(frozen=True, repr=False)
class RunFolder(SavedTables):
    """A saved run, which offers what `RunTables` offers of a run just made."""

    @classmethod
    def read(
        cls: type[SomeRun], folder: Path, *, check: bool = True, hint: str = LOAD_ANYWAY
    ) -> SomeRun:
        """Return the run in a folder.

        Of one that an earlier version wrote, which had no manifest, a Python warning
        tells.

        Args:
            folder: where it is.
            check: whether to refuse a folder that is not whole, and files that were
                changed after the run.
            hint: the end of such a refusal: what may be done about it.

        Raises:
            OutputError: the folder holds no run, or not all of one.
        """
        if not folder.is_dir():
            raise OutputError(f"{folder}: there is no such folder")
        run = cls(folder, check, hint)
        if not run.holds(files.PROVENANCE):
            raise OutputError(
                f"{folder} holds no run ({files.PROVENANCE} is missing); give a folder "
                f"such as {RUN_FOLDER}"
            )
        if check:
            run.check_whole()
        return run

    @property
    @derived_from(files.QUANTILES)
    def scenario(self) -> str:
        """Name of the scenario."""
        return str(self.quantiles["scenario"].iloc[-1])

    @property
    @derived_from(files.QUANTILES)
    def baseline(self) -> str:
        """Name of the law compared with."""
        return str(self.quantiles["scenario"].iloc[0])

    @property
    @derived_from(files.QUANTILES)
    def months(self) -> tuple[Month, ...]:
        """The months recorded."""
        return tuple(Month.of(day) for day in self.quantiles["month"].drop_duplicates())

    @property
    @derived_from(files.PROVENANCE)
    def draws(self) -> Draws:
        """The draws that were run."""
        draws = self.provenance.get("draws", 0)
        if isinstance(draws, Mapping):
            return Draws(int(draws["count"]), int(draws["first"]))
        return Draws(int(draws), int(self.provenance.get("first_draw", 0)))

    @property
    @derived_from(files.PROVENANCE)
    def seed(self) -> int:
        """The seed that fixes the luck of every draw."""
        return int(self.provenance.get("seed", 0))

    @property
    @derived_from(files.NETWORK)
    def actor_names(self) -> dict[str, str]:
        """The name of each actor, by id."""
        return actor_names(self.network if self.has_law else None)

    @property
    def network_law(self) -> str:
        """Which law the network shows: the folder does not say."""
        return ""

    @property
    @derived_from(files.ATTRIBUTION_DRAWS)
    def split(self) -> Attribution:
        """How the change of the lag was split.

        Raises:
            OutputError: it was not.
        """
        rows = self.attribution_draws
        draws = rows["draw"].unique()
        by_time: dict[str, dict[str, Any]] = {}
        for (when, channel), part in rows.groupby(
            ["when", "channel"], sort=False, observed=True
        ):
            by_time.setdefault(str(when), {})[str(channel)] = part["months"].to_numpy()
        return Attribution(
            scenario=self.scenario,
            baseline=self.baseline,
            draws=Draws(len(draws), int(draws[0])),
            seed=self.seed,
            horizon=self.months[-1],
            pieces={
                when: {channel: parts[channel] for channel in CHANNELS}
                for when, parts in by_time.items()
            },
            whole={when: parts[WHOLE] for when, parts in by_time.items()},
        )

    @property
    @derived_from(files.BARGAINING)
    def proposals(self) -> list[Proposal]:
        """What governments were asked to decide under the scenario."""
        if not self.holds(files.BARGAINING):
            return []
        rows = self.bargaining[self.bargaining["scenario"] == self.scenario]
        return [
            Proposal(
                government=row["government"],
                state=row["state"],
                instrument=row["instrument"],
                others=tuple(row["others"].split()),
                asks=frozenset(row["asks"].split()),
                deadline=None if pd.isna(row["deadline"]) else row["deadline"].date(),
            )
            for row in rows.to_dict("records")
        ]

    @derived_from(files.EVENTS)
    def occurrences(self, events: Iterable[str]) -> list[Occurrence]:
        """Return what happened under the scenario, of some kinds of event."""
        rows = self.events[self.events["scenario"] == self.scenario]
        rows = rows[rows["event"].isin(set(events))]
        keys = ["month", "actor", "event", "subject", "detail"]
        return [
            Occurrence(
                month=Month.of(event_rows["month"].iloc[0]),
                actor=str(event_rows["actor"].iloc[0]),
                event=str(event_rows["event"].iloc[0]),
                subject=str(event_rows["subject"].iloc[0]),
                detail=str(event_rows["detail"].iloc[0]),
                draws=event_rows["draw"].to_numpy("i8"),
            )
            for _, event_rows in rows.groupby(keys, observed=True)
        ]

    @derived_from(files.EVENTS)
    def why(self, draw: int, scenario: str | None = None) -> pd.DataFrame:
        """Return what happened in one draw and why, a row for each thing weighed.

        Columns: scenario, draw, month, actor, event, subject, detail, input, value,
        threshold, alternative. An event for which nothing was weighed has one row.
        Without a scenario both sides of the comparison are returned.

        Raises:
            SettingsError: the draw or the scenario was not run.

        Example:
            >>> run.why(draw=17).query("event == 'chip on offer in China'")
            ... # doctest: +SKIP
        """
        filters: list[tuple[str, str, object]] = [("draw", "=", draw)]
        if scenario is not None:
            filters.append(("scenario", "=", scenario))
        table = self.read_file(
            files.EVENTS, lambda path: parquet.read_table(path, filters=filters)
        )
        if not len(table) and self._is_unknown(draw, scenario):
            raise SettingsError(self._not_run(draw, scenario))
        return reasons(table)

    def _is_unknown(self, draw: int, scenario: str | None) -> bool:
        """Return whether a draw or a scenario was not run, if events were recorded."""
        sides = (None, self.scenario, self.baseline)
        is_run = draw in self.draws.numbers and scenario in sides
        return not self.events.empty and not is_run

    def _not_run(self, draw: int, scenario: str | None) -> str:
        """Say which draws of which scenarios were run."""
        sides = list(dict.fromkeys((self.scenario, self.baseline)))
        if scenario is not None and scenario not in sides:
            hint = choices(str(scenario), sides)
            return f"scenario={scenario}: was not run{hint}"
        of_which = "" if scenario is None else f" of {scenario}"
        first, last = self.draws.first, self.draws.end - 1
        ran = f"draws {first} to {last} were" if last > first else f"draw {first} was"
        return f"draw {draw}{of_which} was not run; {ran}"

    @derived_from(files.WORLDS)
    def to_ema(self, of: str = DIFFERENCE) -> ExperimentsAndOutcomes:
        """Return experiments and outcomes as EMA workbench's functions take them.

        Args:
            of: ``difference``, an experiment for each draw, whose outcomes are the
                differences; or ``levels``, one for each draw under each law.

        Raises:
            SettingsError: it is neither, or a baseline run alone has no difference.

        Example:
            >>> experiments, outcomes = run.to_ema()  # doctest: +SKIP
            >>> prim.Prim(experiments, outcomes["ai_compute_stock:china"] > 0)
            ... # doctest: +SKIP
        """
        return experiments_and_outcomes(self.worlds(), self._laws, of)

    @derived_from(files.HEADLINE)
    def to_iamc(self) -> pd.DataFrame:
        """Return the headline by year in the long form of the IAMC, which pyam reads.

        Columns: model, scenario, region, variable, unit, year, value. A variable is
        ``Measure|Actor|Quantile``.

        Example:
            >>> pyam.IamDataFrame(run.to_iamc())  # doctest: +SKIP
        """
        return iamc_table(self.headline, self._laws, self.actor_names)

    @property
    def _laws(self) -> dict[str, str]:
        """The names of both laws, by side."""
        return {SCENARIO: self.scenario, BASELINE: self.baseline}

    @property
    def results(self) -> Results:
        """The recorded draws under the scenario, by measure and actor."""
        return self._results(self.scenario)

    @property
    def baseline_results(self) -> Results:
        """The recorded draws under the law compared with."""
        return self._results(self.baseline)

    @derived_from(files.TIMESERIES)
    def _results(self, scenario: str) -> Results:
        """Return the recorded draws of one side, of the measures that still exist."""
        rows = self.timeseries[self.timeseries["scenario"] == scenario]
        draws = rows["draw"].unique()
        shape = (len(self.months), len(draws))
        series = {
            (str(measure), str(actor)): part["value"].to_numpy().reshape(shape)
            for (measure, actor), part in rows.groupby(
                ["measure", "actor"], sort=False, observed=True
            )
            if measure in QUANTITIES
        }
        return Results(
            scenario=scenario,
            months=self.months,
            draws=Draws(len(draws), int(draws[0])),
            quantities={name: QUANTITIES[name] for name, _ in series},
            series=series,
            seed=self.seed,
        )
