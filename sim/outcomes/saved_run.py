"""Loading: a run folder as frames for a notebook."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import filterfalse
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import yaml
from pyarrow import parquet

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError, SettingsError, choices
from sim.domain.months import Month
from sim.outcomes import folder_writer as files
from sim.outcomes.attribution import CHANNELS, WHOLE, Attribution
from sim.outcomes.bargaining_table import Proposal
from sim.outcomes.csv_files import read_csv
from sim.outcomes.event_table import EVENT_COLUMNS, reasons
from sim.outcomes.manifest import (
    LOAD_ANYWAY,
    MANIFEST,
    Manifest,
    warn_of_earlier_version,
)
from sim.outcomes.measures import MEASURES
from sim.outcomes.network_graph import Network, actor_names, read_graphml
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.reserved_folder import is_partial
from sim.outcomes.results import Results

if TYPE_CHECKING:
    import xarray as xr

Content = TypeVar("Content")

_AXES = ["scenario", "actor", "draw", "month"]
_UNREADABLE = (OSError, ValueError, TypeError, RecursionError, yaml.YAMLError)


def load(
    folder: str | Path, *, check: bool = True, hint: str = LOAD_ANYWAY
) -> RunFolder:
    """Return a saved run; its tables are read when they are first asked for.

    Each file is compared with the manifest of the folder when it is first read. An
    earlier version wrote no manifest, of which a Python warning tells.

    Args:
        folder: where it is.
        check: whether to refuse a folder that is not whole, and files that were changed
            after the run.
        hint: the end of such a refusal: what may be done about it.

    Raises:
        OutputError: the folder holds no run, or not all of one.
    """
    path = Path(folder)
    if not path.is_dir():
        raise OutputError(f"{path}: there is no such folder")
    if not (path / files.PROVENANCE).is_file():
        raise OutputError(
            f"{path} holds no run ({files.PROVENANCE} is missing); give a folder such "
            "as outputs/<scenario>/<time>"
        )
    run = RunFolder(path, check, hint)
    if check:
        _check_whole(run)
    return run


def _check_whole(run: RunFolder) -> None:
    """Refuse a folder of which the files written last are missing."""
    if is_partial(run.folder):
        raise OutputError(
            f"{run.folder} is not whole: its run was killed, or is still being written"
        )
    if run.manifest is not None:
        return
    if run.provenance.get("manifest"):
        raise OutputError(
            f"{run.folder} is not whole ({MANIFEST}, which is written last, is "
            f"missing){run.hint}"
        )
    warn_of_earlier_version(run.folder)


@dataclass(frozen=True, repr=False)
class RunFolder:
    """A saved run.

    Attributes:
        folder: where it is.
        check: whether files that were changed after the run are refused.
        hint: the end of such a refusal: what may be done about it.
    """

    folder: Path
    check: bool = True
    hint: str = LOAD_ANYWAY

    @cached_property
    def manifest(self) -> Manifest | None:
        """The files that were written; None if an earlier version wrote them."""
        return Manifest.read(self.folder)

    @cached_property
    def summary(self) -> str:
        """What the run says, in sentences: a page in Markdown."""
        return self._read(files.SUMMARY, _text)

    @cached_property
    def headline(self) -> pd.DataFrame:
        """Scenario, baseline and paired difference by measure, actor and year."""
        return self._csv(files.HEADLINE, dtype={"when": str}, keep_default_na=True)

    @cached_property
    def attribution(self) -> pd.DataFrame:
        """The change of the lag by channel: when, mean, quantiles, how often."""
        self._check_split()
        return self._csv(files.ATTRIBUTION, dtype={"when": str})

    @cached_property
    def attribution_draws(self) -> pd.DataFrame:
        """The same draw by draw: draw, when, channel, months."""
        self._check_split()
        return self._parquet(files.ATTRIBUTION_DRAWS)

    @cached_property
    def timeseries(self) -> pd.DataFrame:
        """Recorded draws: scenario, draw, month, actor, measure, unit, value."""
        return self._parquet(files.TIMESERIES)

    @cached_property
    def quantiles(self) -> pd.DataFrame:
        """Quantiles over all draws: scenario, month, actor, measure, unit, p05..p95."""
        return self._csv(files.QUANTILES, parse_dates=["month"])

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened: scenario, draw, month, actor, event, subject, detail.

        And threshold and alternative; what was weighed, `why` says draw by draw.
        """
        return self._parquet(files.EVENTS, columns=EVENT_COLUMNS)

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
        table = self._read(
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

    @cached_property
    def law(self) -> pd.DataFrame:
        """How each instrument stood at the end of each month."""
        days = ["month", "announced", "effective", "end"]
        texts = ["scenario", "baseline", "difference", "decided_by", "reference"]
        return self._csv_with_texts(files.LAW, texts=texts, days=days)

    @cached_property
    def bargaining(self) -> pd.DataFrame:
        """What governments were asked and decided, by scenario, government and act."""
        if not self._holds(files.BARGAINING):
            raise OutputError(
                f"{self.folder} holds no {files.BARGAINING}: no government decided for "
                "itself in this run"
            )
        return self._csv_with_texts(
            files.BARGAINING, texts=["others", "asks"], days=["deadline"]
        )

    @cached_property
    def network(self) -> Network:
        """The supply network, lines that the scenario cuts marked ``cut``."""
        return self._read(files.NETWORK, read_graphml)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Version, commit, seed, draws, hashes, platform and wall time."""
        return self._read(files.PROVENANCE, lambda path: dict(json.loads(_text(path))))

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved settings."""
        return self._read(files.CONFIG, lambda path: dict(yaml.safe_load(_text(path))))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the run warned of before it started, a line each."""
        return tuple(self.provenance.get("warnings", ()))

    @property
    def measures(self) -> list[str]:
        """The measures recorded."""
        return list(dict.fromkeys(self.quantiles["measure"]))

    def to_xarray(self, *measures: str) -> xr.Dataset:
        """Return recorded draws of some measures (of all if none is named) with axes.

        Each variable has the axes scenario, actor, draw and month, and its unit as an
        attribute. Actors that a measure does not cover are missing values.

        Raises:
            SettingsError: a measure was not recorded.
        """
        import xarray as xr  # noqa: PLC0415  half a second that a run does not need

        names = measures or tuple(self.measures)
        for measure in names:
            if measure not in self.measures:
                hint = choices(measure, self.measures)
                raise SettingsError(f"no measure {measure!r} was recorded{hint}")
        return xr.Dataset({measure: self._axes(measure) for measure in names})

    @property
    def results(self) -> Results:
        """The recorded draws under the scenario, by measure and actor."""
        return self._results(self.scenario)

    @property
    def baseline_results(self) -> Results:
        """The recorded draws under the law compared with."""
        return self._results(self.baseline)

    def _results(self, scenario: str) -> Results:
        """Return the recorded draws of one side, of the measures that still exist."""
        known = {measure.name: measure.quantity for measure in MEASURES}
        rows = self.timeseries[self.timeseries["scenario"] == scenario]
        draws = rows["draw"].unique()
        shape = (len(self.months), len(draws))
        series = {
            (str(measure), str(actor)): part["value"].to_numpy().reshape(shape)
            for (measure, actor), part in rows.groupby(
                ["measure", "actor"], sort=False, observed=True
            )
            if measure in known
        }
        return Results(
            scenario=scenario,
            months=self.months,
            draws=Draws(len(draws), int(draws[0])),
            quantities={name: known[name] for name, _ in series},
            series=series,
            seed=self.seed,
        )

    def _axes(self, measure: str) -> xr.DataArray:
        rows = self.timeseries[self.timeseries["measure"] == measure]
        plain = rows.astype({"scenario": str, "actor": str})
        array = plain.set_index(_AXES)["value"].to_xarray()
        return array.assign_attrs(unit=str(rows["unit"].iloc[0]))

    # --- as `sim.outcomes.run_tables.RunTables` offers it of a run just made ---------

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return str(self.quantiles["scenario"].iloc[-1])

    @property
    def baseline(self) -> str:
        """Name of the law compared with."""
        return str(self.quantiles["scenario"].iloc[0])

    @property
    def months(self) -> tuple[Month, ...]:
        """The months recorded."""
        return tuple(Month.of(day) for day in self.quantiles["month"].drop_duplicates())

    @property
    def draws(self) -> Draws:
        """The draws that were run."""
        draws = self.provenance.get("draws", 0)
        if isinstance(draws, Mapping):
            return Draws(int(draws["count"]), int(draws["first"]))
        return Draws(int(draws), int(self.provenance.get("first_draw", 0)))

    @property
    def seed(self) -> int:
        """The seed that fixes the luck of every draw."""
        return int(self.provenance.get("seed", 0))

    @property
    def has_split(self) -> bool:
        """Whether the change of the lag was split by channel."""
        return self._holds(files.ATTRIBUTION)

    @property
    def has_law(self) -> bool:
        """Whether the law by month and the network were written."""
        return self._holds(files.LAW)

    @property
    def actor_names(self) -> dict[str, str]:
        """The name of each actor, by id."""
        return actor_names(self.network if self.has_law else None)

    @property
    def network_law(self) -> str:
        """Which law the network shows: the folder does not say."""
        return ""

    @property
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
    def proposals(self) -> list[Proposal]:
        """What governments were asked to decide under the scenario."""
        if not self._holds(files.BARGAINING):
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

    # --- files ------------------------------------------------------------------------

    def _holds(self, name: str) -> bool:
        return (self.folder / name).is_file()

    def check_file(self, name: str) -> None:
        """Refuse a file that was changed; each is looked at once."""
        if self.check and self.manifest is not None and name not in self._checked:
            self.manifest.check(name, self.hint)
            self._checked.add(name)

    def check_none_removed(self) -> None:
        """Refuse a folder from which a file was removed after the run."""
        listed = () if self.manifest is None else self.manifest.files
        for name in filterfalse(self._holds, listed):
            self.check_file(name)

    @cached_property
    def _checked(self) -> set[str]:
        return set()

    def _check_split(self) -> None:
        if not self._holds(files.ATTRIBUTION):
            raise OutputError(
                f"{self.folder} does not split the change of the lag over channels; "
                "run it with attribution=true"
            )

    def _csv(self, name: str, **options: Any) -> pd.DataFrame:
        return self._read(name, lambda path: read_csv(path, **options))

    def _csv_with_texts(
        self, name: str, *, texts: list[str], days: list[str]
    ) -> pd.DataFrame:
        """Read a table with columns of days, and of texts that may be empty."""
        kinds = dict.fromkeys(texts, str)
        frame = self._csv(name, parse_dates=days, dtype=kinds)
        return frame.fillna(dict.fromkeys(texts, ""))

    def _parquet(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        return self._read(name, lambda path: pd.read_parquet(path, columns=columns))

    def _read(self, name: str, reader: Callable[[Path], Content]) -> Content:
        path = self.folder / name
        self.check_file(name)
        try:
            return reader(path)
        except FileNotFoundError as error:
            raise OutputError(f"{path} is missing; the run did not write it") from error
        except _UNREADABLE as error:
            raise files.unreadable(path, error) from error


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
