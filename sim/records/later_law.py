"""Law that came after the record: files of a user's own, in the form of the record's.

An act that is not on record is added. Of an act on record a file gives what became of
it later: the day on which it ends, and states that join it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sim.domain.errors import RecordsError
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.policy.terms import Truce
from sim.records.law_files import (
    CURRENT_LAW,
    amended,
    check_references,
    law_in,
    read_instrument,
)
from sim.records.text_file import reading_fault
from sim.records.validation_words import short

CHANGED_LATER = ("end", "adopted_by")
"""Fields of an act on record that a later file may give."""

_ENDING = ".yaml"
_OTHER_ENDINGS = (_ENDING, ".yml")


@dataclass(frozen=True, eq=False)
class LawOnRecord:
    """What files of a user's own are added to.

    Attributes:
        law: the law as it was made.
        menu: acts that states may decide on besides, by id.
        actors: names of all actors by id.
    """

    law: Regime
    menu: Mapping[str, Instrument]
    actors: Mapping[str, str]

    def read_later(self, folder: Path) -> dict[str, Instrument]:
        """Return the acts that a folder adds, and those of the record as changed.

        They are in the order of their ids: files and places in them mean nothing.

        Raises:
            RecordsError: a file is wrong; says which, where and how.
        """
        _check_names(folder)
        acts: dict[str, Instrument] = {}
        places: dict[str, str] = {}
        for path, contents in law_in(folder):
            for name, content in contents.items():
                where = f"{path.name}, {short(name)[1:-1]}"
                if name in acts:
                    written = places[name].partition(",")[0]
                    raise RecordsError(f"{where}: is already written in {written}")
                acts[name] = self._read(name, content, where)
                places[name] = where
        known = acts.keys() | self.law.instruments.keys()
        for name, act in acts.items():
            check_references(act, known, where=places[name], error=RecordsError)
        return dict(sorted(acts.items()))

    def with_later(self, acts: Mapping[str, Instrument]) -> Regime:
        """Return the law with later acts, which come after those of the record."""
        return Regime(CURRENT_LAW, {**self.law.instruments, **acts})

    def first_difference(self, act: Instrument) -> date:
        """Return the first day on which a later act is another than on record.

        Of an act that is added it is that of its announcement, of one on record the
        first of the days that are changed.
        """
        old = self.law.instruments.get(act.id)
        if old is None:
            return act.announced
        days = [day for day in (old.end, act.end) if day and old.end != act.end]
        joined = (
            adoption.since or act.effective
            for state, adoption in act.adopted_by.items()
            if old.adopted_by.get(state) != adoption
        )
        return min([*days, *joined], default=act.effective)

    def _read(self, name: str, content: object, where: str) -> Instrument:
        if name in self.menu:
            raise RecordsError(
                f"{where}: is the id of an act that states may decide on; give it "
                "another"
            )
        act = self.law.instruments.get(name)
        if act is None:
            return read_instrument(
                name, content, where=where, error=RecordsError, actors=self.actors
            )
        _check_changes(act, content, where)
        return amended(
            act, content, where=where, error=RecordsError, actors=self.actors
        )


def _check_changes(act: Instrument, content: object, where: str) -> None:
    """Refuse changes by which an act would have been another from its first day on."""
    if not isinstance(content, Mapping):
        return
    if isinstance(act, Truce):
        raise RecordsError(
            f"{where}: is a truce on record, of which the terms are known from its "
            "announcement; to prolong it, add a truce that begins when it ends"
        )
    for name in content:
        if name not in CHANGED_LATER:
            raise RecordsError(
                f"{where}, {short(name)[1:-1]}: the act is on record, and only "
                f"{' and '.join(CHANGED_LATER)} may come later; end it, and add what "
                "follows it under an id of its own"
            )


def _check_names(folder: Path) -> None:
    """Refuse files that look like law and would not be read."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as fault:
        raise RecordsError(f"{folder}: {reading_fault(fault)}") from None
    for path in paths:
        ending = path.suffix
        if ending.lower() in _OTHER_ENDINGS and ending != _ENDING and path.is_file():
            raise RecordsError(f"{path.name}: the name of a file of law ends in .yaml")
