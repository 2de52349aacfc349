"""The tables of a saved run, as frames for a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml
from pyarrow import parquet

from sim.domain.errors import OutputError, SettingsError, choices
from sim.outcomes import folder_writer as files
from sim.outcomes.checked_folder import CheckedFolder, derived_from, text_of
from sim.outcomes.event_table import EVENT_COLUMNS
from sim.outcomes.exchange_forms import MODEL
from sim.outcomes.measures import MEASURES
from sim.outcomes.network_graph import Network, read_graphml
from sim.outcomes.worlds import worlds_frame

if TYPE_CHECKING:
    import xarray as xr

_AXES = ["scenario", "actor", "draw", "month"]


@dataclass(frozen=True, repr=False)
class SavedTables(CheckedFolder):
    """The tables of a saved run, which are read when they are first asked for."""

    @cached_property
    def summary(self) -> str:
        """What the run says, in sentences: a page in Markdown."""
        return self.read_file(files.SUMMARY, text_of)

    @cached_property
    def headline(self) -> pd.DataFrame:
        """Scenario, baseline and paired difference by measure, actor and year."""
        return self.read_csv(files.HEADLINE, dtype={"when": str}, keep_default_na=True)

    @cached_property
    def attribution(self) -> pd.DataFrame:
        """The change of the lag by channel: when, mean, quantiles, how often."""
        self._check_split()
        return self.read_csv(files.ATTRIBUTION, dtype={"when": str})

    @cached_property
    def attribution_draws(self) -> pd.DataFrame:
        """The same draw by draw: draw, when, channel, months."""
        self._check_split()
        return self.read_parquet(files.ATTRIBUTION_DRAWS)

    @cached_property
    def timeseries(self) -> pd.DataFrame:
        """Recorded draws: scenario, draw, month, actor, measure, unit, value."""
        return self.read_parquet(files.TIMESERIES)

    @cached_property
    def quantiles(self) -> pd.DataFrame:
        """Quantiles over all draws: scenario, month, actor, measure, unit, p05..p95."""
        return self.read_csv(
            files.QUANTILES,
            complete=["scenario", "month", "actor", "measure"],
            parse_dates=["month"],
        )

    def worlds(self) -> pd.DataFrame:
        """Return the drawn worlds: a row for each draw, which is the index.

        Columns are every assumption, by its name, and every headline measure at the
        horizon as ``scenario:measure:actor``, ``baseline:...`` and ``difference:...``;
        flows are those of the last twelve months. `attrs["units"]` has their units.

        Example:
            >>> worlds = run.worlds()  # doctest: +SKIP
            >>> worlds.corr("spearman")["difference:ai_compute_stock:china"]
            ... # doctest: +SKIP
        """
        return self.read_file(
            files.WORLDS, lambda path: worlds_frame(parquet.read_table(path))
        )

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened: scenario, draw, month, actor, event, subject, detail.

        And threshold and alternative; what was weighed, `why` says draw by draw.
        """
        return self.read_parquet(files.EVENTS, columns=EVENT_COLUMNS)

    @cached_property
    def law(self) -> pd.DataFrame:
        """How each instrument stood at the end of each month."""
        days = ["month", "announced", "effective", "end"]
        texts = ["scenario", "baseline", "difference", "decided_by", "reference"]
        return self.read_csv_with_texts(files.LAW, texts=texts, days=days)

    @cached_property
    def bargaining(self) -> pd.DataFrame:
        """What governments were asked and decided, by scenario, government and act."""
        if not self.holds(files.BARGAINING):
            raise OutputError(
                f"{self.folder} holds no {files.BARGAINING}: no government decided for "
                "itself in this run"
            )
        return self.read_csv_with_texts(
            files.BARGAINING, texts=["others", "asks"], days=["deadline"]
        )

    @cached_property
    def network(self) -> Network:
        """The supply network, lines that the scenario cuts marked ``cut``."""
        return self.read_file(files.NETWORK, read_graphml)

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved settings."""
        return self.read_file(
            files.CONFIG, lambda path: dict(yaml.safe_load(text_of(path)))
        )

    @property
    @derived_from(files.PROVENANCE)
    def warnings(self) -> tuple[str, ...]:
        """What the run warned of before it started, a line each."""
        return tuple(map(str, self.provenance.get("warnings", ())))

    @property
    @derived_from(files.QUANTILES)
    def measures(self) -> list[str]:
        """The measures recorded."""
        return list(dict.fromkeys(self.quantiles["measure"]))

    def to_xarray(self, *measures: str) -> xr.Dataset:
        """Return recorded draws of some measures (of all if none is named) with axes.

        Each variable has the axes scenario, actor, draw and month, and the attributes
        `units` and `long_name` of the CF conventions. Units are the model's own, such
        as H100e, which no list of units has. Actors that a measure does not cover are
        missing values.

        Raises:
            SettingsError: a measure was not recorded.
        """
        import xarray as xr  # noqa: PLC0415  half a second that a run does not need

        names = measures or tuple(self.measures)
        for measure in names:
            if measure not in self.measures:
                hint = choices(measure, self.measures)
                raise SettingsError(f"no measure {measure!r} was recorded{hint}")
        return xr.Dataset(
            {measure: self._axes(measure) for measure in names},
            attrs={"Conventions": "CF-1.11", "source": MODEL},
        )

    @derived_from(files.TIMESERIES)
    def _axes(self, measure: str) -> xr.DataArray:
        rows = self.timeseries[self.timeseries["measure"] == measure]
        plain = rows.astype({"scenario": str, "actor": str})
        array = plain.set_index(_AXES)["value"].to_xarray()
        titles = {known.name: known.title for known in MEASURES}
        return array.assign_attrs(
            units=str(rows["unit"].iloc[0]), long_name=titles.get(measure, measure)
        )

    @property
    def has_split(self) -> bool:
        """Whether the change of the lag was split by channel."""
        return self.holds(files.ATTRIBUTION)

    @property
    def has_law(self) -> bool:
        """Whether the law by month and the network were written."""
        return self.holds(files.LAW)

    def _check_split(self) -> None:
        if not self.holds(files.ATTRIBUTION):
            raise OutputError(
                f"{self.folder} does not split the change of the lag over channels; "
                "run it with attribution=true"
            )
