"""Answers: what is in force for a line on a day, and why, in plain words."""

from dataclasses import dataclass
from datetime import date

from sim.domain.ensemble import PerDraw
from sim.policy.exports import ExportControl, LeakRoute
from sim.policy.instruments import Instrument

_LEAKS = {
    LeakRoute.AFFILIATES: "; it names parties, so unlisted affiliates may go on buying",
    LeakRoute.FACILITIES: "; it names advanced facilities, so others may go on buying",
    LeakRoute.NONE: "",
}
_GATES = {"licence": "exporter's gate", "permit": "importer's gate", "levy": "levy"}


@dataclass(frozen=True)
class LawReason:
    """One instrument's part in an answer.

    Attributes:
        gate: ``licence``, ``permit`` or ``levy``.
        instrument: the instrument.
        share: what it alone would leave (of a levy: take), in [0, 1].
        governs: whether it is the strictest at its gate.
        words: what it does to the line, in plain words.
    """

    gate: str
    instrument: Instrument
    share: PerDraw | float
    governs: bool
    effect: str

    def __str__(self) -> str:
        mark = "governs" if self.governs else "also in force"
        act = self.instrument
        return (
            f"{_GATES[self.gate]}, {mark}: {act.id} - {act.title} ({act.reference}); "
            f"{self.effect}"
        )


@dataclass(frozen=True)
class LawAnswer:
    """What is in force for a line on a day.

    Attributes:
        line: the line, in words.
        day: the day asked about.
        licence: share of orders licensed, in [0, 1].
        permit: share of licensed orders let in, in [0, 1].
        levy: share of the sale's value taken, in [0, 1].
        reasons: the instruments that say so, the governing ones first.
        left: what states decide inside the model, and nothing here counts, in words.
    """

    line: str
    day: date
    licence: PerDraw | float
    permit: PerDraw | float
    levy: PerDraw | float
    reasons: tuple[LawReason, ...]
    undecided: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The answer in a few words."""
        passed = self.licence * self.permit
        licence, permit = share_text(self.licence), share_text(self.permit)
        return f"{_in_words(passed)} (licence {licence}, permit {permit})"

    def rows(self) -> tuple[str, ...]:
        """Return the answer as rows of text."""
        rows = [f"{self.line}, {self.day.isoformat()}: {self.verdict}"]
        rows += [f"  {reason}" for reason in self.reasons]
        if not self.reasons:
            rows.append("  no instrument in force stands in its way")
        rows += [f"  {words}" for words in self.undecided]
        return tuple(rows)


def share_text(value: PerDraw | float) -> str:
    """Return a share as text; one that differs by draw as a range."""
    low, high = _ends(value)
    return f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f} by draw"


def effect_of(control: ExportControl, share: PerDraw | float) -> str:
    """Return what a licence requirement does to a line."""
    low, high = _ends(share)
    if high <= 0.0:
        verdict = "licences are denied"
    elif low >= 1.0:
        verdict = "the goods of this line are outside it or fully licensed"
    else:
        verdict = f"the share of business it lets through is {share_text(share)}"
    return verdict + _LEAKS[control.leak_route]


def _in_words(share: PerDraw | float) -> str:
    low, high = _ends(share)
    if low >= 1.0:
        return "free"
    if high <= 0.0:
        return "blocked"
    return f"allowed in part, {share_text(share)}"


def _ends(value: PerDraw | float) -> tuple[float, float]:
    if isinstance(value, (int, float)):
        return float(value), float(value)
    return float(value.min()), float(value.max())
