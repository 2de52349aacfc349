"""Loading: a run folder as frames for a notebook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml
from pyarrow import parquet

from sim.domain.errors import OutputError, SettingsError, nearest
from sim.outcomes import folder as files
from sim.outcomes import frames
from sim.outcomes.network import Network, read_graphml

if TYPE_CHECKING:
    import xarray as xr

_AXES = ["scenario", "actor", "draw", "month"]
_UNREADABLE = (OSError, ValueError, yaml.YAMLError)


def load(folder: str | Path) -> RunFolder:
    """Return a saved run; its tables are read when they are first asked for.

    Raises:
        OutputError: the folder holds no run.
    """
    path = Path(folder)
    if not path.is_dir():
        raise OutputError(f"{path}: there is no such folder")
    if not (path / files.PROVENANCE).is_file():
        raise OutputError(
            f"{path} holds no run ({files.PROVENANCE} is missing); give a folder such "
            "as outputs/<scenario>/<time>"
        )
    return RunFolder(path)


@dataclass(frozen=True)
class RunFolder:
    """A saved run.

    Attributes:
        path: the folder.
    """

    path: Path

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

        And threshold and alternative; what was weighed, `why` tells draw by draw.
        """
        return self._parquet(files.EVENTS, columns=frames.EVENT_COLUMNS)

    def why(self, draw: int, scenario: str | None = None) -> pd.DataFrame:
        """Return what happened in one draw and why, a row for each thing weighed.

        Columns: scenario, draw, month, actor, event, subject, detail, input, value,
        threshold, alternative. An event for which nothing was weighed has one row.

        Args:
            draw: number of the draw.
            scenario: its name; both sides of the comparison if not given.

        Raises:
            SettingsError: the draw or the scenario was not run.

        Example:
            >>> run.why(draw=17).query("event == 'chip on offer in China'")
            ... # doctest: +SKIP
        """
        wanted: list[tuple[str, str, object]] = [("draw", "=", draw)]
        if scenario is not None:
            wanted.append(("scenario", "=", scenario))
        table = self._read(
            files.EVENTS, lambda path: parquet.read_table(path, filters=wanted)
        )
        if not len(table) and not self.events.empty:
            raise SettingsError(
                f"draw {draw} of {scenario or 'any scenario'} was not run"
            )
        return frames.reasons(table)

    @cached_property
    def law(self) -> pd.DataFrame:
        """How each instrument stood at the end of each month."""
        days = ["month", "announced", "effective", "end"]
        words = ["scenario", "baseline", "difference", "decided_by", "reference"]
        kinds = dict.fromkeys(words, str)
        frame = self._csv(files.LAW, parse_dates=days, dtype=kinds)
        return frame.fillna(dict.fromkeys(words, ""))

    @cached_property
    def bargaining(self) -> pd.DataFrame:
        """What governments were asked and decided, by scenario, government and act."""
        if not self.has_bargaining:
            raise OutputError(
                f"{self.path} holds no {files.BARGAINING}: no government decided for "
                "itself in this run"
            )
        words = dict.fromkeys(("others", "asks"), str)
        frame = self._csv(files.BARGAINING, parse_dates=["deadline"], dtype=words)
        return frame.fillna(dict.fromkeys(words, ""))

    @cached_property
    def network(self) -> Network:
        """The supply network, lines that the scenario cuts marked ``cut``."""
        return self._read(files.NETWORK, read_graphml)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Version, commit, seed, draws, hashes, platform and wall time."""
        read = self._read(files.PROVENANCE, _text)
        return dict(self._parse(files.PROVENANCE, read, json.loads))

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved settings."""
        read = self._read(files.CONFIG, _text)
        return dict(self._parse(files.CONFIG, read, yaml.safe_load))

    def _check_split(self) -> None:
        if not (self.path / files.ATTRIBUTION).is_file():
            raise OutputError(
                f"{self.path} does not split the change of the lag over channels; run "
                "it with attribution=true"
            )

    @property
    def has_law(self) -> bool:
        """Whether the law by month was written."""
        return (self.path / files.LAW).is_file()

    @property
    def has_bargaining(self) -> bool:
        """Whether any government decided for itself, so that bargaining was written."""
        return (self.path / files.BARGAINING).is_file()

    @property
    def measures(self) -> list[str]:
        """The measures recorded."""
        return list(dict.fromkeys(self.quantiles["measure"]))

    def to_xarray(self, *measures: str) -> xr.Dataset:
        """Return recorded draws of some measures (of all if none is named) with axes.

        Each variable has the axes scenario, actor, draw and month, and its unit as an
        attribute. Actors that a measure does not speak of are missing values.

        Raises:
            SettingsError: a measure was not recorded.
        """
        import xarray as xr  # noqa: PLC0415  half a second that a run does not need

        wanted = measures or tuple(self.measures)
        for measure in wanted:
            if measure not in self.measures:
                hint = nearest(measure, self.measures)
                raise SettingsError(f"no measure {measure!r} was recorded{hint}")
        return xr.Dataset({measure: self._axes(measure) for measure in wanted})

    def _axes(self, measure: str) -> xr.DataArray:
        rows = self.timeseries[self.timeseries["measure"] == measure]
        plain = rows.astype({"scenario": str, "actor": str})
        array = plain.set_index(_AXES)["value"].to_xarray()
        return array.assign_attrs(unit=str(rows["unit"].iloc[0]))

    def _csv(self, name: str, **options: Any) -> pd.DataFrame:
        return self._read(name, lambda path: pd.read_csv(path, **options))

    def _parquet(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        return self._read(name, lambda path: pd.read_parquet(path, columns=columns))

    def _read(self, name: str, reader: Any) -> Any:
        path = self.path / name
        try:
            return reader(path)
        except FileNotFoundError as error:
            raise OutputError(f"{path} is missing; the run did not write it") from error
        except _UNREADABLE as error:
            line = str(error).splitlines()[0]
            raise OutputError(f"{path} cannot be read: {line}") from error

    def _parse(self, name: str, text: str, parser: Any) -> Any:
        return self._read(name, lambda _: parser(text))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
