"""Folders of results, damaged."""

import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from shutil import copytree, rmtree
from typing import ClassVar

from hypothesis import strategies as st

import sim
from sim.domain.errors import ChipWarError
from sim.outcomes.folder_writer import RunMetadata, write_run
from sim.outcomes.manifest import MANIFEST, write_file_records
from sim.outcomes.run_tables import RunTables
from sim.outcomes.sweep import files as sweep_files
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.point_status import DesignRow
from sim.outcomes.sweep.table_contents import TableContents
from sim.outcomes.sweep.table_writer import write_draws, write_table
from tests.fuzz.values import pick
from tests.fuzz.verdict import OPEN, Expected, Truth
from tests.outcomes.samples import answered, narrowed, results, split
from tests.sweep.samples import FOUR, key, stored_entry

RUN, SWEEP = "run", "sweep"
_SAVED = Path("saved")
_DAMAGED = Path("damaged")


@dataclass(frozen=True)
class Damage:
    """What is done to a file of a folder.

    Attributes:
        how: a name in `DAMAGES`.
        file: within the folder.
        place: from 0 to 1, where in the file, or which other file.
        text: what is written.
    """

    how: str
    file: str
    place: float = 0.0
    text: str = ""


@dataclass(frozen=True)
class FolderCase:
    """A saved run or sweep that was damaged, and what must become of it."""

    kind: ClassVar[str] = "folders"

    saved: str
    damage: Damage
    check: bool
    expected: Expected = OPEN

    def use(self) -> None:
        """Load the folder, and read all that is in it."""
        folder = _copy(self.saved)
        DAMAGES[self.damage.how](folder, self.damage)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = _read_run if self.saved == RUN else _read_sweep
            _read_all(read(folder, self.check))


def _read_all(parts: Iterable[Callable[[], object]]) -> None:
    """Read all parts; raise the first refusal once the others are read, too."""
    refused: list[ChipWarError] = []
    for read in parts:
        try:
            read()
        except ChipWarError as error:
            refused.append(error)
    if refused:
        raise refused[0]


def _read_run(folder: Path, check: bool) -> Iterator[Callable[[], object]]:
    """Yield what reads each part of a run."""
    run = sim.load(folder, check=check)
    yield from (partial(getattr, run, name) for name in _RUN_PARTS)
    yield lambda: run.to_xarray(*run.measures[:1])
    yield lambda: run.why(draw=0)
    yield lambda: run.occurrences(["ally agrees"])


_RUN_PARTS = (
    *("provenance", "warnings", "draws", "seed", "config", "summary", "headline"),
    *("quantiles", "measures", "months", "scenario", "baseline", "law", "network"),
    *("actor_names", "bargaining", "proposals", "events", "timeseries", "results"),
    *("baseline_results", "attribution", "attribution_draws", "split"),
)


def _read_sweep(folder: Path, check: bool) -> Iterator[Callable[[], object]]:
    """Yield what reads each part of a sweep."""
    sweep = sim.load_sweep(folder, check=check)
    yield from (partial(getattr, sweep, name) for name in _SWEEP_PARTS)
    yield lambda: sweep.sweeps[0].provenance


_SWEEP_PARTS = (
    *("settings", "times", "draw_count", "design", "failures", "table", "draws"),
)


@cache
def saved(kind: str) -> Path:
    """Make a run or a sweep in the present folder, and return where it is."""
    folder = _SAVED.absolute() / kind
    folder.parent.mkdir(exist_ok=True)
    if kind == RUN:
        base = results(months=3)
        changed = answered(narrowed(base, [1.0, 2.0, -1.0, 0.0]))
        parts = split(compute_denied=[3.0, 3.0, 1.0, 1.0])
        words = RunMetadata("draws: 4\nseed: 7\n", dict(_PROVENANCE))
        write_run(
            folder, RunTables.of(changed, base, parts), words, summary="# A run\n"
        )
        return folder
    folder.mkdir()
    store = BlockStore(folder.with_name(sweep_files.BLOCKS))
    numbers = range(3)
    store.write("block", [stored_entry(number, months=2) for number in numbers], [])
    store.refresh()
    contents = TableContents(
        store,
        ["seed", "scenario"],
        [DesignRow((number, "service_ban"), key(number)) for number in numbers],
        FOUR,
        ["all"],
        {"code": "a", "horizon": "2025-02"},
    )
    write_table(contents, folder / sweep_files.TABLE)
    write_draws(contents, folder / sweep_files.DRAWS)
    (folder / sweep_files.PROVENANCE).write_text(json.dumps(_PROVENANCE))
    write_file_records(folder)
    return folder


