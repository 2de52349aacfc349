"""Loading: the folder of a sweep, or several of one design, as frames."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.domain.errors import OutputError, SettingsError, nearest
from sim.domain.months import parse_day
from sim.outcomes.sweep import files
from sim.outcomes.sweep.joined_sweeps import (
    SavedSweep,
    check_draws,
    check_same_origin,
    join_sweeps,
    read_saved_sweep,
)
from sim.outcomes.sweep.point_status import DONE, FAILED
from sim.outcomes.sweep.table_writer import INCREASE, NUMBERS

_WORDS = ("measure", "actor", "unit", "when", "error")

if TYPE_CHECKING:
    import xarray as xr

    Folders = str | Path | Sequence[str | Path]


def load_sweep(folders: Folders) -> SweepFolder:
    """Return a saved sweep, or several of one design as one.

    Several may hold other points of the same settings in the same draws, or the same
    points in other draws; of the latter each must have kept its draws
    (``sweep.each_draw=true``).

    Args:
        folders: one folder, or several.

    Raises:
        OutputError: a folder holds no sweep that is done.
        SettingsError: the sweeps do not belong together; says in one line why.
    """
    given = [folders] if isinstance(folders, str | Path) else list(folders)
    if not given:
        raise SettingsError("give at least one folder of a sweep")
    parts = [_part(Path(folder)) for folder in given]
    for other in parts[1:]:
        check_same_origin(parts[0], other)
    check_draws(parts)
    return SweepFolder(tuple(parts))


@dataclass(frozen=True, eq=False)
class SweepFolder:
    """A saved sweep, or several of one design; read when it is first asked for.

    Attributes:
        parts: the sweeps.
    """

    sweeps: tuple[SavedSweep, ...]

    @property
    def settings(self) -> tuple[str, ...]:
        """Names of what was swept, each a column of the tables."""
        return tuple(self.sweeps[0].footer["settings"])

    @property
    def times(self) -> list[str]:
        """The times in the table: years, then the horizon."""
        return list(self.sweeps[0].footer["times"])

    @property
    def count(self) -> int:
        """How many draws each point was lived in."""
        return len({number for part in self.sweeps for number in part.draw_numbers})

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
        found = self.sweeps[0].draws if len(self.sweeps) == 1 else self._joined[1]
        if found is None:
            raise OutputError(
                f"{self.sweeps[0].path} holds no {files.DRAWS}; sweep with "
                "sweep.each_draw=true to keep every draw (nothing is run again)"
            )
        return found.to_pandas()

    @cached_property
    def design(self) -> pd.DataFrame:
        """The points: number, a column for each setting, status and error."""
        if len(self.sweeps) == 1:
            return self._finished(self.sweeps[0].points.reset_index())
        columns = ["point", *self.settings, "error"]
        points = self.table[columns].drop_duplicates("point").reset_index(drop=True)
        return self._finished(points)

    @property
    def failures(self) -> pd.DataFrame:
        """The points that failed, with the error of each."""
        failed = self.design[self.design["status"] == FAILED]
        return failed.drop(columns="status").reset_index(drop=True)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """What the sweep was made from; of several, a list under ``sweeps``."""
        each = [_read_json(part.path / files.PROVENANCE) for part in self.sweeps]
        return each[0] if len(each) == 1 else {"sweeps": each}

    @property
    def series(self) -> list[tuple[str, str]]:
        """The measures and actors in the table."""
        every = (tuple(each) for part in self.sweeps for each in part.footer["series"])
        return list(dict.fromkeys(every))

    @property
    def measures(self) -> list[str]:
        """The measures in the table."""
        return list(dict.fromkeys(measure for measure, _ in self.series))

    def rows(
        self, measure: str, actor: str | None = None, when: object = None
    ) -> pd.DataFrame:
        """Return the rows of a measure, with or without an actor and a time.

        Only these are read, so that a table larger than memory can be asked.

        Raises:
            SettingsError: the sweep does not hold that.
        """
        self._check(measure, actor, when)
        given = {"measure": measure, "actor": actor, "when": when}
        wanted = {name: str(word) for name, word in given.items() if word is not None}
        if len(self.sweeps) == 1 and "table" not in self.__dict__:
            found = self._ready(self.sweeps[0].rows(wanted).to_pandas())
        else:
            chosen = [self.table[name] == word for name, word in wanted.items()]
            found = self.table[np.logical_and.reduce(chosen)]
        if found.empty:
            raise SettingsError(f"the sweep holds no {' of '.join(wanted.values())}")
        return found

    @cached_property
    def _joined(self) -> tuple[pd.DataFrame, pa.Table | None]:
        table, draws = join_sweeps(self.sweeps)
        return self._ready(table), draws

    def _ready(self, table: pd.DataFrame) -> pd.DataFrame:
        return _dated(_worded(table), self.settings)

    def _finished(self, points: pd.DataFrame) -> pd.DataFrame:
        error = points["error"].astype(object)
        status = np.where(error.isna(), DONE, FAILED)
        made = _dated(points[["point", *self.settings]], self.settings)
        return made.assign(status=status, error=error)

    def _check(self, measure: str, actor: str | None, when: object) -> None:
        """Refuse what is not in the table, and say what may have been meant."""
        actors = [whom for name, whom in self.series if name == measure]
        for column, word, known in (
            ("measure", measure, self.measures),
            ("actor", actor, actors),
            ("when", when, self.times),
        ):
            if word is not None and str(word) not in known:
                hint = nearest(str(word), known) or f"; there is {', '.join(known)}"
                raise SettingsError(f"the sweep holds no {column} {word}{hint}")

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

        Args:
            measure: its name.
            actor: whom it is about.
            when: a year, or ``horizon``.

        Raises:
            SettingsError: the sweep does not hold that.
        """
        import xarray as xr  # noqa: PLC0415  half a second that a run does not need

        rows = self.rows(measure, actor, when)
        unit = str(rows["unit"].iloc[0])
        grid = self.is_grid
        points = list(self.settings) if grid else ["point"]
        free = [name for name in ("actor", "when") if rows[name].nunique() > 1]
        fixed = {
            name: str(rows[name].iloc[0])
            for name in ("actor", "when")
            if name not in free
        }
        plain = rows.astype({"actor": str, "when": str}).astype(_plain(rows, points))
        shaped = plain.set_index([*points, *free])[NUMBERS].to_xarray()
        axes: dict[str, list[Any]] = {name: list(plain[name].unique()) for name in free}
        axes |= (
            {name: self.values(name) for name in points}
            if grid
            else {"point": self.design["point"].tolist()}
        )
        shaped = shaped.reindex(axes).assign_coords(fixed)
        if not grid:
            shaped = shaped.assign_coords(
                {
                    name: ("point", self.design[name].astype(kind).to_numpy())
                    for name, kind in _kinds(self.design, self.settings).items()
                }
            )
        assert isinstance(shaped, xr.Dataset)
        for name in shaped.data_vars:
            shaped[name].attrs["unit"] = "probability" if name == INCREASE else unit
        return shaped.assign_attrs(measure=measure, unit=unit)


