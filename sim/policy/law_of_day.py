"""All law in force on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sim.domain.short_repr import ShortRepr
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime


@dataclass(frozen=True, repr=False)
class LawOfDay(ShortRepr):
    """All law in force on a day.

    Attributes:
        day: the day.
        name: whose law it is: the scenario's.
        acts: the instruments in force, by issuer and day.
        remarks: what states decide, and what the record does not say, in words.
    """

    day: date
    name: str
    acts: tuple[Instrument, ...]
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """How many instruments are in force, when and in whose law."""
        return f"{len(self.acts)} instruments in force on {self.day} ({self.name}):"

    def rows(self) -> Iterator[str]:
        """Yield the instruments as rows of text."""
        yield self.title
        for act in self.acts:
            until = f" to {act.end}" if act.end else ""
            yield f"  {act.issuer}  {act.effective}{until}  {act.id}: {act.title}"
            checked = f"; checked {act.checked:%Y-%m}" if act.checked else ""
            yield f"       {act.kind}; {act.reference}{checked}"
        yield from self.remarks


def law_of_day(regime: Regime, day: date, limits: tuple[str, ...] = ()) -> LawOfDay:
    """Return all law in force on a day, with what states may decide on it.

    Args:
        regime: the law.
        day: the day.
        limits: what the record does not say of the day, in words.
    """
    acts = sorted(
        regime.book.in_force(day), key=lambda act: (act.issuer, act.effective)
    )
    remarks = (*_undecided(regime, day), *limits)
    return LawOfDay(day, regime.name, tuple(acts), remarks)


def _undecided(regime: Regime, day: date) -> Iterator[str]:
    """Yield who decides, and on what, as rows of text."""
    if not regime.decisions:
        return
    yield regime.decisions.summary()
    packages = regime.book.open_packages(day)
    if packages:
        yield "They decide on these, in force in the draws in which they do so:"
    for package in packages:
        for act in package.acts:
            joining = f"joining {act.issuer}'s " if package.is_joining else ""
            yield f"  {package.state}  {joining}{act.id}: {act.title}"
