"""Several sweeps of one design, with other points or other draws, as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sim.domain.errors import OutputError, SettingsError
from sim.domain.short_repr import ShortRepr
from sim.outcomes.checked_folder import CheckedFolder, derived_from
from sim.outcomes.folder_path import SWEEP_FOLDER
from sim.outcomes.headline import BACKFIRE, HORIZON, LAG
from sim.outcomes.manifest import MANIFEST, warn_of_earlier_version
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.sweep import files
from sim.outcomes.sweep.point_values import SeriesLabel
from sim.outcomes.sweep.table_contents import (
    BACKFIRE_LABELS,
    FOOTER_KEY,
    in_headline_order,
)
from sim.outcomes.sweep.table_writer import (
    COMPARED,
    INCREASE,
    MEDIAN,
    NUMBERS,
    share_narrower,
    statistics,
)

_SERIES = ["measure", "actor", "unit"]
_ROW = ["point", *_SERIES, "when"]


@dataclass(frozen=True, eq=False, repr=False)
class SavedSweep(CheckedFolder, ShortRepr):
    """The folder of a sweep; its tables are read when they are first asked for."""

    @staticmethod
    def read(folder: Path, *, check: bool = True) -> SavedSweep:
        """Return the sweep in a folder.

        Args:
            folder: where it is.
            check: whether to refuse files that were changed after the sweep.

        Raises:
            OutputError: it holds no sweep that is done, or its table was changed.
        """
        if not folder.is_dir():
            raise OutputError(f"{folder}: there is no such folder")
        sweep = SavedSweep(folder, check)
        sweep.check_done()
        if check and sweep.manifest is None and sweep.holds(MANIFEST):
            warn_of_earlier_version(folder)
        _ = sweep.footer
        return sweep

    def check_done(self) -> None:
        """Refuse a folder without the table of a sweep.

        Raises:
            OutputError: it has none.
        """
        if self.holds(files.TABLE):
            return
        if self.holds(MANIFEST):
            raise OutputError(
                f"{self.folder} holds a sweep that is not done; give the same command "
                "again to finish it"
            )
        raise OutputError(
            f"{self.folder} holds no sweep ({files.TABLE} is missing); give a folder "
            f"such as {SWEEP_FOLDER}"
        )

    @cached_property
    def footer(self) -> dict[str, Any]:
        """What its table says it was made from."""
        footer = self.read_file(
            files.TABLE, lambda path: _footer_of(parquet.read_schema(path))
        )
        if footer is None:
            table = self.folder / files.TABLE
            raise OutputError(f"{table} is not a table of a sweep")
        return footer

    @property
    @derived_from(files.TABLE)
    def draw_numbers(self) -> range:
        """The numbers of its draws."""
        first = self.footer["first_draw"]
        return range(first, first + self.footer["draws"])

    @cached_property
    def table(self) -> pa.Table:
        """Its table."""
        return self._read(files.TABLE)

    @cached_property
    @derived_from(files.DRAWS)
    def draws(self) -> pa.Table | None:
        """Its values draw by draw, if they were kept."""
        if not self.holds(files.DRAWS):
            return None
        draws = self._read(files.DRAWS)
        if _footer_of(draws.schema) != self.footer:
            raise OutputError(
                f"{self.folder / files.DRAWS} belongs to another sweep than the "
                f"{files.TABLE} beside it; give the same command again with "
                "sweep.each_draw=true"
            )
        return draws

    def rows(self, values: Mapping[str, str]) -> pa.Table:
        """Return the rows of its table with some values, reading no others."""
        filters = [(column, "=", value) for column, value in values.items()]
        return self._read(files.TABLE, filters=filters)

    @cached_property
    @derived_from(files.TABLE)
    def points(self) -> pd.DataFrame:
        """The settings of its points and the error of each, by number."""
        columns = ["point", *self.footer["settings"], "error"]
        table = self._read(files.TABLE, columns=columns)
        first = np.flatnonzero(np.diff(table["point"].to_numpy(), prepend=-1))
        return table.take(pa.array(first)).to_pandas().set_index("point")

    @property
    def settings_of_points(self) -> pd.DataFrame:
        """The settings of its points, by number."""
        return self.points[self.footer["settings"]].astype(object)

    def _read(
        self, name: str, columns: list[str] | None = None, **options: Any
    ) -> pa.Table:
        def read(path: Path) -> pa.Table:
            present = parquet.read_schema(path).names
            for column in columns or self._columns_of(name):
                if column not in present:
                    raise KeyError(column)
            return parquet.read_table(path, columns=columns, **options)

        return self.read_file(name, read)

    def _columns_of(self, name: str) -> list[str]:
        """Return the columns that a file has."""
        if name == files.DRAWS:
            return [*_ROW, "draw", "scenario", "baseline"]
        return [*_ROW, *self.footer["settings"], *NUMBERS, "error"]


def _footer_of(schema: pa.Schema) -> dict[str, Any] | None:
    """Return what a table says that it was made from; None if it does not say."""
    footer = (schema.metadata or {}).get(FOOTER_KEY)
    return None if footer is None else dict(json.loads(footer))


def check_draws(sweeps: Sequence[SavedSweep]) -> None:
    """Refuse sweeps whose draws differ and cannot be joined.

    Raises:
        SettingsError: says why not.
    """
    head = sweeps[0]
    if all(sweep.draw_numbers == head.draw_numbers for sweep in sweeps):
        return
    names = ", ".join(str(sweep.folder) for sweep in sweeps)
    points = head.settings_of_points
    if any(not sweep.settings_of_points.equals(points) for sweep in sweeps):
        raise SettingsError(
            f"{names} have other draws and other points; give sweeps of the same draws "
            "or of the same points"
        )
    if any(not sweep.holds(files.DRAWS) for sweep in sweeps):
        raise SettingsError(
            f"{names} have other draws, of which quantiles cannot be joined; sweep "
            "each with sweep.each_draw=true, or one of them with all the draws (what "
            "is there is not run again)"
        )
    numbers = [number for sweep in sweeps for number in sweep.draw_numbers]
    if len(numbers) > len(set(numbers)):
        raise SettingsError(f"{names} have draws in common; give each draw once")


def check_same_origin(first_sweep: SavedSweep, second_sweep: SavedSweep) -> None:
    """Refuse sweeps that differ in more than their points and draws.

    Raises:
        SettingsError: says in what.
    """
    names = f"{first_sweep.folder} and {second_sweep.folder}"
    for subject, verb in (
        ("settings", "sweep other settings"),
        ("times", "have other times"),
    ):
        if first_sweep.footer[subject] != second_sweep.footer[subject]:
            raise SettingsError(
                f"{names} {verb}: {', '.join(first_sweep.footer[subject])} and "
                f"{', '.join(second_sweep.footer[subject])}"
            )
    first, second = first_sweep.footer["about"], second_sweep.footer["about"]
    unlike = [name for name in first | second if first.get(name) != second.get(name)]
    if unlike:
        raise SettingsError(f"{names} differ in their {', '.join(unlike)}")
    measures = [
        {measure for measure, _ in sweep.footer["series"]}
        for sweep in (first_sweep, second_sweep)
    ]
    missing = measures[0] ^ measures[1]
    if missing and all(measures):
        raise SettingsError(
            f"{names} hold other measures: only one has {', '.join(sorted(missing))}"
        )


def join_sweeps(
    sweeps: Sequence[SavedSweep],
) -> tuple[pd.DataFrame, pa.Table | None]:
    """Return the table and the draws of several sweeps, checked, as those of one.

    Of a single sweep the draws are left out: they can be read without the table.
    """
    if len(sweeps) == 1:
        return sweeps[0].table.to_pandas(), None
    if all(sweep.draw_numbers == sweeps[0].draw_numbers for sweep in sweeps):
        return _join_points(sweeps)
    kept = [sweep.draws for sweep in sweeps if sweep.draws is not None]
    draws = pa.concat_tables(kept).unify_dictionaries()
    return _table_of_draws(sweeps, draws), draws


def _join_points(
    sweeps: Sequence[SavedSweep],
) -> tuple[pd.DataFrame, pa.Table | None]:
    """Return points one after another, renumbered; none is taken twice."""
    tables, draws = [], []
    seen: set[tuple[str, ...]] = set()
    for sweep in sweeps:
        new_numbers = {}
        points = sweep.settings_of_points
        for number, values in zip(
            points.index, points.itertuples(index=False), strict=True
        ):
            point = tuple(map(str, values))
            if point not in seen:
                seen.add(point)
                new_numbers[number] = len(seen) - 1
        tables.append(_renumbered(sweep.table, new_numbers))
        if sweep.draws is not None:
            draws.append(_renumbered(sweep.draws, new_numbers))
    table = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
    all_kept = len(draws) == len(sweeps)
    return (
        _with_zeros(table.to_pandas()),
        pa.concat_tables(draws).unify_dictionaries() if all_kept else None,
    )


def _renumbered(table: pa.Table, numbers: dict[int, int]) -> pa.Table:
    """Return the rows of some points, with new numbers."""
    old = table["point"].to_numpy()
    new_of_old = np.full(int(old.max(initial=0)) + 1, -1, dtype=np.int64)
    new_of_old[list(numbers)] = list(numbers.values())
    new = new_of_old[old]
    column = table.schema.get_field_index("point")
    return table.set_column(column, "point", pa.array(new)).filter(pa.array(new >= 0))


def _with_zeros(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which a series of one point is zero in those without it."""
    run = table[table["error"].isna()]
    series = run[_SERIES].drop_duplicates()
    times = run[["point", "when"]].drop_duplicates()
    full = times.merge(series[series["measure"] != BACKFIRE], how="cross")
    full = full.merge(run[_ROW], how="left", on=_ROW, indicator=True)
    missing = full[full["_merge"] == "left_only"][_ROW]
    if missing.empty:
        return table
    settings = [name for name in table if name not in {*_ROW, *NUMBERS, "error"}]
    points = table.drop_duplicates("point").set_index("point")[settings]
    unpaired = run.groupby("point")[INCREASE].count() == 0
    zeros = missing.join(points, on="point").assign(**dict.fromkeys(NUMBERS, 0.0))
    zeros.loc[zeros["point"].map(unpaired), COMPARED] = np.nan
    return pd.concat([table, zeros]).sort_values(
        "point", kind="stable", ignore_index=True
    )