def _kinds(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, Any]:
    """Return a plain kind for each column: words are objects."""
    return {
        name: object
        if isinstance(frame[name].dtype, pd.CategoricalDtype)
        else frame[name].dtype
        for name in names
    }


def _plain(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, Any]:
    return {name: kind for name, kind in _kinds(frame, names).items() if kind is object}


def _worded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose words are categories, however it was put together."""
    words = [*_WORDS, *table.select_dtypes([object, "str"])]
    return table.astype(dict.fromkeys(words, "category"))


def _dated(table: pd.DataFrame, settings: Sequence[str]) -> pd.DataFrame:
    """Return a table in which settings that are dates throughout are dates."""
    changed = {}
    for name in settings:
        kind = table[name].dtype
        if not isinstance(kind, pd.CategoricalDtype):
            continue
        try:
            days = [parse_day(str(text)) for text in kind.categories]
        except ValueError:
            continue
        known = np.array([*days, None], dtype="datetime64[s]")  # -1 is not given
        changed[name] = known[table[name].cat.codes.to_numpy()]
    return table.assign(**changed)


def _part(path: Path) -> SavedSweep:
    if not path.is_dir():
        raise OutputError(f"{path}: there is no such folder")
    if not (path / files.TABLE).is_file():
        if (path / files.MANIFEST).is_file():
            raise OutputError(
                f"{path} holds a sweep that is not done; give the same command again "
                "to finish it"
            )
        raise OutputError(
            f"{path} holds no sweep ({files.TABLE} is missing); give a folder such as "
            "outputs/sweeps/<name>"
        )
    return read_saved_sweep(path)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        line = str(error).splitlines()[0]
        raise OutputError(f"{path} cannot be read: {line}") from error
    return dict(said)
