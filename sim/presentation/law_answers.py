"""What the law says to sales, and all law of a day, as tables."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console

from sim.policy.explain import GATE_TITLES, LawAnswer, LawReason, share_text
from sim.policy.law_history import SaleHistory, history_rows
from sim.policy.law_of_day import LawOfDay
from sim.presentation.displayed import Displayed
from sim.presentation.terminal_tables import new_table, plain

if TYPE_CHECKING:
    import pandas as pd


class _DisplayedLaw(Displayed):
    """Displays tables in a notebook, and rows of text at a prompt."""

    @abstractmethod
    def rows(self) -> Iterator[str]:
        """Yield it as rows of text."""

    @property
    def table(self) -> pd.DataFrame:
        """The same as a table of pandas."""
        import pandas as pd  # noqa: PLC0415 - the command line does without

        return pd.DataFrame(list(self._records()))

    @abstractmethod
    def _records(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the table."""

    def _rows(self) -> list[str]:
        return list(self.rows())


class LawAnswers(_DisplayedLaw, tuple[LawAnswer, ...]):
    """What the law says to sales on a day, an answer for each group answered alike."""

    __slots__ = ()

    def rows(self) -> Iterator[str]:
        """Yield the answers as rows of text."""
        for answer in self:
            yield from answer.rows()

    def print_to(self, out: Console) -> None:
        """Print the acts that apply to each sale."""
        for answer in self:
            print_answer(answer, out)

    def _records(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each act that applies, one without an act where none does."""
        for answer in self:
            sale = {"sale": answer.line, **_verdict_cells(answer)}
            yield from ({**sale, **_act_cells(x)} for x in answer.reasons)
            if not answer.reasons:
                yield sale


def _verdict_cells(answer: LawAnswer) -> dict[str, Any]:
    names = ("day", "verdict", "licence", "permit", "levy")
    return {name: getattr(answer, name) for name in names}


def _act_cells(reason: LawReason) -> dict[str, Any]:
    act = reason.instrument
    return {
        "gate": GATE_TITLES[reason.gate],
        "governs": reason.governs,
        "instrument": act.id,
        "title": act.title,
        "reference": act.reference,
        "eccn": ", ".join(act.eccn),
        "effect": reason.effect,
        "confidence": act.confidence,
        "source": act.source,
        "note": act.note,
    }


def print_answer(answer: LawAnswer, out: Console) -> None:
    """Print the answer, and the acts that say so, the governing ones first."""
    out.print(plain(f"{answer.line}, {answer.day}: {answer.verdict}"))
    if answer.reasons:
        headings = ["gate", "act", "reference", "what it does", "confidence"]
        table = new_table("", headings)
        for reason in answer.reasons:
            act = reason.instrument
            gate = GATE_TITLES[reason.gate] + (", governs" if reason.governs else "")
            title = f"{act.id}: {act.title}"
            cells = (gate, title, act.reference, reason.effect, act.confidence)
            table.add_row(*map(plain, cells))
        out.print(table)
    else:
        out.print(plain("No instrument in force stands in its way."))
    for remark in answer.remarks:
        out.print(plain(remark))


class LawHistories(_DisplayedLaw, tuple[SaleHistory, ...]):
    """The days on which what the law says to sales changes, and what changed it."""

    __slots__ = ()

    def rows(self) -> Iterator[str]:
        """Yield the days as rows of text."""
        yield from history_rows(self)

    def print_to(self, out: Console) -> None:
        """Print a table of days for each group of sales that have the same."""
        for sales, changes in self:
            numbers = ["licence", "permit", "levy"]
            table = new_table(str(sales), ["from", "verdict", "what changed"], numbers)
            for change in changes:
                words = (str(change.day), change.word, "; ".join(change.causes))
                shares = (getattr(change.answer, name) for name in numbers)
                table.add_row(*map(plain, words), *map(share_text, shares))
            out.print(table)

    def _records(self) -> Iterator[dict[str, Any]]:
        for sales, changes in self:
            for change in changes:
                causes = "; ".join(change.causes)
                cells = _verdict_cells(change.answer)
                yield {"sale": str(sales), **cells, "changed_by": causes}


@dataclass(frozen=True, repr=False)
class LawTable(_DisplayedLaw):
    """All law in force on a day.

    Attributes:
        law: the instruments, and what is said beside them.
    """

    law: LawOfDay

    def rows(self) -> Iterator[str]:
        """Yield the instruments as rows of text."""
        yield from self.law.rows()

    def print_to(self, out: Console) -> None:
        """Print the instruments as a table."""
        headings = ["issuer", "from", "to", "act", "kind", "reference"]
        table = new_table(self.law.title, headings)
        for act in self.law.acts:
            days = (str(act.effective), str(act.end or ""))
            title = f"{act.id}: {act.title}"
            cells = (act.issuer, *days, title, act.kind, act.reference)
            table.add_row(*map(plain, cells))
        out.print(table)
        for remark in self.law.remarks:
            out.print(plain(remark))

    def _records(self) -> Iterator[dict[str, Any]]:
        names = ("id", "issuer", "kind", "effective", "end", "title", "reference")
        for act in self.law.acts:
            yield {name: getattr(act, name) for name in (*names, "confidence")}