def _table_of_draws(sweeps: Sequence[SavedSweep], draws: pa.Table) -> pd.DataFrame:
    """Return the table of the same points in the draws of several sweeps."""
    frame = draws.to_pandas().astype(dict.fromkeys([*_SERIES, "when"], str))
    # A series that only some of the draws have is zero in the others.
    wide = frame.set_index([*_ROW, "draw"]).unstack("draw", fill_value=0.0)  # noqa: PD010
    scenario, baseline = (wide[side].to_numpy() for side in ("scenario", "baseline"))
    paired = ~np.isnan(baseline).any(axis=1)
    baseline = np.where(paired[:, np.newaxis], baseline, scenario)
    numbers = statistics(scenario, baseline, paired).T
    rows = pd.DataFrame(numbers, columns=NUMBERS, index=wide.index).reset_index()
    if paired.any():
        change = paired_difference(scenario, baseline)
        rows = pd.concat([rows, _backfire_rows(rows, change, paired)])
    tables = [sweep.table.to_pandas() for sweep in sweeps]
    failed = pd.concat([table.dropna(subset="error") for table in tables])
    failed = failed.drop_duplicates("point")
    rows = _in_table_order(rows[~rows["point"].isin(failed["point"])])
    settings = tables[0].drop_duplicates("point").set_index("point")
    settings = settings[sweeps[0].footer["settings"]]
    table = rows.join(settings, on="point").assign(error=None)
    if len(failed):
        table = pd.concat([table, failed])
    return table[list(tables[0])].sort_values("point", kind="stable", ignore_index=True)


