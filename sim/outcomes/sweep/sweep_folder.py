"""Loading: the folder of a sweep, or several of one design, as frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.domain.errors import OutputError, SettingsError, choices
from sim.domain.months import parse_day
from sim.outcomes.sweep import files
from sim.outcomes.sweep.joined_sweeps import (
    SavedSweep,
    check_draws,
    check_same_origin,
    join_sweeps,
)
from sim.outcomes.sweep.point_status import DONE, FAILED
from sim.outcomes.sweep.table_writer import INCREASE, NUMBERS

_TEXT_COLUMNS = ("measure", "actor", "unit", "when", "error")

if TYPE_CHECKING:
    import xarray as xr


SomeSweep = TypeVar("SomeSweep", bound="SweepFolder")


@dataclass(frozen=True, eq=False)
class SweepFolder:
    """A saved sweep, or several of one design; read when it is first asked for."""

    sweeps: tuple[SavedSweep, ...]

    @classmethod
    def read(
        cls: type[SomeSweep], folders: Sequence[Path], *, check: bool = True
    ) -> SomeSweep:
        """Return the sweep in a folder, or those in several as one.

        Args:
            folders: one or several.
            check: whether to refuse files that were changed after the sweep.

        Raises:
            OutputError: a folder holds no sweep that is done, or a file was changed.
            SettingsError: the sweeps do not belong together; says in one line why.
        """
        sweeps = [SavedSweep.read(folder, check=check) for folder in folders]
        for other in sweeps[1:]:
            check_same_origin(sweeps[0], other)
        check_draws(sweeps)
        return cls(tuple(sweeps))

    @property
    def settings(self) -> tuple[str, ...]:
        """Names of what was swept, each a column of the tables."""
        return tuple(self.sweeps[0].footer["settings"])

    @property
    def times(self) -> list[str]:
        """The times in the table: years, then the horizon."""
        return list(self.sweeps[0].footer["times"])

    @property
    def draw_count(self) -> int:
        """How many draws each point was run in."""
        return len({number for sweep in self.sweeps for number in sweep.draw_numbers})

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row per point, measure, actor and time, as the headline table has it.

        Of a point that failed there is one row, with its `error`.
        """
        return self._joined[0]

    @cached_property
    def draws(self) -> pd.DataFrame:
        """Each draw: point, measure, actor, unit, when, draw, scenario, baseline.

        Raises:
            OutputError: the sweep did not keep them.
        """
        # Of one sweep the draws are read without the table.
        lone = len(self.sweeps) == 1
        draws = self.sweeps[0].draws if lone else self._joined[1]
        if draws is None:
            raise OutputError(
                f"{self.sweeps[0].folder} holds no {files.DRAWS}; sweep with "
                "sweep.each_draw=true to keep every draw (nothing is run again)"
            )
        return draws.to_pandas()

    @cached_property
    def design(self) -> pd.DataFrame:
        """The points: number, a column for each setting, status and error."""
        columns = ["point", *self.settings, "error"]
        points = (
            self.sweeps[0].points.reset_index()
            if len(self.sweeps) == 1
            else self.table[columns].drop_duplicates("point").reset_index(drop=True)
        )
        error = points["error"].astype(object)
        status = np.where(error.isna(), DONE, FAILED)
        dated = _with_dates(points[["point", *self.settings]], self.settings)
        return dated.assign(status=status, error=error)

    @property
    def failures(self) -> pd.DataFrame:
        """The points that failed, with the error of each."""
        failed = self.design[self.design["status"] == FAILED]
        return failed.drop(columns="status").reset_index(drop=True)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What the sweep was made from; of several, a list under ``sweeps``."""
        origins = [sweep.provenance for sweep in self.sweeps]
        return origins[0] if len(origins) == 1 else {"sweeps": origins}

    @property
    def series(self) -> list[tuple[str, str]]:
        """The measures and actors in the table."""
        keys = (tuple(key) for sweep in self.sweeps for key in sweep.footer["series"])
        return list(dict.fromkeys(keys))

    @property
    def measures(self) -> list[str]:
        """The measures in the table."""
        return list(dict.fromkeys(measure for measure, _ in self.series))

    def rows(
        self, measure: str, actor: str | None = None, when: object = None
    ) -> pd.DataFrame:
        """Return the rows of a measure, with or without an actor and a time.

        Only these are read, so that a table larger than memory can be used.

        Raises:
            SettingsError: the sweep does not hold that.
        """
        self._check(measure, actor, when)
        wanted = {"measure": measure, "actor": actor, "when": when}
        chosen = {
            name: str(value) for name, value in wanted.items() if value is not None
        }
        if len(self.sweeps) == 1 and "table" not in self.__dict__:
            rows = self._prepared(self.sweeps[0].rows(chosen).to_pandas())
        else:
            matches = [self.table[name] == value for name, value in chosen.items()]
            rows = self.table[np.logical_and.reduce(matches)]
        if rows.empty:
            raise SettingsError(f"the sweep holds no {' of '.join(chosen.values())}")
        return rows

    @cached_property
    def _joined(self) -> tuple[pd.DataFrame, pa.Table | None]:
        table, draws = join_sweeps(self.sweeps)
        return self._prepared(table), draws

    def _prepared(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table with texts as categories, and dates as dates."""
        texts = [*_TEXT_COLUMNS, *table.select_dtypes([object, "str"])]
        categories = table.astype(dict.fromkeys(texts, "category"))
        return _with_dates(categories, self.settings)

    def _check(self, measure: str, actor: str | None, when: object) -> None:
        """Refuse what is not in the table, and say what may have been meant."""
        actors = [whom for name, whom in self.series if name == measure]
        for column, value, known in (
            ("measure", measure, self.measures),
            ("actor", actor, actors),
            ("when", when, self.times),
        ):
            if value is not None and str(value) not in known:
                hint = choices(str(value), known)
                raise SettingsError(f"the sweep holds no {column} {value}{hint}")

    @property
    def is_grid(self) -> bool:
        """Whether the points are all combinations of some values of each setting."""
        values = self.design[list(self.settings)]
        sizes = [len(self.values(setting)) for setting in self.settings]
        return (
            not values.duplicated().any()
            and not values.isna().to_numpy().any()
            and int(np.prod(sizes)) == len(values)
        )

    def values(self, setting: str) -> list[Any]:
        """Return the values that a setting takes, rising."""
        return sorted(self.design[setting].dropna().unique().tolist())

    def to_xarray(
        self, measure: str, actor: str | None = None, when: object = None
    ) -> xr.Dataset:
        """Return the numbers of a measure with axes.

        Of a grid each setting is an axis, of another design the points are. Actors and
        times are axes besides, unless one is named or there is one alone. Points that
        failed are missing values.

        Raises:
            SettingsError: the sweep does not hold that.
        """
        rows = self.rows(measure, actor, when)
        unit = str(rows["unit"].iloc[0])
        points = list(self.settings) if self.is_grid else ["point"]
        free = [name for name in ("actor", "when") if rows[name].nunique() > 1]
        fixed = {
            name: str(rows[name].iloc[0])
            for name in ("actor", "when")
            if name not in free
        }
        texts = ["actor", "when", *filter(partial(_is_text, rows), points)]
        indexed = rows.astype(
            {"actor": str, "when": str} | dict.fromkeys(texts[2:], object)
        )
        dataset = indexed.set_index([*points, *free])[NUMBERS].to_xarray()
        axes: dict[str, list[Any]] = {
            name: list(indexed[name].unique()) for name in free
        }
        coordinates: dict[str, Any] = {}
        if self.is_grid:
            axes |= {name: self.values(name) for name in points}
        else:
            axes["point"] = self.design["point"].tolist()
            coordinates = {
                name: ("point", self._plain_column(name)) for name in self.settings
            }
        dataset = dataset.reindex(axes).assign_coords({**fixed, **coordinates})
        for name in dataset.data_vars:
            dataset[name].attrs["units"] = "probability" if name == INCREASE else unit
        return dataset.assign_attrs(measure=measure, units=unit)

    def _plain_column(self, setting: str) -> np.ndarray:
        column = self.design[setting]
        kind = object if _is_text(self.design, setting) else column.dtype
        return column.astype(kind).to_numpy()


def _is_text(frame: pd.DataFrame, column: str) -> bool:
    return isinstance(frame[column].dtype, pd.CategoricalDtype)


def _with_dates(table: pd.DataFrame, settings: Sequence[str]) -> pd.DataFrame:
    """Return a table in which settings that are dates throughout are dates."""
    dated = {}
    for name in filter(partial(_is_text, table), settings):
        column = table[name].cat
        try:
            days = [parse_day(str(text)) for text in column.categories]
        except ValueError:
            continue
        known = np.array([*days, None], dtype="datetime64[s]")  # -1 is not given
        dated[name] = known[column.codes.to_numpy()]
    return table.assign(**dated)