_PROVENANCE = {"seed": 7, "draws": 4, "manifest": MANIFEST, "warnings": []}


def _copy(kind: str) -> Path:
    """Return a copy of a folder, of which each file is replaced, not changed."""
    rmtree(_DAMAGED, ignore_errors=True)
    copytree(saved(kind), _DAMAGED, copy_function=os.link)
    return _DAMAGED


# --- what may be done to a file -------------------------------------------------------


def _replace(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _flip(folder: Path, damage: Damage) -> None:
    path = folder / damage.file
    content = bytearray(path.read_bytes())
    content[int(damage.place * (len(content) - 1))] ^= 1 + len(damage.text)
    _replace(path, bytes(content))


def _cut(folder: Path, damage: Damage) -> None:
    path = folder / damage.file
    content = path.read_bytes()
    _replace(path, content[: int(damage.place * (len(content) - 1))])


def _append(folder: Path, damage: Damage) -> None:
    path = folder / damage.file
    _replace(path, path.read_bytes() + _bytes(damage.text or "\n"))


def _write(folder: Path, damage: Damage) -> None:
    _replace(folder / damage.file, _bytes(damage.text))


def _remove(folder: Path, damage: Damage) -> None:
    (folder / damage.file).unlink()


def _rename(folder: Path, damage: Damage) -> None:
    path = folder / damage.file
    path.rename(path.with_name(f"other-{path.name}"))


def _exchange(folder: Path, damage: Damage) -> None:
    others = [name for name in files(folder) if name not in (damage.file, MANIFEST)]
    path = folder / damage.file
    other = folder / others[int(damage.place * (len(others) - 1))]
    first, second = path.read_bytes(), other.read_bytes()
    _replace(path, second)
    _replace(other, first)


def _make_folder(folder: Path, damage: Damage) -> None:
    (folder / damage.file).unlink()
    (folder / damage.file).mkdir()


DAMAGES: Mapping[str, Callable[[Path, Damage], None]] = {
    "a byte changed": _flip,
    "cut": _cut,
    "more at the end": _append,
    "other content": _write,
    "removed": _remove,
    "renamed": _rename,
    "exchanged": _exchange,
    "a folder in its place": _make_folder,
}


def files(folder: Path) -> list[str]:
    """Return the files below a folder, by path within it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path.relative_to(folder).as_posix() for path in paths]


_TEXTS = (
    *("", "null", "5", "[]", "{}", "[1]", '"a"', "{", "true", "NaN", "{}{}", "\x00"),
    *('{"files": null}', '{"files": 5}', '{"files": {"a": 5}}', '{"files": []}'),
    *('{"draws": null}', '{"draws": -5}', '{"draws": "a"}', '{"seed": null}'),
    *('{"draws": {"count": 2}}', '{"seed": "x", "draws": 1e999}', '{"warnings": 5}'),
    *("[" * 5000, "[" * 5000 + "]" * 5000, "a: " * 2000, "- " * 2000, "{a: " * 400),
    *("!!python/name:os.system", "a,b\n1", "\udcff\udcfe", "<graphml/>", "<graphml>"),
    *("<!DOCTYPE x [<!ENTITY a 'b'>]><graphml>&a;</graphml>", "PAR1PAR1", "PAR1"),
    *("measure,actor\n", "scenario\n1\n", "month\nsoon\n", '"', 'a\n"b'),
)


@st.composite
def _damages(draw: st.DrawFn, names: list[str]) -> Damage:
    how = pick(draw, [*DAMAGES, "other content", "a byte changed"])
    return Damage(
        how,
        pick(draw, names),
        draw(st.floats(0.0, 1.0)),
        pick(draw, _TEXTS) if how in ("other content", "more at the end") else "",
    )


@st.composite
def folders(draw: st.DrawFn) -> FolderCase:
    """Return a folder of which a file was damaged."""
    kind = pick(draw, [RUN, RUN, SWEEP])
    damage = draw(_damages(files(saved(kind))))
    check = draw(st.booleans())
    noticed = check and _changes(kind, damage)
    expected = Expected(
        Truth.WRONG if noticed else Truth.OPEN,
        f"{damage.file} {damage.how}",
        (damage.file, "whole", _DAMAGED.name),
    )
    return FolderCase(kind, damage, check, expected)


def _changes(kind: str, damage: Damage) -> bool:
    """Return whether a damage changes what a manifest lists, or the manifest."""
    if damage.file != MANIFEST:
        return True
    if damage.how in ("removed", "renamed", "a folder in its place"):
        return kind == RUN
    return damage.how == "other content" and not _is_json(damage.text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