def _backfire_rows(
    rows: pd.DataFrame, change: np.ndarray, paired: np.ndarray
) -> pd.DataFrame:
    """Return in which share of draws the lag narrows, a row for each point."""
    at_horizon = rows["when"] == HORIZON
    lag = (rows["measure"] == LAG[0]) & (rows["actor"] == LAG[1]) & at_horizon
    labels = dict(zip([*_SERIES, "when"], BACKFIRE_LABELS, strict=True))
    backfires = rows.loc[lag, ["point"]].assign(
        **labels, **dict.fromkeys(NUMBERS, np.nan)
    )
    return backfires.assign(
        **{NUMBERS[MEDIAN]: share_narrower(change[lag], paired[lag])}
    )


def _in_table_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in the order of a sweep's table."""
    series = rows[_SERIES].drop_duplicates().itertuples(index=False, name=None)
    ordered = in_headline_order(
        SeriesLabel(*fields) for fields in series if fields[0] != BACKFIRE
    )
    rank = {tuple(label[:2]): index for index, label in enumerate(ordered)}
    keys = zip(rows["measure"], rows["actor"], strict=True)
    ranks = [rank.get(key, len(rank)) for key in keys]
    in_order = rows.assign(_rank=ranks).sort_values(["point", "_rank", "when"])
    return in_order.drop(columns="_rank")
