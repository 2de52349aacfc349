"""The table of law: files become instruments, or are refused saying what is wrong."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sim.domain.errors import ChipWarError, RecordsError, choices
from sim.policy.exports import LicencePolicy
from sim.policy.instruments import Instrument
from sim.policy.kinds import KINDS
from sim.policy.regime import Regime
from sim.policy.terms import Truce
from sim.records.plain_yaml import read_mapping
from sim.records.typed_mapping import read_as
from sim.records.validation_words import short

LAW = Path(__file__).parents[1] / "data" / "law"
"""The law as it was made, 2019 to October 2026."""

MENU = LAW.parent / "menu"
"""What states may decide on besides."""

_ID = re.compile(r"[A-Za-z0-9_-]+")

KINDS_PAGE = "docs/scenarios.md"
"""The page that lists the kinds of instruments."""

CURRENT_LAW = "current_law"
"""The name of the regime that the record holds."""


def load_law(folder: Path = LAW, *, actors: Mapping[str, str] | None = None) -> Regime:
    """Read a folder of law: YAML files, each a mapping from id to instrument.

    A scope may name the given actors; None leaves names unchecked.

    The order in which a folder has its acts means nothing: they come in that of the
    shipped files, and those that these lack by id after them.

    Raises:
        RecordsError: a file is wrong; says which, where and how.
    """
    return Regime(CURRENT_LAW, _in_shipped_order(_read(folder, {}, actors), LAW))


def load_menu(
    folder: Path, law: Regime, *, actors: Mapping[str, str] | None = None
) -> dict[str, Instrument]:
    """Read the acts that states may decide on besides those of the record, by id.

    They may name acts of the record, and are read and refused as these are.
    """
    return _in_shipped_order(_read(folder, law.instruments, actors), MENU)


def _in_shipped_order(
    acts: Mapping[str, Instrument], shipped: Path
) -> dict[str, Instrument]:
    places = _shipped_places(shipped)
    ids = sorted(acts, key=lambda key: (places.get(key, len(places)), key))
    return {key: acts[key] for key in ids}


@cache
def _shipped_places(folder: Path) -> dict[str, int]:
    """Return where each act stands in the files of a shipped folder, by id."""
    ids = (str(key) for _, content in law_in(folder) for key in content)
    return {key: number for number, key in enumerate(ids)}


def law_in(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield what each file of a folder of law says."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise RecordsError(f"{folder}: holds no law (*.yaml)")
    for path in paths:
        yield path, read_mapping(path, RecordsError)


def _read(
    folder: Path, law: Mapping[str, Instrument], actors: Mapping[str, str] | None
) -> dict[str, Instrument]:
    """Return the instruments of a folder by id, none of them in the law already."""
    instruments: dict[str, Instrument] = {}
    files: dict[str, str] = {}
    for path, acts in law_in(folder):
        for name, content in acts.items():
            where = f"{path.name}, {short(name)[1:-1]}"
            if name in instruments:
                raise RecordsError(f"{where}: is already written in {files[name]}")
            if name in law:
                raise RecordsError(f"{where}: is in the table of law already")
            instruments[name] = read_instrument(
                name, content, where=where, error=RecordsError, actors=actors
            )
            files[name] = path.name
    known = instruments.keys() | law.keys()
    for name, instrument in instruments.items():
        where = f"{files[name]}, {name}"
        check_references(instrument, known, where=where, error=RecordsError)
    return instruments


def read_instrument(
    name: str,
    content: object,
    *,
    where: str,
    error: type[ChipWarError],
    actors: Mapping[str, str] | None = None,
) -> Instrument:
    """Return the instrument that a mapping describes.

    Raises:
        ChipWarError: of the type given; says in one line what is wrong.
    """
    if not isinstance(content, Mapping):
        raise error(f"{where}: must hold fields such as 'kind: service_ban'")
    if not _ID.fullmatch(name):
        raise error(
            f"{where}: {short(name)} cannot be the id of an instrument; letters, "
            "digits, _ and - may be used"
        )
    rest = dict(content)
    kind = rest.pop("kind", None)
    if kind is None:
        raise error(f"{where}, kind: is missing{choices('', KINDS, KINDS_PAGE)}")
    if not isinstance(kind, str) or kind not in KINDS:
        hint = choices(str(kind), KINDS, KINDS_PAGE)
        raise error(
            f"{where}, kind: {short(kind)} is not a known kind of instrument{hint}"
        )
    instrument = read_as(
        KINDS[kind],
        rest,
        where=where,
        error=error,
        actors=actors,
        given={"id": name},
    )
    if instrument.ask is not None and not rest.get("adopted_by"):
        raise error(f"{where}: an ask needs states that may join, in adopted_by")
    try:
        instrument.check()
    except ValueError as wrong:
        raise error(f"{where}: {wrong}") from None
    return instrument


def as_mapping(value: Any) -> Any:
    """Return an instrument, or a part of one, as a file would write it."""
    if not is_dataclass(value):
        if isinstance(value, Mapping):
            return {key: as_mapping(item) for key, item in value.items()}
        return value
    named = {item.name: getattr(value, item.name) for item in fields(value)}
    written = {
        name: as_mapping(item)
        for name, item in named.items()
        if item is not None and not (isinstance(item, str) and not item)
    }
    if isinstance(value, Instrument):
        del written["id"]
        written["kind"] = value.kind
    return written


def amended(
    instrument: Instrument,
    changes: object,
    *,
    where: str,
    error: type[ChipWarError],
    actors: Mapping[str, str] | None = None,
) -> Instrument:
    """Return an instrument with some fields changed.

    The fields of ``scope`` and the allies of ``adopted_by`` change one by one, other
    fields as wholes.

    Raises:
        ChipWarError: of the type given; says in one line what is wrong.
    """
    if not isinstance(changes, Mapping) or not changes:
        raise error(f"{where}: must hold fields to change, such as 'approval: 0.5'")
    if changes.get("kind", instrument.kind) != instrument.kind:
        raise error(f"{where}, kind: cannot be changed; remove it and add another")
    old = as_mapping(instrument)
    # What was compared with its reference is the instrument as it was.
    new = {**old, "checked": None, **changes}
    for nested in ("scope", "adopted_by"):
        if isinstance(changes.get(nested), Mapping):
            new[nested] = {**old[nested], **changes[nested]}
    if "grounds" not in changes:
        kept = {key: item for key, item in old["grounds"].items() if key not in changes}
        new["grounds"] = kept
    return read_instrument(instrument.id, new, where=where, error=error, actors=actors)


def check_references(
    instrument: Instrument,
    known: Collection[str],
    *,
    where: str,
    error: type[ChipWarError],
) -> None:
    """Refuse an instrument that names others which do not exist."""
    for field in ("of", "suspends", "answers"):
        for name in getattr(instrument, field, ()):
            if name not in known:
                raise error(
                    f"{where}, {field}: there is no instrument called {name!r}"
                    f"{choices(name, known, 'task=instruments')}"
                )


def without_dangling_references(
    instruments: Mapping[str, Instrument],
) -> dict[str, Instrument]:
    """Return instruments that name no instrument which is not among them."""
    kept: dict[str, Instrument] = {}
    for key, item in instruments.items():
        if isinstance(item, Truce):
            names = tuple(name for name in item.suspends if name in instruments)
            kept[key] = (
                item if names == item.suspends else replace(item, suspends=names)
            )
        elif isinstance(item, LicencePolicy):
            names = tuple(name for name in item.of if name in instruments)
            kept[key] = item if names == item.of else replace(item, of=names)
        else:
            kept[key] = item
    return kept
